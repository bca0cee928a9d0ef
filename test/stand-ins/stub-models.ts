// Models in this process, for backtests without a server: the stub's answers, and one that knows the future.
import type { BacktestInput } from '../../lib/app/backtest/backtest.ts';
import { limitPolicy } from '../../lib/app/backtest/limit-policy.ts';
import type { PolicySettings } from '../../lib/app/backtest/policy.ts';
import type { Clock, Model } from '../../lib/app/ports/world.ts';
import { type AnswerName, adviceText, stubText } from './groq-answers.ts';
import { readScenario } from './groq-scenario.ts';

/** Answers as the stub's server does, `random` drawn from a seed: two runs hear the same. */
export function stubModel(name: AnswerName, seed = 1): Model {
  const random = drawing(seed);
  return { complete: async ({ user }) => said(stubText(name, user, random)) };
}

/**
 * A stand-in, not a policy: reads the trace itself and advises what the clairvoyant would have.
 * @param clock of the simulated time at which it is asked
 * @param holdsSeconds how long its advice will stand: it names the most that is needed until then
 */
export function clairvoyantModel(input: BacktestInput, clock: Clock, holdsSeconds: number): Model {
  return {
    async complete({ user }) {
      const target = clairvoyantReplicas(input, clock.now(), holdsSeconds);
      const reasoning = `The trace itself says so: ${target} replicas carry whatever comes while this advice stands.`;
      return said(adviceText(readScenario(user), target, reasoning));
    },
  };
}

/** What the clairvoyant policy would have, at most, at any tick from `now` until `holdsSeconds` later; within the bounds. */
export function clairvoyantReplicas(input: BacktestInput, now: number, holdsSeconds: number): number {
  const settings: PolicySettings = { ...input, sloPercent: 99.5 };
  const limit = limitPolicy('limit', settings, input);
  let highest = input.min;
  for (let seconds = 0; seconds <= holdsSeconds; seconds += input.tickSeconds) {
    const at = (now - input.startsAt) / 1000 + seconds;
    highest = Math.max(highest, limit.decide({ seconds: at } as Parameters<typeof limit.decide>[0]));
  }
  return Math.min(input.max, highest);
}

function said(text: string) {
  return {
    kind: 'text',
    text,
    finishReason: 'stop',
    usage: { promptTokens: 0, cachedTokens: 0, completionTokens: 0 },
  } as const;
}

/** Even in 0…1 (Park and Miller's minimal standard generator). */
function drawing(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}
