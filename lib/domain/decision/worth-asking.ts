// Whether advice could change anything: where it could not, the LLM is not asked, which spares a claim, a token and a call.

import type { Advice, AdviceResult, NotAsked } from '../advice/advice.ts';
import type { Assessment } from '../assessment/assessment.ts';
import { actionFor } from '../assessment/proposal.ts';
import { type OpenBreaker, whyBroken } from '../guardrails/cluster/circuit-breaker.ts';
import type { GuardrailHistory } from '../guardrails/constraint.ts';
import { guard, LASTING, type Stated, stateAll } from '../guardrails/guard.ts';
import { whyForbidden } from '../guardrails/permissions.ts';
import { floorFor, worksThroughHpa } from '../hpa/floor.ts';
import { workloadKey } from '../workload/identity.ts';
import { STABILISATION_MS } from '../workload/pace.ts';
import { decideWithin } from './decide.ts';
import type { Decision } from './decision.ts';

export interface AskingInput {
  readonly assessment: Assessment;
  readonly history: GuardrailHistory;
  /** The cluster's circuit breaker, where it is open. */
  readonly hold: OpenBreaker | null;
  /** `writing`: a tick, of which only what it writes matters. `showing`: somebody looks, or the policy only recommends. */
  readonly purpose: 'writing' | 'showing';
}

/**
 * Why no advice could matter, or null where some could. Exact: each number at which the answer can turn is held against the
 * very decision. What is advised now is also remembered for the five minutes of stabilisation, so what holds a workload for
 * no longer than that is no reason.
 */
export function whyNotAsk(input: AskingInput): NotAsked | null {
  const { assessment, history, purpose } = input;
  const forbidden = purpose === 'writing' ? whyNothingIsWritten(input) : null;
  if (forbidden !== null) return no('not_permitted', forbidden);
  if (mayChange(input, stateAll(assessment, history))) return null;
  const isFree = mayChange({ ...input, hold: null }, stateAll(assessment, history, LASTING));
  if (!isFree) return noRoom(assessment, history);
  if (purpose === 'showing') return null;
  const later = { ...input, assessment: { ...assessment, now: assessment.now + STABILISATION_MS } };
  return mayChange(later, stateAll(later.assessment, { ...history, wanted: [] })) ? null : held(input);
}

function no(code: NotAsked['code'], detail: string): NotAsked {
  return { code, detail: `not asked: ${detail}`, until: null };
}

/** Whatever the number is. A policy that only recommends writes nothing and is there to show what it would do. */
function whyNothingIsWritten({ assessment: { policy, observation }, history: { killSwitch } }: AskingInput) {
  if (policy.mode === 'recommend') return null;
  if (policy.mode === 'hpa-floor' && observation.hpa === null)
    return 'mode hpa-floor works through an HPA, and no HPA targets this workload';
  return whyForbidden({ policy, observation, killSwitch });
}

function noRoom(assessment: Assessment, history: GuardrailHistory): NotAsked {
  const { policy, regret, envelope } = assessment;
  if (policy.min === policy.max) return no('no_room', `min-replicas and max-replicas are both ${policy.min}`);
  if (regret.changes?.closed)
    return no('room_closed', 'advice has moved it to and fro of late, so the baseline decides for now');
  const { target } = decideWithin(stateAll(assessment, history), assessment, null);
  const left = `whatever is advised, the answer is ${target} replicas: ${envelope.reason}`;
  return no(regret.downClosed || regret.upClosed ? 'room_closed' : 'no_room', left);
}

function held({ assessment, history, hold }: AskingInput): NotAsked {
  const { policy, observation, now } = assessment;
  const onHold = whyBroken(hold, workloadKey(observation.workload), SMALLER, now);
  if (onHold !== null) return no('held', onHold);
  const stated = stateAll(assessment, history);
  const bound = [policy.min, policy.max].map((target) => guard(assessment, stated, 'llm', target).binding?.message);
  const why = bound.filter((message) => message !== undefined);
  const { target } = decideWithin(stated, assessment, null);
  return no('held', `for now the answer is ${target} replicas, whatever is advised: ${[...new Set(why)].join('; ')}`);
}

const SMALLER = { current: 1, target: 0 };

/**
 * Whether some advice leads to another answer than none at all. As a function of the advised number, the answer is a number
 * moved between fixed ends, so it can only turn at those ends, at the present count and at the answer without advice: with
 * each of these and its neighbours, every piece of it has been seen.
 */
function mayChange({ assessment, hold }: AskingInput, stated: Stated): boolean {
  const { policy, observation } = assessment;
  // Followed, it would be no experiment any more: advice in the shadow is asked for where it would matter in the light.
  const followed: Assessment =
    policy.llm === 'shadow' ? { ...assessment, policy: { ...policy, llm: 'on' } } : assessment;
  const without = decideWithin(stated, followed, null);
  const answer = answerOf(without, assessment, hold);
  const current = observation.replicas.spec;
  const ends = stated.constraints.flatMap(({ low, high }) => [low, high]);
  const turns = [current, without.target, ...ends].flatMap((at) => [at - 1, at, at + 1]);
  const targets = new Set([policy.min, policy.max, ...turns.filter((at) => at > policy.min && at < policy.max)]);
  return [...targets].some((target) => {
    const decision = decideWithin(stated, followed, adviceTo(target, assessment));
    return answerOf(decision, assessment, hold) !== answer;
  });
}

/** All that a decision is applied by: its replicas and, through an HPA, the floor that they mean. */
function answerOf(decision: Decision, { policy, observation, now }: Assessment, hold: OpenBreaker | null): string {
  const { current, target, workload } = decision;
  if (whyBroken(hold, workloadKey(workload), decision, now) !== null) return `${current}`;
  const { hpa, owner } = observation;
  return hpa !== null && worksThroughHpa(policy, owner)
    ? `${target}/${floorFor(decision, hpa, policy.max)}`
    : `${target}`;
}

function adviceTo(targetReplicas: number, { observation, now }: Assessment): AdviceResult {
  const action = actionFor(observation.replicas.spec, targetReplicas);
  return { kind: 'advice', advice: { ...ANY_WORDS, action, targetReplicas }, model: '', at: now, cached: false };
}

/** Of advice, only the number decides. */
const ANY_WORDS: Omit<Advice, 'action' | 'targetReplicas'> = {
  confidence: 0,
  reasoning: '',
  factors: [],
  risk: 'medium',
  costImpact: 'medium',
  performanceImpact: 'neutral',
  timing: 'immediate',
};
