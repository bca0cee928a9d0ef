// 2,000 drawn situations with and without advice, and what is decided in each; and the prompt that each would have sent.
import fc from 'fast-check';
import type { AdviceResult } from '../../lib/domain/advice/advice.ts';
import { systemPrompt, userPrompt } from '../../lib/domain/advice/prompt.ts';
import type { Assessment } from '../../lib/domain/assessment/assessment.ts';
import { decide } from '../../lib/domain/decision/decide.ts';
import { DAY, daily, history, noise } from '../make/histories.ts';
import { type Situation, situations, situationsWithSignals } from '../make/situations.ts';
import { advised, assessment, lesson, NOW } from '../make/workloads.ts';
import { saidByDecision } from './backtests.ts';
import { joined, type Said } from './parts.ts';

const DRAWN = 2000;
const PROMPTS = 200;
const WITH_SIGNALS = 500;
const SEED = 11;
const CORES = 0.5;

const drawnAdvice = fc.option(fc.integer({ min: 1, max: 100 }), { nil: null });

const drawn = fc.record({
  situation: situations('maybe'),
  /** Whether two weeks of its past were learned from. */
  learned: fc.boolean(),
  standing: fc.integer({ min: 0, max: 90 }),
  advice: drawnAdvice,
  rejected: fc.constantFrom('timeout' as const, 'schema' as const, 'out_of_bounds' as const),
});
type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

export function saidByDeciding(): Said {
  const past = pastOfTwoWeeks();
  return joined(
    sample(DRAWN).map((one) => saidByDecision(decide(assessedOf(one, past), adviceOf(one), one.situation.history))),
  );
}

export function saidByPrompts(): Said {
  const past = pastOfTwoWeeks();
  const texts = sample(PROMPTS).map((one) => userPrompt(assessedOf(one, past)));
  const numbers = texts.flatMap((text) => text.match(/-?\d+(\.\d+)?/g) ?? []);
  return { facts: numbers, words: [systemPrompt(), ...texts] };
}

/** The same with a load and two levels: what is decided, and what the model would be told. */
export function saidWithSignals(): Said {
  const all = fc.sample(fc.record({ situation: situationsWithSignals('maybe'), advice: drawnAdvice }), {
    seed: SEED,
    numRuns: WITH_SIGNALS,
  });
  const decided = joined(
    all.map(({ situation: { about, history }, advice }) =>
      saidByDecision(decide(about, advice === null ? null : advised(advice), history)),
    ),
  );
  const texts = all.slice(0, PROMPTS).map(({ situation: { about } }) => systemPrompt(about) + userPrompt(about));
  return { facts: decided.facts, words: [...decided.words, ...texts] };
}

const sample = (count: number) => fc.sample(drawn, { seed: SEED, numRuns: count });

function adviceOf({ advice, rejected, situation }: Drawn): AdviceResult | null {
  if (advice === null) return null;
  if (advice % 10 > 0) return advised(advice);
  const detail = `${situation.of.policy.max} is what it may have`;
  return { kind: 'rejection', code: rejected, detail, model: 'openai/gpt-oss-20b', at: NOW, raw: null };
}

function pastOfTwoWeeks() {
  const series = history(14, (at) => 4 * daily(at) + noise(at), NOW);
  return { series, learned: lesson(series, NOW, CORES) };
}

function assessedOf({ situation, learned, standing }: Drawn, past: ReturnType<typeof pastOfTwoWeeks>): Assessment {
  const { of } = situation;
  const since = NOW - standing * 60_000;
  return assessment(of.observation, {
    policy: of.policy,
    windows: of.windows,
    standing: { signal_missing: since, rollout_in_progress: since, pods_not_ready: since },
    ...(learned && { fitted: past.learned, recent: lately(past.series, of) }),
  });
}

/** The last hours of the two weeks, with the present reading at the end. */
function lately(series: ReturnType<typeof history>, { observation }: Situation['of']) {
  const from = series.at.findIndex((at) => at > NOW - DAY / 8);
  const cpu = series.demand.cpu.slice(from);
  cpu[cpu.length - 1] = observation.signals.cpu?.demand ?? Number.NaN;
  const memory = series.demand.memory.slice(from);
  return { at: series.at.slice(from), demand: { cpu, memory }, replicas: series.replicas.slice(from) };
}
