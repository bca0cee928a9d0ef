// assess and decide for one workload with two weeks of history, and learning it, against parsing its series once.
import { assess } from '../lib/domain/assessment/assess.ts';
import { decide } from '../lib/domain/decision/decide.ts';
import { fitWorkload } from '../lib/domain/learning/fit-workload.ts';
import type { Observation } from '../lib/domain/workload/observation.ts';
import { DEFAULT_POLICY } from '../lib/domain/workload/policy.ts';
import { indexAtOrAfter, type Series } from '../lib/domain/workload/series.ts';
import { generatedLoad } from '../local/loads.ts';

const ROUNDS = 2000;
const MINUTE = 60_000;

export function decisions(): void {
  const now = Math.floor(Date.now() / MINUTE) * MINUTE;
  const history = twoWeeks(now);
  const json = JSON.stringify([...history.demand.cpu]);
  const recent = since(history, now - 90 * MINUTE);
  const request = { coresPerReplica: 0.5, startupSeconds: null };
  const lesson = { history, previous: undefined, now, ...request, sloPercent: 99.5, tickSeconds: 60 };
  const fitted = fitWorkload(lesson);
  const observation = observe(recent, now);
  const input = { now, policy: { ...DEFAULT_POLICY, enabled: true }, observation, recent, fitted, past: [] };
  const nothing = { wanted: [], lastScaledAt: null, killSwitch: null };
  const baseline = median(20, () => JSON.parse(json));
  const deciding = median(ROUNDS, () => decide(assess(input), null, nothing));
  const learning = median(10, () => fitWorkload(lesson));
  const again = median(20, () => fitWorkload({ ...lesson, previous: { ...fitted, at: now - 12 * 60 * MINUTE } }));
  console.log('Deciding: one workload, 14 days by the minute; baseline: JSON.parse of its cpu series');
  const line = (name: string, ms: number) =>
    console.log(`  ${name}: ${ms.toFixed(3)} ms in the median, ${(ms / baseline).toFixed(2)} × the baseline`);
  line('JSON.parse', baseline);
  line('assess + decide', deciding);
  line('learn for the first time', learning);
  line('learn (twice a day)', again);
}

function twoWeeks(now: number): Series {
  const load = generatedLoad({ seed: 5, mean: 3 });
  const at = Float64Array.from({ length: 14 * 1440 }, (_, i) => now - (14 * 1440 - 1 - i) * MINUTE);
  const cpu = at.map(load);
  const replicas = cpu.map((cores) => Math.ceil(cores / 0.35));
  const memory = cpu.map((cores, i) => 2 ** 27 * (replicas[i] ?? 1) + 2 ** 27 * cores);
  return { at, demand: { cpu, memory }, replicas };
}

function since(series: Series, from: number): Series {
  const i = indexAtOrAfter(series.at, from);
  const { cpu, memory } = series.demand;
  return {
    at: series.at.slice(i),
    demand: { cpu: cpu.slice(i), memory: memory.slice(i) },
    replicas: series.replicas.slice(i),
  };
}

function observe(recent: Series, now: number): Observation {
  const replicas = recent.replicas.at(-1) ?? 1;
  const reading = (demand: number) => ({ demand, at: now, coverage: 1, atLimit: false });
  return {
    workload: { cluster: 'bench', namespace: 'team', name: 'service' },
    at: now,
    resourceVersion: '1',
    replicas: { spec: replicas, ready: replicas, running: replicas, total: replicas },
    capacity: { cpu: 0.5, memory: 2 ** 29 },
    startupSeconds: null,
    signals: { cpu: reading(recent.demand.cpu.at(-1) ?? 0), memory: reading(recent.demand.memory.at(-1) ?? 0) },
    rollout: 'settled',
    hpa: null,
    owner: { kind: 'none' },
    annotations: {},
  };
}

function median(rounds: number, run: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}
