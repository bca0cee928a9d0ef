// "The LLM cannot hurt": what holds for every single decision whatever is advised, and what a whole run may lose by it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ADVISOR_SETTINGS, makeAdvisor } from '../../../lib/app/advise/advisor.ts';
import { type AdvisedResult, runAdvisedBacktest } from '../../../lib/app/backtest/advised.ts';
import { type BacktestInput, runBacktest } from '../../../lib/app/backtest/backtest.ts';
import { advisedPolicy, oursPolicy, replicasAfter } from '../../../lib/app/backtest/ours-policy.ts';
import type { Clock, Model } from '../../../lib/app/ports/world.ts';
import type { Advice, AdviceResult } from '../../../lib/domain/advice/advice.ts';
import type { Assessment } from '../../../lib/domain/assessment/assessment.ts';
import { decide } from '../../../lib/domain/decision/decide.ts';
import type { DecisionRecord } from '../../../lib/domain/decision/decision.ts';
import type { GuardrailHistory } from '../../../lib/domain/guardrails/constraint.ts';
import { generatedLoad } from '../../../local/loads.ts';
import { advised, assessment, NOW, observation, policy } from '../../make/workloads.ts';
import { makeMemoryAdviceStore } from '../../stand-ins/memory-advice-store.ts';
import { clairvoyantModel, clairvoyantReplicas, stubModel } from '../../stand-ins/stub-models.ts';

const START = Date.UTC(2026, 0, 5);
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Shaped as the embedded demo's checkout and search, by the minute: needs some 30 replicas of half a core. */
function load(days: number, seed: number): BacktestInput {
  const shape = { mean: 14, dailySwing: 0.5, noise: 0.05, burstsPerDay: 3, burstHeight: 0.4 };
  const at = generatedLoad({ ...shape, seed });
  return {
    demand: Float64Array.from({ length: days * 1440 }, (_, i) => at(START + i * 60_000)),
    intervalSeconds: 60,
    startsAt: START,
    capacity: 0.5,
    startupSeconds: 90,
    tickSeconds: 60,
    min: 1,
    max: 100,
  };
}

const settingsOf = (input: BacktestInput) => ({ ...input, sloPercent: 99.5 });

function rulesOnly(input: BacktestInput) {
  return runBacktest(input, oursPolicy('ours', settingsOf(input)));
}

/** Through the advisor of the tick: cached for 300 s, asked once in that time, limits in simulated time. */
async function advisedBy(
  input: BacktestInput,
  modelAt: (clock: Clock) => Model,
  onDecision?: (record: DecisionRecord) => void,
): Promise<AdvisedResult> {
  let now = input.startsAt;
  const clock = { now: () => now };
  const parts = { store: makeMemoryAdviceStore(), limitClock: clock, log: SILENT, settings: DEFAULT_ADVISOR_SETTINGS };
  const advisor = makeAdvisor({ ...parts, model: modelAt(clock) });
  const advise = (about: Assessment) => {
    now = about.now;
    return advisor.advise(about);
  };
  return runAdvisedBacktest(input, advisedPolicy('ours', settingsOf(input)), advise, onDecision);
}

