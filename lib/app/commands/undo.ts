// Taking the last change back: the count from before it, and a pause that keeps the next tick from making it again.

import type { PastDecision } from '../../domain/assessment/past-decision.ts';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { worksThroughHpa } from '../../domain/hpa/floor.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { HOUR_MS } from '../../domain/workload/time.ts';
import { applyDecision, whyNot } from '../apply/apply-decision.ts';
import { oursMeanwhile } from '../known-state.ts';
import { draftAs } from './change-policy.ts';
import { type CommandPorts, type CommandResult, type CommandSettings, changePolicy, lookAt } from './commands.ts';
import { carryOutRequest } from './request-journal.ts';

/** Long enough to look at what went wrong, short enough to be forgotten about. */
const UNDO_PAUSE_MS = HOUR_MS;

export type UndoResult =
  | Exclude<CommandResult, { kind: 'done' }>
  | { readonly kind: 'nothing'; readonly message: string }
  | {
      readonly kind: 'done';
      readonly last: PastDecision;
      /** Null under an HPA: the floor that was given back was all there was. */
      readonly record: DecisionRecord | null;
      readonly until: number;
      readonly released: readonly string[];
    };

/**
 * Under an HPA its own minReplicas is given back, and everything is paused; scaled directly, the former count is set and the way
 * of the change is paused.
 * @throws AdapterError where the table or the cluster is away
 */
export async function undo(
  ports: CommandPorts,
  settings: CommandSettings,
  ref: WorkloadRef,
  by: string | null,
): Promise<UndoResult> {
  const present = await lookAt(ports, ref);
  if (present === null) return { kind: 'not_found' };
  const { observed, stored } = present;
  const last = stored?.latest.past.at(-1);
  if (last === undefined) return { kind: 'nothing', message: 'no change of ours is known that could be taken back' };
  const draft = await draftAs(ports, settings, observed, stored, await ports.policies.get(ref), by);
  const { policy } = draft.assessment;
  const isThroughHpa = worksThroughHpa(policy, observed.owner);
  const { spec } = observed.replicas;
  if (!isThroughHpa && spec !== last.to) {
    const message = `the last change of ours was ${last.from} → ${last.to}, and ${spec} replicas run now: somebody has changed it since`;
    return { kind: 'nothing', message };
  }
  const until = observed.at + UNDO_PAUSE_MS;
  const way = last.to > last.from ? 'scale-out' : 'scale-in';
  const values = {
    paused: isThroughHpa ? 'true' : way,
    'paused-until': new Date(until).toISOString(),
    'paused-reason': isThroughHpa ? 'the floor of its HPA was undone' : `${last.from} → ${last.to} was undone`,
  };
  const paused = await changePolicy(ports, settings, ref, values, by, 'nothing');
  if (paused.kind !== 'done') return paused;
  const released = (paused.released ?? []).map(({ message }) => message);
  if (isThroughHpa) return { kind: 'done', last, record: null, until, released };
  const decision = {
    ...draft.decision,
    current: spec,
    target: last.from,
    action: last.from > spec ? ('scale_up' as const) : ('scale_down' as const),
    reason: `takes back ${last.from} → ${last.to} of ${new Date(last.at).toISOString()}`,
  };
  const reserved = whyNot(decision, policy, observed, 'person');
  const record = await carryOutRequest(
    ports,
    { kind: 'decision' },
    { ...draft, decision },
    reserved ??
      ((noted) =>
        applyDecision(ports, decision, policy, observed, 'person', (replicas) =>
          oursMeanwhile(ports, noted.decision, replicas),
        )),
  );
  return { kind: 'done', last, record, until, released };
}
