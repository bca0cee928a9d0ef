// Memory over days of ticks: held at rest, following load, and in between; with noise, and with CPU that moves meanwhile.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Assessment } from '../../../lib/domain/assessment/assessment.ts';
import { settled } from '../../../lib/domain/decision/remember.ts';
import { conclude, consider } from '../../../lib/domain/decision/step.ts';
import type { WorkloadMemory } from '../../../lib/domain/decision/workload-memory.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import type { Policy } from '../../../lib/domain/workload/policy.ts';
import { unusableSignals } from '../../../lib/domain/workload/signal-health.ts';
import { NOW, observation, policy } from '../../make/workloads.ts';

const MINUTE = 60_000;
const GIB = 2 ** 30;
const CORES = 0.5;

interface World {
  readonly replicas: number;
  readonly policy?: Partial<Policy>;
  /** Of the request of 1 GiB. */
  readonly base: number;
  /** GiB per core of load. */
  readonly perCore?: number;
  /** Total cores, by minutes since the start. */
  readonly load: (minute: number) => number;
  /** Standard deviation of a total, as a share of it. */
  readonly noise?: number;
  readonly limit?: number;
  readonly minutes: number;
  /** Pods that have not filled their caches yet hold this share of the base, for half an hour. */
  readonly fresh?: number;
}

/** A workload that is ticked once a minute; what is decided is done, and serves a minute later. */
function run(world: World) {
  const { base, perCore = 0, noise = 0, fresh = 1, limit } = world;
  const gaussian = noiseOf(7);
  let replicas = world.replicas;
  let born = Array.from({ length: replicas }, () => -1e6);
  let previous: WorkloadMemory | undefined;
  const samples: { at: number; cpu: number; memory: number; replicas: number }[] = [];
  const steps: { minute: number; replicas: number; perPod: number; assessment: Assessment; reason: string }[] = [];
  for (let minute = 0; minute < world.minutes; minute++) {
    const now = NOW + minute * MINUTE;
    while (born.length < replicas) born.push(minute);
    born = born.slice(0, replicas);
    const load = world.load(minute) * (1 + noise * gaussian());
    const held = born.reduce((sum, at) => sum + base * (minute - at < 30 ? fresh : 1), 0);
    const memory = (held + perCore * world.load(minute)) * GIB * (1 + noise * gaussian());
    samples.push({ at: now, cpu: load, memory, replicas });
    const recent = samples.filter(({ at }) => at > now - 82 * MINUTE);
    const reading = { at: now - 15_000, coverage: 1, atLimit: false };
    const seen: Observation = {
      workload: { cluster: 'demo', namespace: 'shop', name: 'web' },
      at: now,
      resourceVersion: '1',
      replicas: { spec: replicas, ready: replicas, running: replicas, total: replicas },
      capacity: { cpu: CORES, memory: GIB },
      startupSeconds: 30,
      signals: { cpu: { demand: load, ...reading }, memory: { demand: memory, ...reading } },
      rollout: 'settled',
      hpa: null,
      owner: { kind: 'none' },
      annotations: {},
      ...(limit !== undefined && { limits: { memory: limit * GIB } }),
    };
    const of = policy({ min: 1, max: 40, ...world.policy });
    const series = {
      at: Float64Array.from(recent, ({ at }) => at),
      demand: {
        cpu: Float64Array.from(recent, ({ cpu }) => cpu),
        memory: Float64Array.from(recent, (one) => one.memory),
      },
      replicas: Float64Array.from(recent, (one) => one.replicas),
    };
    const input = { policy: of, observation: seen, recent: series, fitted: undefined, windows: [] };
    const considered = consider(previous, { ...input, killSwitch: null });
    const { assessment } = considered;
    const { decision, memory: next } = conclude(previous, considered, null);
    steps.push({ minute, replicas, perPod: memory / GIB / replicas, assessment, reason: decision.reason });
    const kind = decision.target === replicas ? 'unchanged' : 'applied';
    const record = { decision, outcome: { kind, message: '' }, assessment, advice: null, requestedBy: null } as const;
    previous = settled(next, record, false);
    replicas = decision.target;
  }
  const counts = steps.map((step) => step.replicas);
  return {
    steps,
    counts,
    highest: Math.max(...counts),
    lowest: Math.min(...counts),
    last: counts.at(-1) ?? 0,
    kind: steps.at(-1)?.assessment.memoryKind,
  };
}