describe('law: whatever is advised, at any tick', () => {
  it('no decision is under both the floor and what rules alone decide, nor over both the ceiling and that', () => {
    fc.assert(
      fc.property(situations(), anyAdvice(), ({ about, history }, advice) => {
        const rules = decide(about, null, history).target;
        const { target } = decide(about, advice, history);
        expect(target).toBeGreaterThanOrEqual(Math.min(rules, about.envelope.floor));
        expect(target).toBeLessThanOrEqual(Math.max(rules, about.envelope.ceiling));
      }),
      { numRuns: 2000 },
    );
  });

  it('a decision is within [min, max]; where what runs now is not, it is no further outside than that', () => {
    fc.assert(
      fc.property(situations(), anyAdvice(), ({ about, history }, advice) => {
        const { target, current } = decide(about, advice, history);
        const { min, max } = about.policy;
        expect(target).toBeGreaterThanOrEqual(Math.min(min, current));
        expect(target).toBeLessThanOrEqual(Math.max(max, current));
      }),
      { numRuns: 2000 },
    );
  });

  it('advice that wants fewer does not get them where nobody may scale down', () => {
    fc.assert(
      fc.property(situations(), anyAdvice(), ({ about, history }, advice) => {
        const { observation: seen, unusable } = about;
        const { target, current } = decide(about, advice, history);
        const helped = about.memoryKind === 'follows_load' ? (['cpu', 'memory'] as const) : (['cpu'] as const);
        const hot = helped.some((signal) => (about.utilisation[signal] ?? 0) > about.targets[signal]);
        const { ready, running, spec } = seen.replicas;
        const unready = ready < Math.min(running, spec) || seen.rollout !== 'settled';
        if (hot || unready || Object.keys(unusable).length > 0)
          expect(target).toBeGreaterThanOrEqual(Math.min(current, about.policy.max));
      }),
      { numRuns: 2000 },
    );
  });

  it('advice that wants fewer waits for the window and the cooldown that rules wait for', () => {
    fc.assert(
      fc.property(situations(), anyAdvice(), ({ about, history }, advice) => {
        const { target, current } = decide(about, advice, history);
        if (target >= current) return;
        const recent = history.wanted.filter(({ at }) => at > about.now - 300_000).map(({ replicas }) => replicas);
        // A stated maximum is an order: it waits for its step and the cooldown only.
        const { max } = about.policy;
        for (const replicas of recent) expect(target).toBeGreaterThanOrEqual(Math.min(current, replicas, max));
        const cooled = history.lastScaledAt === null || about.now - history.lastScaledAt >= 300_000;
        expect(cooled).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('where there is no advice, or it is vetoed, the decision is that of rules alone', () => {
    fc.assert(
      fc.property(situations(), fc.oneof(anyRejection(), anyAdvice()), ({ about, history }, advice) => {
        const rules = decide(about, null, history);
        const decision = decide(about, advice, history);
        const given = advice.kind === 'advice' && !decision.verdicts.some(({ effect }) => effect === 'vetoed');
        if (given) return;
        const { target, source, action, blockedBy } = decision;
        expect({ target, source, action, blockedBy }).toEqual({
          target: rules.target,
          source: rules.source,
          action: rules.action,
          blockedBy: rules.blockedBy,
        });
      }),
      { numRuns: 2000 },
    );
  });

  it('confidence, reasoning and everything but the number buy nothing', () => {
    fc.assert(
      fc.property(situations(), anyAdvice(), anyAdvice(), ({ about, history }, one, other) => {
        const sameNumber = { ...other, advice: { ...other.advice, targetReplicas: one.advice.targetReplicas } };
        expect(decide(about, sameNumber, history).target).toBe(decide(about, one, history).target);
      }),
    );
  });

  it('what blocks rules blocks advice: a pause, another owner, the kill switch', () => {
    fc.assert(
      fc.property(situations(), anyAdvice(), ({ about, history }, advice) => {
        const paused = { ...about, policy: { ...about.policy, paused: true } };
        expect(decide(paused, advice, history).blockedBy).toBe(decide(paused, null, history).blockedBy);
        const owned = { ...about, observation: { ...about.observation, owner: { kind: 'keda', name: 'k' } as const } };
        expect(decide(owned, advice, history).blockedBy).toBe(decide(owned, null, history).blockedBy);
        const off = { ...history, killSwitch: 'off' };
        expect(decide(about, advice, off).blockedBy).toBe(decide(about, null, off).blockedBy);
      }),
      { numRuns: 300 },
    );
  });

  it('in a whole run no number leaves [min, max], nor its tick’s envelope but by a guardrail that slows it', async () => {
    const input = load(1.5, 5);
    await fc.assert(
      fc.asyncProperty(fc.array(anyAdvice(), { minLength: 1, maxLength: 50 }), async (script) => {
        let tick = 0;
        const advise = async () => script[tick++ % script.length] ?? null;
        await runAdvisedBacktest(input, advisedPolicy('ours', settingsOf(input)), advise, (record) => {
          const { floor, ceiling } = record.assessment.envelope;
          const { target, current, verdicts, source } = record.decision;
          const led = source === 'llm' && verdicts.at(-1)?.source === 'llm';
          const freed = verdicts.every(({ guardrail, effect }) => guardrail === 'envelope' || effect === 'passed');
          if (led && freed) expect(target >= floor && target <= ceiling).toBe(true);
          expect(target >= input.min && target <= input.max).toBe(true);
          expect(replicasAfter(record)).toBe(record.outcome.kind === 'applied' ? target : current);
        });
        expect(tick).toBeGreaterThan(100);
      }),
      { numRuns: 4 },
    );
  });
});

describe.each([2, 3])('a run of three days of load %i', (seed) => {
  const input = load(3, seed);
  const rules = rulesOnly(input);

  it.each(['min', 'max', 'random', 'nonsense'] as const)(
    'under a model that answers %s: at most 0.2 points more violation and 15 percent more cost than rules only',
    async (name) => {
      const { violationPct, cost, advice } = await advisedBy(input, () => stubModel(name));
      // 864 times in three days where nobody looked whether an answer could matter.
      expect(advice.asked).toBeGreaterThan(50);
      expect(advice.asked).toBeLessThan(432);
      expect(advice.asked).toBe(advice.followed + advice.clipped + advice.vetoed + advice.rejected);
      expect(violationPct - rules.violationPct).toBeLessThanOrEqual(0.2);
      expect((cost ?? 0) / (rules.cost ?? 1)).toBeLessThanOrEqual(1.15);
    },
  );

  it('garbage and silence change nothing at all', async () => {
    const garbage = stubModel('garbage');
    let asked = 0;
    const either: Model = {
      complete: async (request) =>
        asked++ % 2 === 0
          ? garbage.complete(request)
          : { kind: 'failure', code: 'network', detail: 'unplugged', retryAfterMs: null },
    };
    const { advice, ...result } = await advisedBy(input, () => either);
    expect(result).toEqual(rules);
    expect(advice).toMatchObject({ followed: 0, clipped: 0, vetoed: 0, ledTicks: 0, rejected: advice.asked });
  });
});

it('advice that knows the future cuts the cost of three loads by 5 % or more, at no more violation: there is room to be good', async () => {
  const costs = { rules: 0, advised: 0 };
  for (const seed of [2, 3, 4]) {
    const input = load(3, seed);
    const rules = rulesOnly(input);
    const { violationPct, cost } = await advisedBy(input, (clock) => clairvoyantModel(input, clock, 300));
    expect(violationPct).toBeLessThanOrEqual(rules.violationPct);
    costs.rules += rules.cost ?? 0;
    costs.advised += cost ?? Number.POSITIVE_INFINITY;
  }
  expect(costs.advised).toBeLessThanOrEqual(0.95 * costs.rules);
});

describe('in simulated time', () => {
  const input = load(0.5, 4);

  it('a workload is asked about once in 300 s at most, and on no tick on which no advice could matter', async () => {
    const asked: number[] = [];
    const { advice } = await advisedBy(input, (clock) => ({
      complete: (request) => {
        asked.push(clock.now());
        return stubModel('sensible').complete(request);
      },
    }));
    const gaps = asked.slice(1).map((at, i) => (at - (asked[i] ?? 0)) / 1000);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(300);
    expect(advice.asked).toBe(asked.length);
    expect(advice.sparedTicks).toBeGreaterThan(0.5 * advice.ticks);
    expect(advice.limitedTicks).toBe(0);
  });

  it('the quota of a model refills by the simulated minute and day', async () => {
    const clock = { now: () => now };
    let now = input.startsAt;
    const limits = { requestsPerMinute: 30, requestsPerDay: 20, tokensPerMinute: 8000 };
    const askedOn = [0, 0, 0];
    const model: Model = {
      complete: (request) => {
        const day = Math.floor((now - START) / 86_400_000);
        askedOn[day] = (askedOn[day] ?? 0) + 1;
        return stubModel('sensible').complete(request);
      },
    };
    const parts = { store: makeMemoryAdviceStore(), limitClock: clock, log: SILENT, model };
    const advisor = makeAdvisor({ ...parts, settings: { models: ['m'], limits, budgetMs: 5000 } });
    const threeDays = load(3, 4);
    const { advice } = await runAdvisedBacktest(threeDays, advisedPolicy('ours', settingsOf(threeDays)), (about) => {
      now = about.now;
      return advisor.advise(about);
    });
    // On the first day, before anything was learned, few answers could matter.
    expect(askedOn[0]).toBeGreaterThan(0);
    expect(askedOn.slice(1)).toEqual([20, 20]);
    // Each call that the quota refuses leaves at least the tick that it was for without an answer.
    const unlimited = await advisedBy(threeDays, () => stubModel('sensible'));
    expect(unlimited.advice.asked).toBeGreaterThan(advice.asked);
    expect(advice.limitedTicks).toBeGreaterThanOrEqual(unlimited.advice.asked - advice.asked);
  });

  it('rejections are counted by their reasons, and a rejected answer is not asked again for 300 s', async () => {
    const { advice } = await advisedBy(input, () => stubModel('garbage'));
    const total = Object.values(advice.rejections).reduce((sum, times) => sum + times, 0);
    expect(total).toBe(advice.rejected);
    expect(Object.keys(advice.rejections)).toContain('unparsable');
    expect(advice.asked).toBe((0.5 * 86_400) / 300);
  });

  it('without an advisor nothing is asked, and the run is the one of rules only', async () => {
    const policyOff = advisedPolicy('ours', settingsOf(input), false);
    const never = () => Promise.reject(new Error('asked'));
    const { advice, ...result } = await runAdvisedBacktest(input, policyOff, never);
    expect(result).toEqual(rulesOnly(input));
    expect(advice).toMatchObject({ asked: 0, ticks: 720 });
  });

  it('the stand-in that knows the future advises what the clairvoyant would have', () => {
    const steps = { ...load(1, 1), demand: Float64Array.from([1, 1, 1, 9, 1, 1, 1, 1, 1, 1]) };
    const at = (minute: number, holds: number) => clairvoyantReplicas(steps, START + minute * 60_000, holds);
    // 9 / (0.9 × 0.5) = 20 replicas; a pod takes 90 s, a tick 60 s.
    expect([0, 1, 2, 3, 4].map((minute) => at(minute, 0))).toEqual([3, 20, 20, 20, 3]);
    expect(at(0, 60)).toBe(20);
  });
});

/** An assessment of any load, readiness, rollout and knowledge, and any past. */
function situations() {
  return fc
    .record({
      cpuPercent: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(0, 70, 90)),
      memoryPercent: fc.integer({ min: 0, max: 150 }),
      spec: fc.integer({ min: 1, max: 60 }),
      unready: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 5 })),
      rollout: fc.oneof(
        { weight: 4, arbitrary: fc.constant('settled' as const) },
        fc.constantFrom('in_progress' as const, 'paused' as const),
      ),
      seen: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
      bounds: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 60 })),
      wanted: fc.array(fc.record({ ago: fc.integer({ min: 0, max: 600 }), replicas: fc.integer({ min: 1, max: 60 }) })),
      scaledAgo: fc.option(fc.integer({ min: 0, max: 900 })),
    })
    .map(({ cpuPercent, memoryPercent, spec, unready, rollout, seen, bounds: [min, room], wanted, scaledAgo }) => {
      const ready = Math.max(1, spec - unready);
      const replicas = { spec, ready, running: spec, total: spec };
      const of = observation({ cpuPercent, memoryPercent, replicas, rollout, ...(seen ? {} : { signals: {} }) });
      const history: GuardrailHistory = {
        wanted: wanted.map((past) => ({ at: NOW - past.ago * 1000, replicas: past.replicas })),
        lastScaledAt: scaledAgo === null ? null : NOW - scaledAgo * 1000,
        killSwitch: null,
      };
      return { about: assessment(of, { policy: policy({ min, max: min + room, llm: 'on' }) }), history };
    });
}

