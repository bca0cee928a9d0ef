// A level (a latency, an error rate, a complexity score) as a chart shows it: how each decision met it, and where it is over.
import type { HistoryLine } from '../../api/types.ts';
import { axisOf } from '../../quantities.ts';
import { seconds } from './grid.ts';
import type { Beside } from './of-demand.ts';
import type { ChartSpec, Line } from './spec.ts';

/** As recommendations have it. */
export interface Level {
  readonly kind: 'level';
  readonly unit: string;
  readonly value: number | null;
  readonly band: string;
  readonly baseline: number | null;
  readonly sigma: number | null;
  readonly objective: number | null;
  readonly over_at: number | null;
  readonly windows: number;
  readonly reason: string;
  readonly more_replicas_help: boolean | null;
  readonly raised?: {
    readonly is_raised: boolean;
    readonly level: string;
    readonly factor: number;
    readonly demand_needs: number;
    readonly triggers: readonly string[];
  };
}

interface Input {
  readonly name: string;
  readonly level: Level;
  /** Newest first. */
  readonly decisions: readonly HistoryLine[];
  /** Seconds since 1970. */
  readonly from: number;
  readonly now: number;
}

/** Its values are those that decisions have written down: with each change, and once an hour. */
export function levelSpec({ name, level, decisions, from, now }: Input, beside: Beside): ChartSpec {
  const known = decisions
    .flatMap((line) => {
      const value = valueIn(line, name);
      return value === null ? [] : [[seconds(line.timestamp), value] as const];
    })
    .filter(([moment]) => moment >= from && moment < now)
    .toReversed();
  const points = [[from, null], ...known, [now, level.value]] as const;
  const flat = (value: number | null) => points.map(() => value);
  const { baseline, sigma, objective, over_at: over } = level;
  const lines: readonly Line[] = [
    { name: 'baseline + σ', colour: 'baseline', hidden: true, values: flat(add(baseline, sigma)) },
    { name: 'baseline − σ', colour: 'baseline', hidden: true, values: flat(add(baseline, sigma, -1)) },
    ...fixed('baseline', 'baseline', flat(baseline)),
    ...fixed('objective', 'target', flat(objective)),
    ...(over === objective ? [] : fixed('over from', 'over', flat(over))),
    { name, colour: 'level', points: true, width: 2, values: points.map(([, value]) => value) },
  ];
  return {
    at: points.map(([moment]) => moment),
    lines,
    bands: baseline === null || sigma === null ? [] : [{ upper: 0, lower: 1, strength: 0.18 }],
    ...beside,
    now,
    ...axisOf(level.unit),
  };
}

function fixed(name: string, colour: Line['colour'], values: readonly (number | null)[]): readonly Line[] {
  return values[0] == null ? [] : [{ name, colour, dash: true, width: 1, values }];
}

function add(value: number | null, sigma: number | null, times = 1): number | null {
  return value === null || sigma === null ? null : Math.max(0, value + times * sigma);
}

function valueIn(line: HistoryLine, name: string): number | null {
  if (!('signals' in line)) return null;
  const signals = line.signals as Readonly<Record<string, { readonly value: number | null } | undefined>>;
  return signals[name]?.value ?? null;
}
