// The decision of a workload that a person's window has off, in the place of what its load would say.
import { actionFor } from '../assessment/proposal.ts';
import type { Decision, DecisionRecord } from './decision.ts';
import type { OffMemory, OffStep } from './off-hours.ts';

/** @param otherwise as it would be decided without such a window */
export function offDecision(step: OffStep, otherwise: Decision): Decision {
  if (step.kind === 'none')
    return step.note === undefined ? otherwise : { ...otherwise, reason: `${otherwise.reason} — ${step.note}` };
  const { kind, former, target, reason, forbidden } = step;
  const { workload, at, current } = otherwise;
  const [first] = forbidden;
  return {
    id: `${new Date(at).toISOString()}-scheduled`,
    workload,
    at,
    current,
    target,
    action: actionFor(current, target),
    source: 'scheduled',
    reason,
    blockedBy: first?.code ?? null,
    ...(first !== undefined && { blockedWhy: first.message, forbiddenBy: forbidden.map(({ code }) => code) }),
    verdicts: [],
    off: { way: kind, former },
  };
}

/** What a window took, once something of it was written: also what a tick wrote that died, by its journal. */
export function offAfter(
  before: OffMemory | undefined,
  { decision, outcome }: Pick<DecisionRecord, 'decision' | 'outcome'>,
): OffMemory | undefined {
  const { off, target: count } = decision;
  if (off === undefined || off.way === 'off' || outcome.kind !== 'applied') return before;
  const { way, former } = off;
  if (way === 'down') return { former, count };
  return count >= former ? undefined : { former, count, isBack: true };
}
