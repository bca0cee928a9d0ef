// The colours of a chart: those of the style sheet, read anew where the theme changes.
import type { Line } from './spec.ts';

const NAMES = ['faint', 'line', 'up', 'down', 'hold'] as const;
const OF_CHART = [
  'demand',
  'forecast',
  'capacity',
  'replicas',
  'target',
  'baseline',
  'over',
  'level',
  'schedule',
] as const;

export type Palette = Readonly<Record<(typeof NAMES)[number] | (typeof OF_CHART)[number] | 'none', string>>;

export function palette(of: Element): Palette {
  const style = getComputedStyle(of);
  const value = (name: string) => style.getPropertyValue(name).trim();
  const entries = [
    ...NAMES.map((name) => [name, value(`--${name}`)]),
    ...OF_CHART.map((name) => [name, value(`--chart-${name}`)]),
  ];
  return { none: value('--faint'), ...Object.fromEntries(entries) };
}

export const colourOf = (colours: Palette, name: Line['colour']): string => colours[name];

/** @param strength 0…1 */
export function bandFill({ forecast }: Palette, strength: number): string {
  return `color-mix(in srgb, ${forecast} ${Math.round(strength * 100)}%, transparent)`;
}

/** Calls back when light turns to dark or back, by the system or by the button. @returns what ends that */
export function onTheme(changed: () => void): () => void {
  const watching = new MutationObserver(changed);
  watching.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', changed);
  return () => {
    watching.disconnect();
    system.removeEventListener('change', changed);
  };
}
