// The LLM is not asked where its advice could not matter; where that is said, no advice at all changes the answer.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../../lib/domain/assessment/assessment.ts';
import { decide } from '../../../lib/domain/decision/decide.ts';
import { whyNotAsk } from '../../../lib/domain/decision/worth-asking.ts';
import type { Forecast } from '../../../lib/domain/forecast/forecast.ts';
import { type OpenBreaker, whyBroken } from '../../../lib/domain/guardrails/cluster/circuit-breaker.ts';
import type { GuardrailHistory } from '../../../lib/domain/guardrails/constraint.ts';
import { floorFor, worksThroughHpa } from '../../../lib/domain/hpa/floor.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import type { Policy } from '../../../lib/domain/workload/policy.ts';
import { contraryRun } from '../../make/contrary.ts';
import { type Situation, situations } from '../../make/situations.ts';
import { weekly } from '../../make/windows.ts';
import { advised, assessment, NO_HISTORY, NOW, observation, policy } from '../../make/workloads.ts';

const MINUTE = 60_000;
const HOLD: OpenBreaker = { since: NOW - MINUTE, reason: '3 pods stopped serving', fallen: [], calmTicks: 0 };

type Readings = Partial<Observation> & { readonly cpuPercent?: number };

interface Change {
  readonly history?: Partial<GuardrailHistory>;
  readonly hold?: OpenBreaker | null;
  readonly purpose?: 'writing' | 'showing';
}

function why(about: Assessment, { history = {}, hold = null, purpose = 'writing' }: Change = {}) {
  return whyNotAsk({ assessment: about, history: { ...NO_HISTORY, ...history }, hold, purpose });
}

/** Ten replicas at 65 % of requests and a target of 70 %, with a forecast that leaves room on both sides. */
function roomy(of: Readings = {}, with_: Partial<Policy> = {}, rest: Partial<Assessment> = {}): Assessment {
  const about = assessment(observation({ cpuPercent: 65, ...of }), { policy: policy(with_) });
  const envelope = { ...about.envelope, needed: 8, justified: 14, floor: 8, ceiling: 14 };
  return { ...about, envelope, forecasts: { cpu: rising(about) }, ...rest };
}

/** A forecast of twice the present within the hour, so that growing is not advice against every reading. */
function rising({ observation: { signals } }: Assessment): Forecast {
  const current = signals.cpu?.demand ?? 3;
  const [p5, p50, p90, p95, p99] = [current, current * 1.5, current * 2, current * 2.1, current * 2.2];
  const points = [5, 30, 60].map((minutes) => ({ at: NOW + minutes * MINUTE, p5, p50, p90, p95, p99 }));
  const shape = { hourly: [], peak: p50, skill: 0.3, anomalous: false };
  return { ...shape, signal: 'cpu', method: 'recent_level', trend: 'increasing', current, points };
}

const CLOSED = { made: 9, byBaseline: 0, alone: null, closed: true };

describe('the LLM is asked', () => {
  it('where evidence leaves room', () => {
    expect(why(roomy())).toBeNull();
  });

  it.each([
    ['in the shadow, as in the light', roomy({}, { llm: 'shadow' }), {}],
    ['in mode recommend, which is there to show what it would do', roomy({}, { mode: 'recommend', paused: true }), {}],
    ['by whoever looks, whatever may be written', roomy({}, { paused: true }), { purpose: 'showing' }],
    ['by whoever looks, whatever holds it for now', roomy({ rollout: 'in_progress' }), { purpose: 'showing' }],
    ['while a cooldown ends within the time for which advice is remembered', roomy(), scaledAgo(10)],
    ['while the highest number of the last minutes stands: advice changes what that becomes', idle(), justWanted(10)],
    ['where only its floor on an HPA would differ', floored(), {}],
    ['on hold, where it may still grow', roomy(), { hold: HOLD }],
  ] as const)('%s', (_, about, change: Change) => {
    expect(why(about, change)).toBeNull();
  });
});

