// A Deployment whose requests wait for a free place, minute by minute under our own step: what levels are tried on.
import { settled } from '../../lib/domain/decision/remember.ts';
import { conclude, consider } from '../../lib/domain/decision/step.ts';
import type { WorkloadMemory } from '../../lib/domain/decision/workload-memory.ts';
import { passQueue } from '../../lib/domain/simulation/queue-model.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import type { Policy, SignalPolicy } from '../../lib/domain/workload/policy.ts';
import type { Series } from '../../lib/domain/workload/series.ts';
import { NOW, observation, policy } from './workloads.ts';

const MINUTE_MS = 60_000;
/** Ten requests at once, a tenth of a second each: a replica takes 100 a second. */
const QUEUE = { serviceSeconds: 0.1, slotsPerReplica: 10, maxWaitSeconds: 30 };
const REPLICA_TAKES = 100;

export interface WorldMinute {
  readonly minute: number;
  readonly replicas: number;
  readonly latencyMs: number | null;
  readonly source: string;
  readonly reason: string;
  readonly target: number;
  readonly least: number | undefined;
  readonly memory: WorkloadMemory;
}

export interface WorldInput {
  readonly minutes: number;
  /** Requests a second, all together. */
  readonly demand: (minute: number) => number;
  /** Latency of the minute, ms; unless given, by the queue. */
  readonly latency?: (minute: number, queue: number, replicas: number) => number | null;
  /** CPU in percent of requests, per replica; unless given, 8 % of it when it is full: a service that mostly waits. */
  readonly cpuPercent?: (minute: number, replicas: number) => number;
  readonly replicas?: number;
  readonly signal?: Partial<SignalPolicy>;
  readonly policy?: Partial<Policy>;
  readonly change?: (minute: number, seen: Observation) => Observation;
  /** Nothing is ever done, as in mode recommend. */
  readonly isShownOnly?: boolean;
}

/** Plays minutes; new pods serve a minute after they were asked for. */
export function playLevel(input: WorldInput): readonly WorldMinute[] {
  const { signal, policy: change, replicas: first = 4 } = input;
  const latency: SignalPolicy = { kind: 'level', target: null, direction: 'both', missing: 'hold', ...signal };
  const with_ = policy({ min: 1, memoryOff: true, ...change, signals: { latency, ...change?.signals } });
  const minutes: WorldMinute[] = [];
  let memory: WorkloadMemory | undefined;
  let spec = first;
  let ready = first;
  let backlog = 0;
  for (let minute = 0; minute < input.minutes; minute++) {
    const now = NOW + minute * MINUTE_MS;
    const passed = passQueue(
      backlog,
      { demand: input.demand(minute), ready, capacity: REPLICA_TAKES, seconds: 60 },
      QUEUE,
    );
    backlog = passed.backlog;
    const queued = 1000 * (passed.window.latency?.p95 ?? 30);
    const latencyMs = input.latency === undefined ? queued : input.latency(minute, queued, ready);
    const cpuPercent =
      input.cpuPercent?.(minute, ready) ?? 8 * Math.min(1, input.demand(minute) / (Math.max(1, ready) * REPLICA_TAKES));
    const seen = at(now, { spec, ready, running: spec, total: spec }, cpuPercent, latencyMs);
    const shown = input.change?.(minute, seen) ?? seen;
    const considered = consider(memory, {
      observation: shown,
      policy: with_,
      recent: justNow(shown),
      fitted: undefined,
      windows: [],
      killSwitch: null,
    });
    const { decision, memory: next } = conclude(memory, considered, null);
    const outcome =
      decision.target === spec
        ? ({ kind: 'unchanged', code: 'at_target', message: 'as it is' } as const)
        : input.isShownOnly
          ? ({ kind: 'recommended', code: 'mode_recommend', message: 'shown only' } as const)
          : ({ kind: 'applied', code: 'scaled', message: 'scaled' } as const);
    const record = { decision, outcome, assessment: considered.assessment, advice: null, requestedBy: null };
    memory = settled(next, record, false);
    minutes.push({
      minute,
      replicas: spec,
      latencyMs,
      source: decision.source,
      reason: decision.reason,
      target: decision.target,
      least: considered.assessment.levels?.latency?.least,
      memory,
    });
    if (input.isShownOnly) continue;
    ready = Math.min(spec, decision.target);
    spec = decision.target;
  }
  return minutes;
}

function at(now: number, replicas: Observation['replicas'], cpuPercent: number, latencyMs: number | null): Observation {
  const base = observation({ at: now, replicas, cpuPercent });
  const moved = Object.entries(base.signals).map(
    ([name, reading]) => [name, { ...reading, at: now - 15_000 }] as const,
  );
  return {
    ...base,
    signals: Object.fromEntries(moved),
    ...(latencyMs !== null && { levels: { latency: { value: latencyMs, at: now - 1000 } } }),
    definitions: { latency: { kind: 'level', unit: 'ms' } },
  };
}

function justNow(seen: Observation): Series {
  const flat = (value: number | undefined) => Float64Array.of(value ?? Number.NaN);
  const demand = Object.entries(seen.signals).map(([name, { demand: value }]) => [name, flat(value)] as const);
  return {
    at: Float64Array.of(seen.at),
    demand: { cpu: flat(undefined), memory: flat(undefined), ...Object.fromEntries(demand) },
    replicas: flat(seen.replicas.ready),
  };
}
