// One scheduled pass over one cluster: observe, append, consider, advise, conclude, restrain, apply, record, report.
import pLimit from 'p-limit';
import type { Decision } from '../../domain/decision/decision.ts';
import type { Watched } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import { cappedTexts } from '../../domain/text/clean-text.ts';
import { RESIZES_A_TICK } from '../../domain/vertical/turns.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { Reading, SignalName } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { servingPods } from '../../domain/workload/utilisation.ts';
import { applyShard, intentsOf, type ShardResult } from '../apply/apply-shard.ts';
import { fenced } from '../apply/fence.ts';
import { type Observed, observeAll } from '../observe/observe.ts';
import type { EventRecorder, LimitsReader, PodResizer } from '../ports/cluster.ts';
import type { PolicyStore } from '../ports/policy-store.ts';
import type { ScheduleStore } from '../ports/schedule-store.ts';
import type { SampleRow } from '../ports/series-store.ts';
import type { TickStore, TickSummary } from '../ports/tick-store.ts';
import type { AutoscalerEvent, Clock, EventSink, Log } from '../ports/world.ts';
import { publish } from '../report/publish.ts';
import { reportTick } from '../report/report-tick.ts';
import { clusterGuardrails, openBreaker, watchedIn } from './cluster-guardrails.ts';
import {
  type DecidePorts,
  type DecideSettings,
  decideShard,
  type ShardDraft,
  type ShardInput,
} from './decide-shard.ts';
import type { SafetySettings } from './restrain.ts';

export interface TickPorts extends DecidePorts {
  readonly ticks: TickStore;
  readonly policies: PolicyStore;
  readonly schedules: ScheduleStore;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: LimitsReader;
  readonly noticeBoard: EventRecorder;
  /** Absent: no pod is resized. */
  readonly resizer?: PodResizer;
  /** Real time, also where `clock` runs faster: leases and calls end by it. */
  readonly wall: Clock;
}

export interface TickSettings extends DecideSettings {
  readonly safety: SafetySettings;
  /** Whether changes and problems are also left as an annotation: needs the optional role. */
  readonly annotate: boolean;
}

export type TickReport =
  | { readonly kind: 'done'; readonly summary: TickSummary }
  /**
   * Delivered twice, another tick at work, so late that its readings would be no use, or dated ahead: that one would silence
   * every tick until its time.
   */
  | { readonly kind: 'skipped'; readonly reason: 'already_done' | 'held' | 'late' | 'early' };

/** Shards under way at once: while the table answers for some, another is computed. */
const SHARDS_AT_ONCE = 4;
/** A turn of a shard takes some seconds (`refit.ts`); the others wait for the next ticks. */
const FITTING_SHARDS_A_TICK = 2;
/** Those that are kept for status, in words; how many more there are is said. All of them are one item, which every tick reads. */
const PROBLEMS_KEPT = 100;
const PROBLEM_MAX_BYTES = 800;
/** A tick this many intervals late is left to the next one. */
const LATE_AFTER_TICKS = 2;
/** Clocks differ by seconds; what is dated further ahead than this many intervals is no tick of the schedule. */
const EARLY_AFTER_TICKS = 1;
/** Share of the interval for which a lease is held. */
const LEASE_SHARE = 0.9;
/** Share of the lease in which writes may begin: what is left is more than a call may take. */
const WRITING_SHARE = 0.8;
/** Pods are resized one after the other, and what a tick has done is recorded behind it: a slow API server must not take all of it. */
const RESIZING_SHARE = 0.4;

/**
 * Runs one tick. At most one tick per scheduled time acts, and one tick of a cluster at a time.
 * @param namedAt the event's scheduled time, at most a tick ahead of the clock. The earlier of the two is the `now` of
 *   everything that is decided: nothing is dated ahead.
 * @throws AdapterError where the cluster cannot be read or the table is away; nothing was scaled twice then
 */
export async function runTick(
  given: TickPorts,
  settings: TickSettings,
  cluster: string,
  namedAt: EpochMs,
): Promise<TickReport> {
  const started = given.clock.now();
  const tickMs = settings.tickSeconds * 1000;
  const untimely = whyUntimely(namedAt - started, tickMs);
  if (untimely !== null) {
    given.log.warn(UNTIMELY[untimely], { cluster, scheduledAt: namedAt, now: started });
    return { kind: 'skipped', reason: untimely };
  }
  // Dated by a clock that is ahead of ours, the lease would keep the ticks on time from running.
  const scheduledAt = Math.min(namedAt, started);
  const writesUntil = given.wall.now() + tickMs * LEASE_SHARE * WRITING_SHARE;
  const resizesUntil = given.wall.now() + tickMs * LEASE_SHARE * RESIZING_SHARE;
  const lease = await given.ticks.acquire(cluster, scheduledAt, started, tickMs * LEASE_SHARE, namedAt);
  if (lease !== 'acquired') return { kind: 'skipped', reason: lease };
  const ports = {
    ...given,
    writer: fenced(given.writer, given.wall.now, writesUntil),
    hpas: fenced(given.hpas, given.wall.now, writesUntil, ['list']),
    ...(given.resizer && { resizer: fenced(given.resizer, given.wall.now, resizesUntil) }),
  };
  try {
    const summary = await pass(ports, settings, cluster, scheduledAt);
    await ports.ticks.finish(summary);
    return { kind: 'done', summary };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    ports.log.error('tick failed', { cluster, scheduledAt, message });
    const event: AutoscalerEvent = { type: 'TickFailed', at: scheduledAt, detail: { cluster, message } };
    await publish(ports, [event]);
    // Best effort: it may be the table that is away.
    await ports.ticks.fail(cluster, scheduledAt, message).catch(() => undefined);
    throw error;
  }
}