describe('memory that every pod holds at rest', () => {
  test.each<[string, World, { highest: number; last: number }]>([
    [
      '0.9 of the request, no load to speak of',
      { replicas: 2, policy: { min: 2 }, base: 0.9, load: () => 0.1, minutes: 120 },
      { highest: 4, last: 3 },
    ],
    [
      'over the request',
      { replicas: 3, policy: { min: 3 }, base: 1.3, load: () => 0.3, minutes: 120 },
      { highest: 4, last: 3 },
    ],
    ['of one pod', { replicas: 1, base: 0.95, load: () => 0.05, minutes: 120 }, { highest: 2, last: 1 }],
    [
      'with noise',
      { replicas: 4, policy: { min: 4 }, base: 0.9, load: () => 0.4, noise: 0.02, minutes: 240 },
      { highest: 5, last: 4 },
    ],
    [
      'with a load that moves',
      {
        replicas: 4,
        policy: { min: 4 },
        base: 0.92,
        load: (minute) => 0.6 + 0.3 * Math.sin(minute / 20),
        minutes: 240,
      },
      { highest: 5, last: 4 },
    ],
    [
      'that new pods take half an hour to hold',
      { replicas: 4, policy: { min: 4 }, base: 0.9, fresh: 0.3, load: () => 0.4, minutes: 240 },
      { highest: 6, last: 5 },
    ],
  ])('%s is not chased', (_what, world, { highest, last }) => {
    const of = run(world);
    expect(of.highest).toBeLessThanOrEqual(highest);
    expect(of.last).toBeLessThanOrEqual(last);
  });

  test.each<[string, World, number]>([
    ['at max', { replicas: 40, base: 0.9, load: () => 2, minutes: 180 }, 6],
    ['under max', { replicas: 20, base: 0.9, load: () => 1, minutes: 180 }, 4],
    ['at max, close to its limit', { replicas: 40, base: 0.9, limit: 1, load: () => 2, minutes: 240 }, 8],
    ['over the request', { replicas: 40, base: 1.1, load: () => 2, minutes: 240 }, 8],
    ['within the tolerance of its target', { replicas: 40, base: 0.78, load: () => 2, minutes: 180 }, 6],
    ['with noise', { replicas: 40, base: 0.9, load: () => 2, noise: 0.02, minutes: 300 }, 8],
    ['with a little load on top', { replicas: 40, base: 0.8, perCore: 1, load: () => 2, minutes: 240 }, 12],
  ])('%s is no bar to scaling in', (_what, world, last) => {
    expect(run(world).last).toBeLessThanOrEqual(last);
  });

  it('is remembered when the step that showed it is out of sight', () => {
    const of = run({ replicas: 2, policy: { min: 2 }, base: 0.9, load: () => 0.1, minutes: 600 });
    expect(of.kind).toBe('at_rest');
    expect(of.counts.slice(60).every((count) => count === 2)).toBe(true);
  });
});

