// Why a tick changed nothing: one code from a closed list, and one sentence.
import type { Verdict } from '../guardrails/verdict.ts';
import { maxWords } from '../workload/max-words.ts';
import type { Policy } from '../workload/policy.ts';
import type { Decision } from './decision.ts';
import type { Outcome } from './outcome.ts';

type Code = NonNullable<Outcome['code']>;

export interface WhyNoChange {
  /** `ok`: what runs is what is needed. */
  readonly code: Code;
  readonly message: string;
}

/**
 * @param policy that it was decided under
 * @returns null where something was changed
 */
export function whyNoChange(
  decision: Decision,
  outcome: Outcome,
  policy: Pick<Policy, 'max' | 'maxCappedBy'>,
): WhyNoChange | null {
  const { kind, code, message } = outcome;
  if (kind === 'applied') return null;
  if (kind !== 'unchanged') return { code: code ?? decision.blockedBy ?? 'unknown', message };
  if (code === 'off_by_schedule') return { code, message };
  const { current, target, wanted = target, action } = decision;
  const held = holding(decision);
  if (action === 'at_max')
    return {
      code: 'above_max',
      message: `${current} replicas are all that ${maxAt(current, policy)} allows, and more are needed`,
    };
  if (wanted !== current) {
    const of = held ?? { code: code ?? 'unknown', message };
    return { code: of.code, message: `held at ${current}, where ${wanted} would do: ${of.message}` };
  }
  if (held !== undefined) return { code: held.code, message: `kept at ${current}: ${held.message}` };
  const enough = `${current} replicas are what is needed`;
  return { code: 'ok', message: code === 'floor_at_target' ? `${enough}: ${message}` : enough };
}

/** What stands between the present count and another; the last word of those that moved the number to it. */
function holding({ verdicts, current, source }: Decision): Verdict | undefined {
  const moving = verdicts.filter(
    ({ effect, from, to }) => (effect === 'held' || effect === 'clipped') && to === current && from !== to,
  );
  return moving.find((verdict) => verdict.source === source) ?? moving[0];
}

/** A cap that was set since the decision is another. */
function maxAt(current: number, policy: Pick<Policy, 'max' | 'maxCappedBy'>): string {
  return policy.maxCappedBy !== undefined && policy.max === current ? maxWords(policy) : 'max-replicas';
}
