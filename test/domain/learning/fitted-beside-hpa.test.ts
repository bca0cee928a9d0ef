// What learning makes of one history: how to size, and how the workload's own HPA would have done beside it.
import { describe, expect, it } from 'vitest';
import { type FitInput, fitWorkload } from '../../../lib/domain/learning/fit-workload.ts';
import { unpackRecord } from '../../../lib/domain/sizing/experts/record.ts';
import type { HpaStatus } from '../../../lib/domain/workload/hpa-status.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import { DAY, END, history } from '../../make/histories.ts';
import { HPA } from '../../make/records.ts';

const MINUTE = 60_000;
const MIB = 2 ** 20;
/** A load that rises every two hours, by the minute. */
const load = (at: number) => (Math.floor(at / (20 * MINUTE)) % 6 === 0 ? 4 : 1);
const base = { ...history(1.1, load), ...byMinute(1.1) };

/** Samples by the minute, with replicas that follow the load halfway and memory that pods hold at rest and by load. */
function byMinute(days: number, memoryAtRest = 100 * MIB): Series {
  const length = Math.round((days * DAY) / MINUTE);
  const at = Float64Array.from({ length }, (_, i) => END - (length - 1 - i) * MINUTE);
  const cpu = at.map(load);
  const replicas = at.map((when, i) => 3 + (Math.floor(when / (70 * MINUTE)) % 4) + ((cpu[i] ?? 0) > 2 ? 1 : 0));
  const memory = at.map((_, i) => memoryAtRest * (replicas[i] ?? 0) + 50 * MIB * (cpu[i] ?? 0));
  return { at, demand: { cpu, memory }, replicas };
}

const INPUT: FitInput = {
  history: base,
  previous: undefined,
  now: END,
  coresPerReplica: 0.5,
  bytesPerReplica: 256 * MIB,
  startupSeconds: 60,
  sloPercent: 99.5,
  tickSeconds: 60,
};
const BOTH: HpaStatus = { ...HPA, minReplicas: 2, maxReplicas: 50, targetCpuPercent: 70, targetMemoryPercent: 80 };
const own = (change: Partial<FitInput> = {}) => fitWorkload({ ...INPUT, hpa: BOTH, ...change }).sizing?.policy.ownHpa;

describe('memory that pods hold at rest', () => {
  it('is told where replicas moved apart from the load, and taken out before memory is forecast', () => {
    const learned = fitWorkload(INPUT);
    expect((learned.memoryBaseBytes ?? 0) / MIB).toBeCloseTo(100, 0);
    // What follows the load: 50 MiB for each of the four cores at the most.
    expect((learned.signals.memory?.highest ?? 0) / MIB).toBeCloseTo(200, 0);
    expect(learned.signals.cpu?.highest ?? 0).toBeCloseTo(4, 6);
  });
});

describe('the own HPA beside a plan', () => {
  it('is replayed over the same history, by CPU and by the memory that follows load', () => {
    expect(own()).toMatchObject({ targets: { cpu: 70, memory: 80 }, leftOut: [] });
    expect(own()?.score?.cost).toBeGreaterThan(1);
  });

  it('is not there without an HPA, a request or a plan', () => {
    expect([own({ hpa: null }), fitWorkload(INPUT).sizing?.policy.ownHpa, own({ coresPerReplica: undefined })]).toEqual(
      [undefined, undefined, undefined],
    );
    expect(own({ history: { ...base, ...byMinute(0.5) } })).toBeUndefined();
    expect(fitWorkload({ ...INPUT, hpa: BOTH, history: byMinute(0.5) }).sizing).toBeNull();
  });

  it('keeps the plan as it would be without it', () => {
    const { ownHpa, ...policy } = fitWorkload({ ...INPUT, hpa: BOTH }).sizing?.policy ?? {};
    expect(ownHpa).toBeDefined();
    expect(policy).toEqual(fitWorkload(INPUT).sizing?.policy);
  });

  it('leaves memory out where its base, its request or its readings are not known', () => {
    const unmeasured = { ...base, demand: { ...base.demand, memory: base.demand.memory.map(() => Number.NaN) } };
    const standing = { ...base, replicas: base.replicas.map(() => 5) };
    for (const without of [
      own({ history: unmeasured }),
      own({ history: standing }),
      own({ bytesPerReplica: undefined }),
    ])
      expect(without).toMatchObject({ targets: { cpu: 70 }, leftOut: ['memory (Resource)'] });
  });

  it('needs more for memory that pods hold at rest than for CPU alone', () => {
    const heavy = own({ history: byMinute(1.1, 190 * MIB), bytesPerReplica: 256 * MIB });
    const byCpu = own({ hpa: { ...BOTH, targetMemoryPercent: null } });
    expect(heavy?.score?.cost).toBeGreaterThan(1.2 * (byCpu?.score?.cost ?? 0));
  });

  it('is looked at over the last fourteen days', () => {
    const long = byMinute(1.1);
    const early = { ...long, at: long.at.map((at) => at - 20 * DAY) };
    const joined: Series = {
      at: Float64Array.from([...early.at, ...long.at]),
      demand: {
        cpu: Float64Array.from([...early.demand.cpu.map((v) => 9 * v), ...long.demand.cpu]),
        memory: Float64Array.from([...early.demand.memory, ...long.demand.memory]),
      },
      replicas: Float64Array.from([...early.replicas, ...long.replicas]),
    };
    expect(fitWorkload({ ...INPUT, history: joined }).sizing).toEqual(fitWorkload(INPUT).sizing);
    const hpa = { ...BOTH, targetMemoryPercent: null };
    expect(own({ history: joined, hpa })?.score).toEqual(own({ hpa })?.score);
  });
});

describe('how to size', () => {
  const policy = (change: Partial<FitInput> = {}) => fitWorkload({ ...INPUT, ...change }).sizing;

  it('is for the start-up that is remembered, a minute and a half where none is', () => {
    expect(policy({ startupSeconds: null })).toEqual(policy({ startupSeconds: 90 }));
    expect(own({ startupSeconds: null })).toEqual(own({ startupSeconds: 90 }));
    expect(policy({ startupSeconds: 600 })?.policy.hpa70).not.toEqual(policy({ startupSeconds: 90 })?.policy.hpa70);
    expect(own({ startupSeconds: 600 })).not.toEqual(own({ startupSeconds: 90 }));
    const before = { ...fitWorkload(INPUT), sizing: null, startupSeconds: 600 };
    expect(policy({ startupSeconds: null, previous: before })?.policy.hpa70).toEqual(
      policy({ startupSeconds: 600 })?.policy.hpa70,
    );
  });

  it('is for ticks as they come, and for looks between them', () => {
    const byTicks = (tickSeconds: number) => policy({ tickSeconds, lookSeconds: 0 })?.record;
    expect(byTicks(600)).not.toEqual(byTicks(60));
    // Where somebody looks in between, ticks do not matter.
    expect(policy({ tickSeconds: 600 })).toEqual(policy({ tickSeconds: 60 }));
    expect(policy({ tickSeconds: 60 })?.record).not.toEqual(byTicks(60));
  });

  it('goes on from what was chosen before, and counts what came of it', () => {
    const previous = { ...fitWorkload(INPUT), at: END - 60 * MINUTE };
    expect(unpackRecord(policy({ previous })?.record ?? '')?.came.minutes).toBeCloseTo(60, 1);
    expect(policy({ previous: { ...previous, sizing: null } })).toEqual(policy());
  });
});