describe('the LLM is not asked', () => {
  const fixed = policy({ min: 4, max: 4 });
  it.each([
    ['no_room', 'min and max are one', assessment(observation(), { policy: fixed }), {}],
    ['no_room', 'floor and ceiling are one', roomy({}, {}, { envelope: tight(10) }), {}],
    ['no_room', 'a window sets the size', sized(), {}],
    ['no_room', 'load needs more than max allows', roomy({ cpuPercent: 180 }, { max: 9 }, { envelope: tight(26) }), {}],
    ['room_closed', 'advice has moved it to and fro', withTrack({ changes: CLOSED }), {}],
    ['room_closed', 'advice has cost too much both ways', withTrack({ downClosed: true, upClosed: true }), {}],
    ['not_permitted', 'the policy says paused', roomy({}, { paused: true }), {}],
    ['not_permitted', 'the kill switch is set', roomy(), { history: { killSwitch: 'KILL_SWITCH is set' } }],
    ['not_permitted', 'KEDA owns the count', roomy({ owner: { kind: 'keda', name: 'k' } }), {}],
    ['not_permitted', 'a manager sets the count back', roomy({ otherWriters: reconciled }), {}],
    ['not_permitted', 'somebody switched it off', roomy({ replicas: none }), {}],
    ['not_permitted', 'mode hpa-floor has no HPA', roomy({}, { mode: 'hpa-floor' }), {}],
    ['held', 'a Deployment is paused and nothing may shrink', idle({ rollout: 'paused' }), {}],
    ['held', 'a cooldown lasts for another half an hour', slow(), scaledAgo(60)],
    ['held', 'whoever overruled us is left alone for hours', overruled(), {}],
    ['held', 'the cluster is on hold and it may only shrink', idle(), { hold: HOLD }],
    ['held', 'its own pods fell', roomy(), { hold: { ...HOLD, fallen: [{ key: 'shop/web', expected: 10 }] } }],
  ] as const)('%s: %s', (code, _, about, change: Change) => {
    const given = why(about, change);
    expect(given).toMatchObject({ code, until: null });
    expect(given?.detail).toMatch(/^not asked: .{12,}/);
  });

  it('about a workload with one answer, also where somebody looks', () => {
    expect(why(roomy({}, {}, { envelope: tight(10) }), { purpose: 'showing' })).toMatchObject({ code: 'no_room' });
  });
});

describe('law', () => {
  /** What a decision means: the replicas, and the floor on an HPA. */
  function meaning({ about, history }: Situation, hold: OpenBreaker | null, advice: ReturnType<typeof advised> | null) {
    const decision = decide(about, advice, history);
    const { hpa, owner } = about.observation;
    if (whyBroken(hold, 'shop/web', decision, about.now) !== null) return `${decision.current}`;
    const floor =
      hpa !== null && worksThroughHpa(about.policy, owner) ? floorFor(decision, hpa, about.policy.max) : null;
    return floor === null ? `${decision.target}` : `${decision.target} ${floor}`;
  }

  const holds = fc.constantFrom(null, null, HOLD, { ...HOLD, fallen: [{ key: 'shop/web', expected: 3 }] });

  it('where it says that no advice matters, none of all targets, actions and confidences changes the answer', () => {
    fc.assert(
      fc.property(withEnvelopes(), holds, adviceWords(), (situation, hold, words) => {
        const { about, history } = situation;
        if (whyNotAsk({ assessment: about, history, hold, purpose: 'writing' }) === null) return;
        const without = meaning(situation, hold, null);
        for (let target = about.policy.min; target <= about.policy.max; target++)
          expect(meaning(situation, hold, advised(target, words))).toBe(without);
      }),
      { numRuns: 500 },
    );
  });

  it('where it asks, some advice changes the answer, at once or once what holds it for minutes is over', () => {
    let [asked, atOnce] = [0, 0];
    fc.assert(
      fc.property(withEnvelopes(), (situation) => {
        const { about, history } = situation;
        if (whyNotAsk({ assessment: about, history, hold: null, purpose: 'writing' }) !== null) return;
        asked++;
        const later = { ...about, now: about.now + 5 * MINUTE };
        const free = { ...situation, about: later, history: { ...history, wanted: [] } };
        const differs = (one: Situation) => {
          const without = meaning(one, null, null);
          return range(about.policy).some((target) => meaning(one, null, advised(target)) !== without);
        };
        const isAtOnce = differs(situation);
        if (isAtOnce) atOnce++;
        expect(isAtOnce || differs(free)).toBe(true);
      }),
      { numRuns: 1500 },
    );
    expect(asked).toBeGreaterThan(50);
    expect(atOnce / asked).toBeGreaterThan(0.5);
  });

  const LOADS: Readonly<Record<string, (i: number) => number>> = {
    'wavers by the minute': (i) => 4 + 1.2 * Math.sin(i * i),
    'rises and falls': (i) => 6 * (1 + 0.6 * Math.sin(i / 90)) + 0.3 * Math.sin(i * i),
  };
  const MODELS: Readonly<Record<string, (about: Assessment, i: number) => number>> = {
    'wants as few as evidence allows': ({ envelope }) => envelope.floor,
    'goes from one end to the other': ({ envelope }, i) => (i % 10 === 0 ? envelope.floor : envelope.ceiling),
    'wants the least there is': () => 2,
  };

  describe.each(Object.entries(LOADS))('under a load that %s', (_load, load) => {
    it.each(Object.entries(MODELS))(
      'five hours end alike, minute by minute, though a model that %s is asked less',
      (_m, advise) => {
        for (const hpa of [false, true]) {
          const run = { minutes: 300, load, hpa, advise, every: 1 };
          const always = contraryRun(run);
          const sparing = contraryRun({ ...run, sparing: true });
          expect(sparing.counts).toEqual(always.counts);
          expect(sparing.asked).toBeLessThan(0.5 * always.asked);
        }
      },
    );
  });
});

