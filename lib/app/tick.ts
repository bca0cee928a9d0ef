// One scheduled pass over one cluster: observe, append, assess, advise, decide, act, record, publish.
import pLimit from 'p-limit';
import type { EpochMs, WorkloadRef } from '../domain/model.ts';
import { workloadKey } from '../domain/model.ts';
import {
  type EvaluatePorts,
  type EvaluateSettings,
  evaluateShard,
  type ShardInput,
  type ShardResult,
} from './evaluate.ts';
import { type Observed, observeCluster } from './observe.ts';
import type {
  AutoscalerEvent,
  Clock,
  EventSink,
  Log,
  PolicyStore,
  SampleRow,
  TickStore,
  TickSummary,
} from './ports.ts';
import { AdapterError } from './ports.ts';

export interface TickPorts extends EvaluatePorts {
  readonly ticks: TickStore;
  readonly policies: PolicyStore;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly log: Log;
}

export type TickReport =
  | { readonly kind: 'done'; readonly summary: TickSummary }
  /** Delivered twice, another tick at work, or so late that its readings would be no use. */
  | { readonly kind: 'skipped'; readonly reason: 'already_done' | 'held' | 'late' };

/** Reading, computing and storing shards at once: two keeps one core busy while the table answers the other. */
const SHARDS_AT_ONCE = 4;
/** A shard of 64 takes about ten seconds to learn from; the others wait for the next ticks. */
const LEARNING_SHARDS_A_TICK = 2;
/** A tick this many intervals late is left to the next one. */
const LATE_AFTER_TICKS = 2;

/**
 * Runs one tick. At most one tick per scheduled time acts, and one tick of a cluster at a time.
 * @param scheduledAt the event's scheduled time: the `now` of everything that is decided
 * @throws AdapterError where the cluster cannot be read or the table is away; nothing was scaled twice then
 */
export async function runTick(
  ports: TickPorts,
  settings: EvaluateSettings,
  cluster: string,
  scheduledAt: EpochMs,
): Promise<TickReport> {
  const started = ports.clock.now();
  const tickMs = settings.tickSeconds * 1000;
  if (started - scheduledAt > LATE_AFTER_TICKS * tickMs) return { kind: 'skipped', reason: 'late' };
  const lease = await ports.ticks.acquire(cluster, scheduledAt, started, tickMs * 0.9);
  if (lease !== 'acquired') return { kind: 'skipped', reason: lease };
  try {
    const summary = await pass(ports, settings, cluster, scheduledAt);
    await ports.ticks.finish(summary);
    return { kind: 'done', summary };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    ports.log.error('tick failed', { cluster, scheduledAt, message });
    const event: AutoscalerEvent = { type: 'TickFailed', at: scheduledAt, detail: { cluster, message } };
    await publish(ports, [event]);
    throw error;
  }
}

async function pass(ports: TickPorts, settings: EvaluateSettings, cluster: string, now: EpochMs): Promise<TickSummary> {
  const [observed, policies] = await Promise.all([observeCluster(ports, cluster, now), ports.policies.list(cluster)]);
  for (const problem of observed.problems) ports.log.warn('observation incomplete', { cluster, problem });
  const refs = [...observed.observations.values()].map((observation) => observation.workload);
  const shards = await ports.series.assign(cluster, refs);
  const limit = pLimit(SHARDS_AT_ONCE);
  const mayLearn = turns(LEARNING_SHARDS_A_TICK);
  const results = await Promise.all(
    shards.map((shard) =>
      limit(() => shardPass(ports, settings, { cluster, now, shard, observed, policies, mayLearn })),
    ),
  );
  const problems = [...observed.problems, ...results.flatMap((result) => result.problems)];
  const summary: TickSummary = {
    cluster,
    scheduledAt: now,
    finishedAt: ports.clock.now(),
    workloads: refs.length,
    enabled: sum(results.map((result) => result.enabled)),
    applied: sum(results.map((result) => result.applied)),
    problems,
  };
  const events = results.flatMap((result) => result.events);
  const { workloads, enabled, applied } = summary;
  const finished: AutoscalerEvent = {
    type: 'TickFinished',
    at: now,
    detail: { cluster, workloads, enabled, applied, problems: problems.length },
  };
  await publish(ports, [...events, finished]);
  ports.log.info('tick finished', { cluster, workloads, enabled, applied, problems: problems.length });
  return summary;
}

async function shardPass(ports: TickPorts, settings: EvaluateSettings, input: ShardInput): Promise<ShardResult> {
  const { cluster, shard, now, observed } = input;
  await ports.series.append(cluster, shard, now, sampleRows(shard.workloads, observed));
  const result = await evaluateShard(ports, settings, input);
  await ports.series.compact(cluster, shard, now);
  return result;
}

function sampleRows(workloads: readonly WorkloadRef[], observed: Observed): readonly SampleRow[] {
  return workloads.flatMap((workload) => {
    const observation = observed.observations.get(workloadKey(workload));
    if (observation === undefined) return [];
    const { cpu, memory } = observation.signals;
    return [
      {
        workload,
        cpu: cpu?.demand ?? Number.NaN,
        memory: memory?.demand ?? Number.NaN,
        replicas: observation.replicas.ready,
      },
    ];
  });
}

/** Events tell others what happened; that nobody could be told must not undo it. */
async function publish(ports: TickPorts, events: readonly AutoscalerEvent[]): Promise<void> {
  try {
    await ports.events.publish(events);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    ports.log.warn('events were not published', { message: error.message, events: events.length });
  }
}

/** Says yes so many times. */
function turns(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
