// What a workload's own HPA would have done: as its user has it, from CPU and memory alone.
import { describe, expect, it } from 'vitest';
import { type OwnHpaInput, replayOwnHpa } from '../../../lib/domain/learning/hpa-replay.ts';
import { describePolicy } from '../../../lib/domain/sizing/describe.ts';
import type { HpaStatus } from '../../../lib/domain/workload/hpa-status.ts';
import { sizingPolicy } from '../../make/sizings.ts';

const GIB = 2 ** 30;
const HPA: HpaStatus = {
  name: 'web',
  minReplicas: 1,
  maxReplicas: 100,
  currentReplicas: 3,
  desiredReplicas: 3,
  targetCpuPercent: 60,
  targetMemoryPercent: null,
  metrics: [{ kind: 'Resource', name: 'cpu', targetPercent: 60 }],
  scalingStatus: 'stable',
};
const DAY = 1440;
/** Two waves a day between 2 and 10 cores. */
const waves = Float64Array.from({ length: 3 * DAY }, (_, i) => 6 + 4 * Math.sin((4 * Math.PI * i) / DAY));

const replayed = (hpa: Partial<HpaStatus>, input: Partial<OwnHpaInput> = {}) =>
  replayOwnHpa({
    hpa: { ...HPA, ...hpa },
    cpuMinutes: waves,
    memoryMinutes: null,
    memoryBaseBytes: 0,
    perReplica: { cpu: 0.5, memory: GIB },
    startupSeconds: 60,
    ...input,
  });
const cpu = (targetPercent: number) => ({
  metrics: [{ kind: 'Resource', name: 'cpu', targetPercent } as const],
});

describe('the HPA that a workload has, replayed', () => {
  it('costs what its target makes it cost: twice the target, half the replicas', () => {
    const [at40, at80] = [replayed(cpu(40)).score, replayed(cpu(80)).score];
    expect(at40?.cost).toBeGreaterThan(1.7 * (at80?.cost ?? 0));
    expect(at40?.violationPercent).toBe(0);
  });

  it('stays between its own bounds, and not at the floor that we hold', () => {
    expect(replayed({ minReplicas: 50 }).score?.cost).toBeGreaterThan(2);
    expect(replayed({ minReplicas: 50, ownMinReplicas: 1 }).score).toEqual(replayed({}).score);
    expect(replayed({ maxReplicas: 10 }).score?.violationPercent).toBeGreaterThan(30);
  });

  it('goes up at its own pace, and nowhere in a direction that is switched off', () => {
    const fast = replayed({}).score?.violationPercent ?? Number.NaN;
    const slow = replayed({ up: { paces: [{ kind: 'pods', value: 1, periodSeconds: 1800 }] } }).score;
    expect(slow?.violationPercent).toBeGreaterThan(fast + 5);
    expect(replayed({ up: { select: 'disabled' } }).score?.violationPercent).toBeGreaterThan(5);
    const never = replayed({ down: { select: 'disabled' } }).score;
    expect(never?.cost).toBeGreaterThan(1.3 * (replayed({}).score?.cost ?? 0));
  });

  it('holds after a peak as long as its window says, and moves on less with a smaller tolerance', () => {
    const cost = (down: HpaStatus['down']) => replayed(down === undefined ? {} : { down }).score?.cost ?? Number.NaN;
    expect(cost({ windowSeconds: 3600 })).toBeGreaterThan(cost({ windowSeconds: 0 }) * 1.03);
    expect(cost({ windowSeconds: 0, tolerance: 0.01 })).toBeLessThan(cost({ windowSeconds: 0, tolerance: 0.3 }));
  });

  it('goes by memory as well where the history can tell it from what pods hold at rest', () => {
    const both = {
      metrics: [...(HPA.metrics ?? []), { kind: 'Resource', name: 'memory', targetPercent: 50 } as const],
    };
    const memoryMinutes = waves.map((cores) => cores * 2 * GIB);
    const seen = replayed(both, { memoryMinutes, memoryBaseBytes: 0.1 * GIB });
    expect(seen).toMatchObject({ targets: { cpu: 60, memory: 50 }, leftOut: [] });
    expect(seen.score?.cost).toBeGreaterThan(1.4 * (replayed({}).score?.cost ?? 0));
    expect(replayed(both)).toMatchObject({ targets: { cpu: 60 }, leftOut: ['memory (Resource)'] });
  });

  it('reads an amount per pod as the percentage that it is', () => {
    const amount = { metrics: [{ kind: 'Resource', name: 'cpu', targetAverage: 0.3 } as const] };
    expect(replayed(amount)).toEqual(replayed(cpu(60)));
  });

  it('names what it leaves out, of every kind', () => {
    const others = [
      { kind: 'External', name: 'queue' },
      { kind: 'ContainerResource', name: 'cpu of container app', targetPercent: 60 },
      { kind: 'Pods', name: 'requests' },
    ] as const;
    const mixed = replayed({ metrics: [...(HPA.metrics ?? []), ...others] });
    expect(mixed.leftOut).toEqual(['queue (External)', 'cpu of container app (ContainerResource)', 'requests (Pods)']);
    expect(mixed.score).toEqual(replayed({}).score);
    expect(replayed({ metrics: [...others] })).toMatchObject({ targets: {}, score: null });
  });

  it('is read from what an older version stored', () => {
    const { metrics: _, ...older } = HPA;
    expect(replayOwnHpa({ ...inputOf(older), hpa: older })).toEqual(replayed({}));
  });
});

describe('a plan is held against', () => {
  const score = { violationPercent: 0.4, cost: 1.5 };
  const plan = sizingPolicy();
  it.each([
    [
      'an HPA at 70 % where there is none',
      undefined,
      'HPA at 70 % would have had enough 100.0 % of the time at 1.40 × what was needed',
    ],
    [
      'the one that is there',
      { targets: { cpu: 60, memory: 75 }, score, leftOut: [] },
      'your HPA (CPU 60 %, memory 75 %) would have had enough 99.6 % of the time at 1.50 × what was needed',
    ],
    [
      'that one without what the history does not hold',
      { targets: { cpu: 60 }, score, leftOut: ['queue (External)'] },
      'your HPA (CPU 60 %) would have had enough 99.6 % of the time at 1.50 × what was needed; its metric queue (External) is left out',
    ],
    [
      'an HPA at 70 % where the history holds none of its metrics, which is said',
      { targets: {}, score: null, leftOut: ['a (External)', 'b (Pods)', 'c (Pods)', 'd (Pods)'] },
      "1.40 × what was needed; your HPA's metrics are not in the history: a (External), b (Pods), c (Pods) and 1 more",
    ],
  ])('%s', (_what, ownHpa, words) => {
    expect(describePolicy(ownHpa === undefined ? plan : { ...plan, ownHpa })).toMatch(new RegExp(`${escaped(words)}$`));
  });
});

const escaped = (text: string) => text.replace(/[().%]/g, '\\$&');

function inputOf(hpa: HpaStatus): OwnHpaInput {
  const perReplica = { cpu: 0.5, memory: GIB };
  return { hpa, cpuMinutes: waves, memoryMinutes: null, memoryBaseBytes: 0, perReplica, startupSeconds: 60 };
}
