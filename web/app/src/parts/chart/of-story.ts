// What was forecast when a decision was made, against what came.
import type { Story } from '../../api/types.ts';
import { axisOf } from '../../quantities.ts';
import { seconds } from './grid.ts';
import type { ChartSpec } from './spec.ts';

interface Hour {
  readonly timestamp: string;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly came: number | null;
}

const UNITS: Readonly<Record<string, string>> = { cpu: 'cores', memory: 'bytes' };

/** By signal, those of which anything is known. */
export function hoursOf({ came }: Story): readonly (readonly [string, readonly Hour[]])[] {
  return Object.entries(came as Readonly<Record<string, readonly Hour[]>>).filter(([, hours]) =>
    hours.some(({ p50, came: measured }) => p50 !== null || measured !== null),
  );
}

function unitOf(story: Story, signal: string): string {
  const named = 'signals' in story ? (story.signals as Readonly<Record<string, { readonly unit?: string }>>) : {};
  return UNITS[signal] ?? named[signal]?.unit ?? '';
}

/** @param now demand when it was decided, where that is known */
export function storySpec(story: Story, signal: string, hours: readonly Hour[], now: number | null): ChartSpec {
  const then = seconds(story.decision.timestamp);
  const of = (key: 'p50' | 'p90' | 'p99' | 'came') => [now, ...hours.map((hour) => hour[key])];
  return {
    at: [then, ...hours.map(({ timestamp }) => seconds(timestamp))],
    lines: [
      { name: 'p99', colour: 'forecast', hidden: true, values: of('p99') },
      { name: 'p90', colour: 'forecast', hidden: true, values: of('p90') },
      { name: 'forecast then', colour: 'forecast', dash: true, values: of('p50') },
      { name: 'came', colour: 'demand', points: true, width: 2, values: of('came') },
    ],
    bands: [
      { upper: 0, lower: 2, strength: 0.16 },
      { upper: 1, lower: 2, strength: 0.22 },
    ],
    marks: [],
    spans: [],
    now: then,
    ...axisOf(unitOf(story, signal)),
  };
}