const none = { spec: 0, ready: 0, running: 0, total: 0 };
const reconciled = {
  manager: { name: 'argocd', how: 'reconciles' },
  writer: null,
  vpa: null,
  overlaps: [],
} as const;

function tight(replicas: number) {
  return { needed: replicas, justified: replicas, floor: replicas, ceiling: replicas, reason: 'evidence' };
}

function scaledAgo(seconds: number): Change {
  return { history: { lastScaledAt: NOW - seconds * 1000 } };
}

function justWanted(replicas: number): Change {
  return { history: { wanted: [{ at: NOW - MINUTE, replicas }] } };
}

/** Every signal under its target, now and for the next hour: nothing may grow, and two fewer would do. */
function idle(of: Readings = {}, with_: Partial<Policy> = {}): Assessment {
  return roomy({ cpuPercent: 50, ...of }, with_, { forecasts: {} });
}

function slow(): Assessment {
  return idle({}, { cooldownDownSeconds: 1860 });
}

function overruled(): Assessment {
  return roomy({}, {}, { overruled: { times: 5, until: NOW + 3_600_000 } });
}

function sized(): Assessment {
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  const window = weekly({ days, start: '00:00', end: '24:00' }, { effect: 'size', replicas: 7 });
  return assessment(observation({ cpuPercent: 40 }), { windows: [window] });
}

function withTrack(track: Partial<Assessment['regret']>): Assessment {
  const about = roomy();
  const isClosed = track.downClosed && track.upClosed;
  return { ...about, ...(isClosed && { envelope: tight(10) }), regret: { ...about.regret, ...track } };
}

/** The HPA holds ten; advice may say for how many of them our floor stands. */
function floored(): Assessment {
  const hpa = {
    name: 'web',
    minReplicas: 9,
    ownMinReplicas: 2,
    maxReplicas: 50,
    currentReplicas: 10,
    desiredReplicas: 10,
    targetCpuPercent: 70,
    targetMemoryPercent: null,
    scalingStatus: 'stable',
  } as const;
  return roomy({ hpa, owner: { kind: 'hpa', name: 'web' } });
}

/** Beside the number, an answer has words. */
function adviceWords() {
  return fc.record({
    action: fc.constantFrom('scale_up' as const, 'scale_down' as const, 'maintain' as const, 'at_max' as const),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    timing: fc.constantFrom('immediate' as const, 'gradual' as const, 'scheduled' as const),
  });
}

function range({ min, max }: Policy): readonly number[] {
  return Array.from({ length: max - min + 1 }, (_, i) => min + i);
}

/** Situations, half of them with an envelope that leaves room, or less than none. */
function withEnvelopes(): fc.Arbitrary<Situation> {
  const ends = fc.option(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 })));
  const hurry = fc.boolean();
  return fc.tuple(situations('maybe'), ends, hurry).map(([situation, drawn, isRising]) => {
    const { about } = situation;
    const envelope = drawn === null ? about.envelope : { ...about.envelope, needed: drawn[0], justified: drawn[1] };
    const forecasts = isRising && about.observation.signals.cpu ? { cpu: rising(about) } : about.forecasts;
    return { ...situation, about: { ...about, envelope, forecasts } };
  });
}
