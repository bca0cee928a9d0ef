// A simulated day of one workload, minute by minute, whose requests wait for a free place: what a benchmark asks advice on.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { AdviceResult } from '../lib/domain/advice/advice.ts';
import type { Assessment } from '../lib/domain/assessment/assessment.ts';
import { settled } from '../lib/domain/decision/remember.ts';
import { conclude, consider } from '../lib/domain/decision/step.ts';
import type { WorkloadMemory } from '../lib/domain/decision/workload-memory.ts';
import { passQueue } from '../lib/domain/simulation/queue-model.ts';
import type { Observation } from '../lib/domain/workload/observation.ts';
import { DEFAULT_POLICY, type Policy } from '../lib/domain/workload/policy.ts';
import type { Series } from '../lib/domain/workload/series.ts';
import type { EpochMs } from '../lib/domain/workload/time.ts';
import { generatedLoad } from '../local/loads.ts';

const MINUTE_MS = 60_000;
const CORES_PER_REPLICA = 0.5;
/** Ten requests at once, a tenth of a second each: with 100 of them a second a replica is full. */
const QUEUE = { serviceSeconds: 0.1, slotsPerReplica: 10, maxWaitSeconds: 30 };
const REQUESTS_TARGET = 70;
/** A window's p95 is off by up to this share: no window has all requests there could have been. */
const LATENCY_NOISE = 0.1;
const POLICY: Policy = { ...DEFAULT_POLICY, enabled: true, max: 40 };
const SIGNALS: NonNullable<Policy['signals']> = {
  requests: { kind: 'load', target: REQUESTS_TARGET, direction: 'both', missing: 'hold' },
  latency: { kind: 'level', target: null, direction: 'both', missing: 'hold' },
};

type Ask = (assessment: Assessment) => Promise<AdviceResult | null>;

/**
 * Plays one workload on from minute to minute, as the tick would.
 * @param seed two workloads of one seed have the same day
 * @param isNaming whether it names a load and a level
 * @returns what lets the minute that begins at `now` pass
 */
export function makeWorkloadDay(seed: number, isNaming: boolean, ask: Ask): (now: EpochMs) => Promise<void> {
  const load = generatedLoad({ seed, mean: 2 });
  const random = xoroshiro128plus(seed);
  const policy = isNaming ? { ...POLICY, signals: SIGNALS } : POLICY;
  const workload = { cluster: 'bench', namespace: 'team', name: `service-${seed}` };
  let memory: WorkloadMemory | undefined;
  let replicas = 6;
  let ready = 6;
  let backlog = 0;
  return async (now) => {
    const passed = passQueue(backlog, { demand: load(now), ready, capacity: CORES_PER_REPLICA, seconds: 60 }, QUEUE);
    backlog = passed.backlog;
    const noise = 1 + LATENCY_NOISE * (2 * uniformFloat64(random) - 1);
    const measured = {
      cores: passed.served / 60,
      requests: passed.window.requestsPerSecond,
      latencyMs: 1000 * noise * (passed.window.latency?.p95 ?? QUEUE.maxWaitSeconds),
    };
    const considered = consider(memory, {
      observation: { workload, ...observe(measured, { spec: replicas, ready }, now, isNaming) },
      policy,
      recent: lastHalfHour(load, ready, now),
      fitted: undefined,
      windows: [],
      killSwitch: null,
    });
    const advice = await ask(considered.assessment);
    const { decision, memory: next } = conclude(memory, considered, advice);
    const outcome =
      decision.target === replicas
        ? ({ kind: 'unchanged', code: 'at_target', message: 'as it is' } as const)
        : ({ kind: 'applied', code: 'scaled', message: 'scaled' } as const);
    memory = settled(next, { decision, outcome, assessment: considered.assessment, advice, requestedBy: null }, false);
    // New pods serve a minute after they were asked for.
    ready = Math.min(replicas, decision.target);
    replicas = decision.target;
  };
}

function lastHalfHour(load: (at: EpochMs) => number, replicas: number, now: EpochMs): Series {
  const at = Float64Array.from({ length: 31 }, (_, i) => now - (30 - i) * MINUTE_MS);
  const cpu = at.map(load);
  const requests = cpu.map((cores) => (100 * cores) / CORES_PER_REPLICA);
  return {
    at,
    demand: { cpu, memory: cpu.map((cores) => 2 ** 27 * cores), requests },
    replicas: at.map(() => replicas),
  };
}

interface Measured {
  readonly cores: number;
  readonly requests: number;
  readonly latencyMs: number;
}

function observe(
  { cores, requests, latencyMs }: Measured,
  { spec, ready }: { readonly spec: number; readonly ready: number },
  at: EpochMs,
  isNaming: boolean,
): Omit<Observation, 'workload'> {
  const reading = (demand: number) => ({ demand, at, coverage: 1, atLimit: false });
  const resources = { cpu: reading(cores), memory: reading(2 ** 27 * cores) };
  return {
    at,
    resourceVersion: '1',
    replicas: { spec, ready, running: spec, total: spec },
    capacity: { cpu: CORES_PER_REPLICA, memory: 2 ** 29 },
    startupSeconds: null,
    signals: isNaming ? { ...resources, requests: reading(requests) } : resources,
    ...(isNaming && {
      levels: { latency: { value: latencyMs, at } },
      definitions: { requests: { kind: 'load', unit: 'requests/s' }, latency: { kind: 'level', unit: 'ms' } },
    }),
    rollout: 'settled',
    hpa: null,
    owner: { kind: 'none' },
    annotations: {},
  };
}
