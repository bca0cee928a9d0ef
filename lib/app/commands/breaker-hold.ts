// What an open circuit breaker forbids to a person as well: a change asked for meets every permission that a tick's does.
import type { Decision } from '../../domain/decision/decision.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import { whyBroken } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { TickStore } from '../ports/tick-store.ts';

/**
 * @returns null where the breaker is closed, was closed by a person since, or lets this change pass
 * @throws AdapterError where the table is away
 */
export async function heldByBreaker(
  ticks: Pick<TickStore, 'before'>,
  { workload, current, target, at }: Decision,
): Promise<Outcome | null> {
  if (target === current) return null;
  const { last, holdClearedAt } = await ticks.before(workload.cluster);
  const hold = last?.readiness?.hold ?? null;
  const isCleared = hold !== null && hold.since < holdClearedAt;
  const why = whyBroken(isCleared ? null : hold, workloadKey(workload), { current, target }, at);
  return why === null ? null : { kind: 'refused', code: 'on_hold', message: why };
}
