// Memory as a load whose sizing is learned: where it is, what one replica may hold, and that it only ever adds to the present rule.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { assess } from '../../../lib/domain/assessment/assess.ts';
import { type FitInput, fitWorkload } from '../../../lib/domain/learning/fit-workload.ts';
import type { Fitted } from '../../../lib/domain/learning/fitted.ts';
import { memoryRoom } from '../../../lib/domain/sizing/memory-ahead.ts';
import type { MemoryNature } from '../../../lib/domain/sizing/memory-nature.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import { headroomSizing } from '../../make/sizings.ts';
import { NOW, observation, policy } from '../../make/workloads.ts';

const MINUTE = 60_000;
const DAY = 1440;
const GIB = 2 ** 30;

describe('what one replica may hold above its base', () => {
  test.each<[string, Parameters<typeof memoryRoom>, number | null]>([
    ['up to the target', [{ request: GIB, targetPercent: 80 }, 0.2 * GIB], 0.6],
    ['under the limit, where that is nearer', [{ request: GIB, targetPercent: 80, limit: 0.8 * GIB }, 0.2 * GIB], 0.56],
    ['with a limit at the request', [{ request: GIB, targetPercent: 95, limit: GIB }, 0], 0.95],
    ['of a base near the target', [{ request: GIB, targetPercent: 80 }, 0.71 * GIB], null],
    ['of a base over the target', [{ request: GIB, targetPercent: 80 }, 1.2 * GIB], null],
  ])('%s', (_what, input, gib) => {
    const room = memoryRoom(...input);
    if (gib === null) expect(room).toBeNull();
    else expect((room ?? 0) / GIB).toBeCloseTo(gib, 6);
  });
});

/** Three days that end now. GiB a core above a base of 0.2, and replicas that do not only follow the load. */
function past({
  perCore = 1.6,
  base = 0.2,
  replicas = (minute: number) => 6 + (Math.floor(minute / 300) % 5),
} = {}): Series {
  const length = 3 * DAY;
  const minutes = Array.from({ length }, (_, i) => i);
  const cpu = minutes.map((minute) => 4 - 3 * Math.cos((2 * Math.PI * minute) / DAY));
  return {
    at: Float64Array.from(minutes, (minute) => NOW - (length - 1 - minute) * MINUTE),
    demand: {
      cpu: Float64Array.from(cpu),
      memory: Float64Array.from(minutes, (minute) => (base * replicas(minute) + perCore * (cpu[minute] ?? 0)) * GIB),
    },
    replicas: Float64Array.from(minutes, replicas),
  };
}

const learn = (history: Series, change: Partial<FitInput> = {}) =>
  fitWorkload({
    history,
    previous: undefined,
    now: NOW,
    coresPerReplica: 1,
    bytesPerReplica: GIB,
    startupSeconds: 60,
    sloPercent: 99.5,
    tickSeconds: 60,
    ...change,
  });