describe('memory that follows load', () => {
  const growing = (from: number, to: number) => (minute: number) =>
    from + (to - from) * Math.min(1, Math.max(0, minute - 60) / 120);

  it('is sized: after one step that helps, to its target', () => {
    const of = run({ replicas: 4, base: 0, perCore: 4, load: () => 1, minutes: 120 });
    expect(of.kind).toBe('follows_load');
    expect(of.last).toBe(5);
    const heavy = run({ replicas: 4, base: 0, perCore: 8, load: () => 1, minutes: 120 });
    expect(heavy.steps.at(-1)?.perPod).toBeLessThanOrEqual(0.9);
  });

  it.each([0, 0.02])('is protected while load grows, with noise of %d', (noise) => {
    const of = run({ replicas: 4, base: 0.1, perCore: 4, load: growing(0.5, 4), noise, minutes: 300 });
    expect(of.last).toBeGreaterThanOrEqual(20);
    expect(of.steps.at(-1)?.perPod).toBeLessThanOrEqual(0.95);
  });

  it('is never scaled in past its target, whatever CPU needs', () => {
    const of = run({ replicas: 40, base: 0.1, perCore: 12, load: () => 2, minutes: 300 });
    for (const { perPod } of of.steps) expect(perPod).toBeLessThanOrEqual(1);
    expect(of.steps.at(-1)?.perPod).toBeLessThanOrEqual(0.9);
  });

  it('is not brought to its limit by a trial', () => {
    const of = run({ replicas: 40, base: 0, perCore: 18, load: () => 2, limit: 1, minutes: 300 });
    for (const { perPod } of of.steps) expect(perPod).toBeLessThanOrEqual(0.98);
  });
});

describe('a base and a load', () => {
  it('are told apart: only what follows load is sized', () => {
    // 0.4 of a pod at rest, and 2.4 GiB that the pods share: 6 of them hold 0.8.
    const of = run({ replicas: 3, base: 0.4, perCore: 4, load: () => 0.6, minutes: 180 });
    expect(of.kind).toBe('follows_load');
    expect(of.last).toBeGreaterThanOrEqual(6);
    expect(of.last).toBeLessThanOrEqual(7);
  });

  it('are held apart when pods are taken away: the load comes on top of the base of fewer', () => {
    const of = run({ replicas: 40, base: 0.75, perCore: 3, load: () => 2, limit: 1.2, minutes: 400 });
    expect(of.last).toBeLessThan(25);
    for (const { perPod } of of.steps) expect(perPod).toBeLessThanOrEqual(1.2 * 0.97);
  });
});

describe('laws, whatever the workload', () => {
  const size = fc.integer({ min: 2, max: 30 });
  const noise = fc.constantFrom(0, 0.005, 0.02);

  it('memory at rest adds one trial step at most, and takes it back', () => {
    fc.assert(
      fc.property(size, fc.double({ min: 0.85, max: 1.3, noNaN: true }), noise, (replicas, base, rough) => {
        const world = {
          replicas,
          policy: { min: replicas },
          base,
          load: () => replicas * 0.1,
          noise: rough,
          minutes: 200,
        };
        const of = run(world);
        expect(of.highest).toBeLessThanOrEqual(replicas + Math.max(1, Math.ceil(replicas * 0.2)));
        expect(of.last).toBe(replicas);
      }),
      {
        numRuns: 25,
        // The step that told the base leaves the series after 82 minutes, sample by sample.
        examples: [[4, 0.85, 0.02]],
      },
    );
  });

  it('memory that follows load is kept under its request, whatever CPU needs', () => {
    fc.assert(
      fc.property(size, fc.double({ min: 2, max: 10, noNaN: true }), noise, (replicas, perCore, rough) => {
        const load = (replicas * 0.8) / perCore;
        const of = run({ replicas, base: 0, perCore, load: () => load, noise: rough, minutes: 200 });
        for (const { perPod } of of.steps) expect(perPod).toBeLessThanOrEqual(1 + 5 * rough);
      }),
      { numRuns: 25 },
    );
  });
});

describe('with the target off', () => {
  it('memory neither grows a workload nor keeps it', () => {
    const of = run({ replicas: 10, policy: { memoryOff: true }, base: 1.5, load: () => 0.5, minutes: 60 });
    expect(of.highest).toBe(10);
    expect(of.last).toBe(2);
    expect(of.kind).toBe('unknown');
  });

  it('its absence is no blindness', () => {
    const { memory: _, ...signals } = observation().signals;
    expect(unusableSignals(observation({ signals }), policy({ memoryOff: true }))).toEqual({});
    expect(unusableSignals(observation({ signals }), policy())).toHaveProperty('memory');
  });
});

/** A repeatable standard normal. */
function noiseOf(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
