// What of a workload asks for somebody, worst first.
import type { Row } from '../../api/types.ts';

export type ConcernCode = keyof typeof CONCERNS;

/** In the order in which they are told: what it is, of many workloads, and whether something is wrong already. */
export const CONCERNS = {
  failed: { of: 'could not be changed', isBad: true },
  policy: { of: 'with a policy that cannot be read', isBad: true },
  at_max: { of: 'at max-replicas that need more', isBad: true },
  missing: { of: 'without metrics', isBad: true },
  down: { of: 'without a ready replica', isBad: true },
  partial: { of: 'whose metrics cannot be relied on now', isBad: false },
  short: { of: 'with fewer replicas than wanted', isBad: false },
  was_short: { of: 'short of replicas for a part of the last hour', isBad: false },
  unready: { of: 'with replicas that are not ready', isBad: false },
  over: { of: 'with a signal over its band', isBad: false },
  proposed: { of: 'with a change that waits for you', isBad: false },
  demoted: { of: 'trusted less than they were', isBad: false },
  no_hpa: { of: 'without an HPA, which would go on scaling should we stop', isBad: false },
} as const;

export interface Concern {
  readonly code: ConcernCode;
  /** Beside its name: `2 not ready`. */
  readonly word: string;
}

/** @param isAlone scaled directly, with no HPA that would go on without us */
export function concernsOf(row: Row, isAlone: boolean): readonly Concern[] {
  const { replicas, ready, outcome, target_replicas: target, missing } = row;
  const wasShort = row.short_last_hour ?? 0;
  const over = Object.entries(row.signals ?? {}).flatMap(([name, signal]) =>
    'is_over' in signal && signal.is_over ? [name] : [],
  );
  const [unknown, doubted] = partedBy(Object.keys(missing), (signal) => !isMeasured(row, signal));
  const found: readonly (readonly [boolean, ConcernCode, string])[] = [
    [outcome === 'failed' || outcome === 'conflict', 'failed', outcome],
    [row.problems.length > 0, 'policy', 'invalid policy'],
    [row.decision === 'at_max', 'at_max', 'at max'],
    [unknown.length > 0, 'missing', `no ${unknown.join(', ')}`],
    [replicas > 0 && ready === 0, 'down', 'none ready'],
    [doubted.length > 0, 'partial', `${doubted.join(', ')} in doubt`],
    [target > replicas && outcome !== 'applied', 'short', `${target - replicas} short`],
    [wasShort > 0, 'was_short', `was short ${percent(wasShort)} %`],
    [ready > 0 && ready < replicas, 'unready', `${replicas - ready} not ready`],
    [over.length > 0, 'over', `${over.join(', ')} over`],
    [row.why_not?.code === 'proposed', 'proposed', 'waits for you'],
    [row.demoted !== undefined, 'demoted', 'demoted'],
    [isAlone, 'no_hpa', 'no HPA'],
  ];
  return found.flatMap(([is, code, word]) => (is ? [{ code, word }] : []));
}

/** What is not nothing is not shown as nothing. */
function percent(share: number): string {
  return share < 0.01 ? '<1' : String(Math.round(100 * share));
}

/** There is a figure, though it is not acted on. */
function isMeasured({ cpu_cores, memory_bytes, signals }: Row, signal: string): boolean {
  if (signal === 'cpu') return cpu_cores !== null;
  if (signal === 'memory') return memory_bytes !== null;
  const said: Readonly<Record<string, object>> = signals ?? {};
  const { value = null } = (said[signal] ?? {}) as { readonly value?: number | null };
  return value !== null;
}

function partedBy(names: readonly string[], is: (name: string) => boolean): readonly [string[], string[]] {
  return [names.filter(is), names.filter((name) => !is(name))];
}

export function isConcern(code: string): code is ConcernCode {
  return Object.hasOwn(CONCERNS, code);
}

/** The worst has the least; none has the most. */
export function rankOf(concerns: readonly Concern[]): number {
  const [worst] = concerns;
  const codes = Object.keys(CONCERNS);
  return worst === undefined ? codes.length : codes.indexOf(worst.code);
}