describe('what is learned of memory', () => {
  it('is a sizing in units of the room above the base, where memory follows load and asks for more than CPU', () => {
    const { loads, memoryBaseBytes, signals } = learn(past());
    expect((memoryBaseBytes ?? 0) / GIB).toBeCloseTo(0.2, 2);
    expect((loads?.memory?.unit ?? 0) / GIB).toBeCloseTo(0.6, 2);
    expect(loads?.memory?.policy.expected.violationPercent).toBeLessThan(0.6);
    // The HPA beside it aims at the same line.
    expect(loads?.memory?.policy.hpa70.cost).toBeLessThan(1.2);
    expect((signals.memory?.highest ?? 0) / GIB).toBeCloseTo(7 * 1.6, 0);
  });

  it.each<[string, Parameters<typeof past>[0], Partial<FitInput>]>([
    ['held at rest', { perCore: 0, base: 0.5 }, {}],
    ['that hardly follows load', { perCore: 0.05, base: 0.5 }, {}],
    ['whose base is not told, since replicas stood still', { replicas: () => 8 }, {}],
    ['with a base at its target', { base: 0.75 }, {}],
    ['without a request', {}, { bytesPerReplica: undefined }],
    ['with its target off', {}, { memoryTargetPercent: null }],
    ['with a base at its limit', {}, { memoryLimitBytes: 0.25 * GIB }],
    ['of which CPU always asks for more', {}, { coresPerReplica: 0.1 }],
  ])('is nothing, and nothing is kept, of memory %s', (_what, world, change) => {
    const learned = learn(past(world), change);
    expect(Object.keys(learned)).not.toContain('loads');
    const without = learn(past(world), { ...change, memoryTargetPercent: null });
    expect(learned).toEqual(without);
  });

  it('is nothing where memory moves with the replicas and CPU tells nothing of either', () => {
    const { at, demand, replicas } = past({ perCore: 1.6 });
    const flat = demand.cpu.map((_, i) => 1 + 0.01 * Math.sin(i));
    expect(learn({ at, demand: { ...demand, cpu: flat }, replicas }).loads).toBeUndefined();
  });

  it('goes on with its own record, and leaves what is learned of other loads as it was', () => {
    const { at, demand, replicas } = past();
    const requests = demand.cpu.map((cores) => 80 * cores);
    const history = { at, demand: { ...demand, requests }, replicas };
    const both = learn(history, { takenPerReplica: { requests: 40 } });
    const alone = learn(history, { takenPerReplica: { requests: 40 }, memoryTargetPercent: null });
    expect(Object.keys(both.loads ?? {}).toSorted()).toEqual(['memory', 'requests']);
    expect(both.loads?.requests).toEqual(alone.loads?.requests);
    const again = learn(history, { previous: { ...both, at: NOW - 360 * MINUTE } });
    expect(again.loads?.memory?.record).not.toBe(both.loads?.memory?.record);
  });
});

interface Now {
  readonly replicas: number;
  /** GiB. */
  readonly base: number;
  readonly load: number;
  /** Of the request: what was learned says that each pod holds. */
  readonly learnedBase: number;
  /** More than now, as the learned sizing has it. */
  readonly headroom: number;
  /** GiB above the base, as two weeks had it. */
  readonly highest: number;
  readonly request?: number;
  readonly change?: Partial<Observation>;
}

/** @param nature what earlier steps told of the base; as learned unless given */
function assessed(
  { replicas, base, load, learnedBase, headroom, highest, request = 1, change = {} }: Now,
  isLearned: boolean,
) {
  const memory = (base * replicas + load) * GIB;
  const reading = { at: NOW - 15_000, coverage: 1, atLimit: false };
  const seen = observation({
    replicas: { spec: replicas, ready: replicas, running: replicas, total: replicas },
    capacity: { cpu: 1, memory: request * GIB },
    signals: { cpu: { demand: 0.5, ...reading }, memory: { demand: memory, ...reading } },
    ...change,
  });
  const at = Float64Array.from({ length: 60 }, (_, i) => NOW - (59 - i) * MINUTE);
  const recent = {
    at,
    demand: { cpu: at.map(() => 0.5), memory: at.map(() => memory) },
    replicas: at.map(() => replicas),
  };
  const known: Fitted = {
    ...LEARNED,
    at: NOW - 360 * MINUTE,
    signals: { memory: signalOf(highest * GIB) },
    memoryBaseBytes: learnedBase * GIB,
    sizing: headroomSizing(0.1, 0.9),
    loads: { memory: headroomSizing(headroom, (0.8 - learnedBase) * GIB) },
  };
  const { loads: _, ...without } = known;
  const nature: MemoryNature = { baseBytes: base * GIB, at: NOW - MINUTE, since: 0, trial: null };
  return assess({
    now: NOW,
    policy: policy({ max: 1000 }),
    observation: seen,
    recent,
    fitted: isLearned ? known : without,
    past: [],
    memory: nature,
  });
}