type Given = Extract<AdviceResult, { kind: 'advice' }>;

function anyAdvice(): fc.Arbitrary<Given> {
  const level = fc.constantFrom<Advice['risk']>('low', 'medium', 'high');
  return fc
    .record({
      action: fc.constantFrom<Advice['action']>('scale_up', 'scale_down', 'maintain', 'at_max'),
      targetReplicas: fc.oneof(fc.integer({ min: 0, max: 120 }), fc.constantFrom(1, 100, 100_000)),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      reasoning: fc.string(),
      factors: fc.array(fc.string(), { maxLength: 3 }),
      risk: level,
      costImpact: level,
      performanceImpact: fc.constantFrom<Advice['performanceImpact']>('positive', 'neutral', 'negative'),
      timing: fc.constantFrom<Advice['timing']>('immediate', 'gradual', 'scheduled'),
    })
    .map((change) => advised(change.targetReplicas, change) as Given);
}

function anyRejection(): fc.Arbitrary<AdviceResult> {
  const codes = ['timeout', 'network', 'unparsable', 'rate_limited', 'out_of_bounds', 'contradiction'] as const;
  return fc
    .constantFrom(...codes)
    .map((code) => ({ kind: 'rejection', code, detail: code, model: 'm', at: NOW, raw: null }));
}
