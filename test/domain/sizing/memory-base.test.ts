// Memory's per-pod base: found where the replicas moved, and never taken for demand.
import { describe, expect, it } from 'vitest';
import { fitMemoryBase, withoutMemoryBase } from '../../../lib/domain/sizing/memory-base.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import { assessment, lesson, NOW, observation, policy } from '../../make/workloads.ts';

const MIB = 2 ** 20;
const BASE = 160 * MIB;
const PER_CORE = 200 * MIB;
const STEP = 300_000;

/** Seven days in which cpu has a rhythm and memory = base × replicas + slope × cpu. */
function history(replicasAt: (cpu: number, i: number) => number): Series {
  const at = Float64Array.from({ length: 7 * 288 }, (_, i) => NOW - (7 * 288 - i) * STEP);
  const cpu = at.map((t) => 3 - 2 * Math.cos((2 * Math.PI * t) / 86_400_000));
  const replicas = cpu.map(replicasAt);
  const memory = cpu.map((cores, i) => BASE * (replicas[i] ?? 0) + PER_CORE * cores);
  return { at, demand: { cpu, memory }, replicas };
}

describe('the per-pod base of memory', () => {
  it('is found where replicas moved', () => {
    const base = fitMemoryBase(history((cpu) => Math.ceil(cpu / 0.35)));
    expect((base ?? 0) / BASE).toBeCloseTo(1, 3);
  });

  it('is unknown where they did not, and memory is then not forecast', () => {
    const fixed = history(() => 10);
    expect(fitMemoryBase(fixed)).toBeNull();
    expect(lesson(fixed, NOW).signals).not.toHaveProperty('memory');
  });

  it('is unknown where noise hides it: replicas that followed the load all the time', () => {
    const { at, demand, replicas } = history((cpu) => Math.round(cpu * 20));
    const noisy = demand.memory.map((bytes, i) => bytes * (1 + 0.05 * Math.sin(i * 12.9898)));
    expect(fitMemoryBase({ at, demand: { ...demand, memory: noisy }, replicas })).toBeNull();
  });

  it('is taken out of the series, so that scaling out is no demand', () => {
    const series = history((cpu) => Math.ceil(cpu / 0.35));
    const load = withoutMemoryBase(series, BASE).demand.memory;
    load.forEach((bytes, i) => {
      expect(bytes / PER_CORE).toBeCloseTo(series.demand.cpu[i] ?? 0, 6);
    });
  });

  it('does not run away: more replicas hold more memory, and still need no more replicas', () => {
    const fitted = lesson(
      history((cpu) => Math.ceil(cpu / 0.35)),
      NOW,
    );
    const wanted = [6, 12, 24, 40].map((n) => {
      const memory = { demand: BASE * n + PER_CORE * 3, at: NOW, coverage: 1, atLimit: false };
      const cpu = { ...memory, demand: 1.2 };
      const of = observation({
        replicas: { spec: n, ready: n, running: n, total: n },
        capacity: { cpu: 0.5, memory: 512 * MIB },
        signals: { cpu, memory },
      });
      const { proposals } = assessment(of, { fitted, policy: policy({ max: 200 }) });
      return proposals.find(({ source }) => source === 'reactive')?.replicas;
    });
    expect(wanted).toEqual([4, 4, 4, 4]);
  });
});