const LEARNED = learn(past());

function signalOf(highest: number) {
  const { memory } = LEARNED.signals;
  if (memory === undefined) throw new Error('memory has no forecast');
  return { ...memory, highest };
}

const wantedBy = (now: Now, isLearned: boolean) =>
  assessed(now, isLearned).proposals.find(({ source }) => source === 'predictive');

const NORMAL: Now = { replicas: 6, base: 0.2, load: 3.6, learnedBase: 0.2, headroom: 0.5, highest: 20 };

describe('what was learned of memory', () => {
  it('decides where it asks for more, and says so', () => {
    // 3.6 GiB of load in 0.6 GiB of room are six replicas; half as much again are nine.
    expect(wantedBy(NORMAL, false)?.replicas).toBe(6);
    expect(wantedBy(NORMAL, true)).toMatchObject({ replicas: 9, source: 'predictive' });
    expect(wantedBy(NORMAL, true)?.reason).toMatch(
      /^memory needs 9 replicas: 50 % more than is in use, .* HPA at the same target would have had enough/,
    );
  });

  it.each<[string, Partial<Now>]>([
    ['a rollout is in progress', { change: { rollout: 'in_progress' } }],
    ['memory is at rest', { base: 0.75, load: 0.3, replicas: 6 }],
    ['a step has told another base', { base: 0.55, load: 1.5 }],
    ['no request is stated', { change: { capacity: { cpu: 1 } } }],
    ['the limit is under what was learned', { change: { limits: { memory: 0.3 * GIB } } }],
  ])('says nothing where %s', (_what, change) => {
    const now = { ...NORMAL, ...change };
    expect(assessed(now, true).proposals).toEqual(assessed(now, false).proposals);
  });

  it('is in the replicas of the request that pods have now', () => {
    // Twice the request: 1.6 − 0.2 GiB of room, 5.4 GiB ahead.
    expect(wantedBy({ ...NORMAL, request: 2 }, true)?.replicas).toBe(Math.ceil(5.4 / 1.4));
    expect(wantedBy({ ...NORMAL, request: 0.5, highest: 100 }, true)?.replicas).toBe(27);
  });

  const world = fc.record({
    replicas: fc.integer({ min: 1, max: 40 }),
    base: fc.double({ min: 0, max: 0.9, noNaN: true }),
    load: fc.double({ min: 0, max: 40, noNaN: true }),
    learnedBase: fc.double({ min: 0, max: 0.65, noNaN: true }),
    headroom: fc.constantFrom(0, 0.1, 0.5, 3),
    highest: fc.double({ min: 0, max: 60, noNaN: true }),
    request: fc.constantFrom(0.5, 1, 2),
  });

  it('law: never asks for fewer than the present rule, and moves no floor', () => {
    fc.assert(
      fc.property(world, (now) => {
        const [learned, present] = [assessed(now, true), assessed(now, false)];
        expect(wantedBy(now, true)?.replicas).toBeGreaterThanOrEqual(wantedBy(now, false)?.replicas ?? 0);
        expect(learned.envelope.floor).toBe(present.envelope.floor);
        expect([learned.memory, learned.memoryKind]).toEqual([present.memory, present.memoryKind]);
      }),
      { numRuns: 200 },
    );
  });

  it('law: never asks for more than the highest of the past needed, nor for more than the present rule beyond that', () => {
    fc.assert(
      fc.property(world, (now) => {
        const room = 0.8 * (now.request ?? 1) - now.learnedBase;
        const most = Math.max(1, Math.ceil(now.highest / room - 1e-6));
        const present = wantedBy(now, false)?.replicas ?? 0;
        if (room > 0) expect(wantedBy(now, true)?.replicas).toBeLessThanOrEqual(Math.max(most + 1e-6, present));
        else expect(wantedBy(now, true)?.replicas).toBe(present);
      }),
      { numRuns: 200 },
    );
  });
});