const UNTIMELY = {
  early: 'tick refused: it is dated ahead of this clock; look at what invokes the function, and at the clock',
  late: 'tick skipped: it is too late for its readings, and the next one acts',
} as const;

function whyUntimely(aheadMs: number, tickMs: number): keyof typeof UNTIMELY | null {
  if (aheadMs > EARLY_AFTER_TICKS * tickMs) return 'early';
  // What is no number is no time either.
  return aheadMs >= -LATE_AFTER_TICKS * tickMs ? null : 'late';
}

async function pass(ports: TickPorts, settings: TickSettings, cluster: string, now: EpochMs): Promise<TickSummary> {
  const seenFrom = ports.clock.now();
  const [{ observed, asked }, policies, schedules, legacy] = await Promise.all([
    observeAll(ports, cluster, now),
    ports.policies.list(cluster),
    ports.schedules.list(cluster),
    ports.ticks.before(cluster),
  ]);
  for (const problem of observed.problems) ports.log.warn('observation incomplete', { cluster, problem });
  const refs = [...observed.observations.values()].map((observation) => observation.workload);
  const shards = await ports.series.assign(cluster, refs);
  const { unfinished } = legacy;
  const mayLearn = turns(FITTING_SHARDS_A_TICK);
  const mayResize = turns(RESIZES_A_TICK);
  const hold = openBreaker(settings.safety, { now, observed, legacy });
  const input = { cluster, now, observed, policies, schedules, mayLearn, mayResize, unfinished, asked, seenFrom, hold };
  const limit = pLimit(SHARDS_AT_ONCE);
  const decided = await Promise.all(
    shards.map((shard) => limit(() => decidePass(ports, settings, { ...input, shard }))),
  );
  const safe = await clusterGuardrails(ports, settings.safety, { cluster, now, observed, legacy, decided });
  const results = await applyAll(ports, decided, safe.decisions);
  const found = [...observed.problems, ...safe.problems, ...results.flatMap((result) => result.problems)];
  const summary: TickSummary = {
    cluster,
    scheduledAt: now,
    finishedAt: ports.clock.now(),
    workloads: refs.length,
    enabled: sum(results.map((result) => result.enabled)),
    applied: sum(results.map((result) => result.applied)),
    problems: cappedTexts(found, PROBLEMS_KEPT, PROBLEM_MAX_BYTES, 'problems'),
    readiness: safe.readiness,
  };
  await reportTick(ports, settings, summary, results, safe.events, found.length);
  return summary;
}

/** A shard that is through its first half; one that changes nothing is through the second as well, and let go of. */
type Decided =
  | { readonly watched: readonly Watched[]; readonly draft: ShardDraft; readonly result: null }
  | { readonly watched: readonly Watched[]; readonly draft: null; readonly result: ShardResult };

async function decidePass(ports: TickPorts, settings: TickSettings, input: ShardInput): Promise<Decided> {
  const { cluster, shard, now, observed } = input;
  await ports.series.append(cluster, shard, now, sampleRows(shard.workloads, observed));
  const draft = await decideShard(ports, settings, input);
  const watched = watchedIn(draft);
  if (intentsOf(draft).length > 0) return { watched, draft, result: null };
  return { watched, draft: null, result: await applyPass(ports, draft, new Map()) };
}

async function applyPass(
  ports: TickPorts,
  draft: ShardDraft,
  decisions: ReadonlyMap<string, Decision>,
): Promise<ShardResult> {
  const { cluster, shard, now } = draft.input;
  const result = await applyShard(ports, draft, decisions);
  await ports.series.compact(cluster, shard, now);
  return result;
}

/** One shard's failure leaves the others their time: a tick must not end while writes of it are under way. */
async function applyAll(
  ports: TickPorts,
  decided: readonly Decided[],
  decisions: ReadonlyMap<string, Decision>,
): Promise<readonly ShardResult[]> {
  const limit = pLimit(SHARDS_AT_ONCE);
  const settled = await Promise.allSettled(
    decided.map((one) => one.result ?? limit(() => applyPass(ports, one.draft, decisions))),
  );
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

function sampleRows(workloads: readonly WorkloadRef[], observed: Observed): readonly SampleRow[] {
  return workloads.flatMap((workload) => {
    const observation = observed.observations.get(workloadKey(workload));
    if (observation === undefined) return [];
    const { cpu, memory } = observation.signals;
    const loads = namedReadings(observation).map(([name, { demand }]) => [name, demand] as const);
    return [
      {
        workload,
        cpu: cpu?.demand ?? Number.NaN,
        memory: memory?.demand ?? Number.NaN,
        replicas: servingPods(observation),
        ...(loads.length > 0 && { loads: Object.fromEntries(loads) }),
      },
    ];
  });
}

/** A source may tell more of a workload than it names: what nobody is scaled by is not kept. */
function namedReadings({ definitions = {}, signals }: Observation): readonly (readonly [SignalName, Reading])[] {
  const loads = Object.keys(definitions).filter((name) => definitions[name]?.kind === 'load');
  return loads.flatMap((name) => {
    const reading = name === 'cpu' || name === 'memory' ? undefined : signals[name];
    return reading === undefined ? [] : [[name, reading] as const];
  });
}

/** Says yes so many times. */
function turns(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
