// Past decisions of a workload with what came of them, as the next ones are told.
import type { Assessment } from '../assessment/assessment.ts';
import type { PastDecision } from '../assessment/past-decision.ts';
import type { PerSignal } from '../workload/signal.ts';
import type { EpochMs } from '../workload/time.ts';
import type { Decision } from './decision.ts';

/** When the effect of a decision is read off: new pods have started by then. */
const EFFECT_AFTER_MS = 10 * 60_000;
export const PAST_KEPT = 5;

/** Past decisions with the effect filled in where it can be read off by now. */
export function pastWithEffects(
  past: readonly PastDecision[],
  utilisation: PerSignal<number>,
  now: EpochMs,
): readonly PastDecision[] {
  return past.map((entry) =>
    entry.cpuPercentAfter === null && now - entry.at >= EFFECT_AFTER_MS
      ? { ...entry, cpuPercentAfter: utilisation.cpu ?? null }
      : entry,
  );
}

export function pastDecision(assessment: Assessment, decision: Decision): PastDecision {
  return {
    at: decision.at,
    action: decision.action,
    source: decision.source,
    from: decision.current,
    to: decision.target,
    cpuPercentBefore: assessment.utilisation.cpu ?? null,
    cpuPercentAfter: null,
    readyBefore: assessment.observation.replicas.ready,
  };
}
