// One scheduled pass over one cluster: it is observed at once, and its shards are evaluated here or handed on.
import { RESIZES_A_TICK } from '../../domain/vertical/turns.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { underSwitch } from '../kill-switch.ts';
import { sendLooks } from '../look/look-tasks.ts';
import type { ShardTask, TickHeader } from '../ports/shard-task.ts';
import type { TickSummary } from '../ports/tick-store.ts';
import type { AutoscalerEvent } from '../ports/world.ts';
import { finishTick } from '../report/finish-tick.ts';
import { publish } from '../report/publish.ts';
import { reportTick, tellShards } from '../report/report-tick.ts';
import { clusterSamples, tellSeries } from '../report/tick-series.ts';
import { keptProblems } from './close-tick.ts';
import { type Evaluated, evaluateShards, resultsOf } from './evaluate-shards.ts';
import { handOn, openingOf } from './hand-on.ts';
import { wholePurse } from './purse.ts';
import { tasksOf } from './shard-tasks.ts';
import { holdMessage, type Survey, surveyCluster } from './survey.ts';
import type { TickPorts, TickSettings } from './tick-ports.ts';

export type TickReport =
  | { readonly kind: 'done'; readonly summary: TickSummary }
  /** Its shards are evaluated elsewhere: the last of them closes it. */
  | { readonly kind: 'handed_on'; readonly shards: number }
  /**
   * Delivered twice, another tick at work, so late that its readings would be no use, or dated ahead: that one would silence
   * every tick until its time.
   */
  | { readonly kind: 'skipped'; readonly reason: 'already_done' | 'held' | 'late' | 'early' };

/** A turn of a shard takes some seconds (`refit.ts`); the others wait for the next ticks. */
const FITTING_SHARDS_A_TICK = 2;
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
/** In the first of it those that are short of capacity are first at the blast radius, whichever shard comes when. */
const EARLY_SHARE = 0.25;

/**
 * Runs one tick. At most one tick per scheduled time acts, and one tick of a cluster at a time.
 * @param namedAt the event's scheduled time, at most a tick ahead of the clock. The earlier of the two is the `now` of
 *   everything that is decided: nothing is dated ahead.
 * @throws AdapterError where the cluster cannot be read or the table is away; nothing was scaled twice then
 */
export async function runTick(
  ports: TickPorts,
  settings: TickSettings,
  cluster: string,
  namedAt: EpochMs,
): Promise<TickReport> {
  const started = ports.clock.now();
  const tickMs = settings.tickSeconds * 1000;
  const untimely = whyUntimely(namedAt - started, tickMs);
  if (untimely !== null) {
    ports.log.warn(UNTIMELY[untimely], { cluster, scheduledAt: namedAt, now: started });
    return { kind: 'skipped', reason: untimely };
  }
  // Dated by a clock that is ahead of ours, the lease would keep the ticks on time from running.
  const scheduledAt = Math.min(namedAt, started);
  const wallMs = ports.wall.now();
  const times = {
    writesUntil: wallMs + tickMs * LEASE_SHARE * WRITING_SHARE,
    resizesUntil: wallMs + tickMs * LEASE_SHARE * RESIZING_SHARE,
    earlyUntil: wallMs + tickMs * LEASE_SHARE * EARLY_SHARE,
  };
  const lease = await ports.ticks.acquire(cluster, scheduledAt, started, tickMs * LEASE_SHARE, namedAt);
  if (lease !== 'acquired') return { kind: 'skipped', reason: lease };
  try {
    return await pass(ports, settings, times, await surveyCluster(ports, settings, cluster, scheduledAt));
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

type Times = Pick<TickHeader, 'writesUntil' | 'resizesUntil' | 'earlyUntil'>;

async function pass(ports: TickPorts, given: TickSettings, times: Times, survey: Survey): Promise<TickReport> {
  const settings = underSwitch(given, survey.killSwitch);
  const { cluster, now, isHandedOn, observed, shards } = survey;
  const learnsHere = isHandedOn ? Number(ports.learnQueue === undefined) : FITTING_SHARDS_A_TICK;
  const header: TickHeader = {
    cluster,
    scheduledAt: now,
    seenFrom: survey.seenFrom,
    ...times,
    killSwitch: settings.killSwitch,
    hold: survey.readiness.hold,
    unfinished: survey.legacy.unfinished || survey.legacy.looked,
    clusterReplicas: [...observed.observations.values()].reduce((sum, { replicas }) => sum + replicas.spec, 0),
    shards: shards.length,
    learns: learnsHere,
    isHandedOn,
  };
  const tasks = tasksOf(survey, header, RESIZES_A_TICK);
  await sendLooks(ports, settings, survey, header);
  if (isHandedOn) return { kind: 'handed_on', shards: await handOn(ports, settings, survey, header, tasks) };
  return { kind: 'done', summary: await inPlace(ports, settings, survey, header, tasks) };
}

async function inPlace(
  ports: TickPorts,
  settings: TickSettings,
  survey: Survey,
  header: TickHeader,
  tasks: readonly ShardTask[],
): Promise<TickSummary> {
  const { cluster, now, readiness, observed } = survey;
  const evaluated = await evaluateShards(ports, settings, header, tasks, wholePurse(ports.ticks, header));
  const results = evaluated.shards.flatMap((one) => (one.kind === 'done' ? [one.result] : []));
  const failed = evaluated.shards.find((one) => one.kind === 'failed');
  const events = [...survey.events, ...evaluated.events];
  const samples = resultsOf(evaluated).flatMap((result) => result.samples);
  if (failed !== undefined) {
    await tellShards(ports, settings, resultsOf(evaluated), events);
    // Best effort: it may be the table that is away.
    await leaveUnfinished(ports, survey, evaluated).catch(() => undefined);
    await tellSeries(ports, cluster, samples, header.writesUntil);
    throw failed.error;
  }
  const held = readiness.hold === null ? [] : [holdMessage(readiness.hold)];
  const ofShards = results.flatMap((result) => result.problems);
  const found = [...survey.problems, ...evaluated.problems, ...held, ...ofShards];
  const wanting = evaluated.shards.flatMap((one) =>
    one.kind === 'done' && one.result.wanting ? [one.task.shard.id] : [],
  );
  const summary: TickSummary = {
    cluster,
    scheduledAt: now,
    finishedAt: ports.clock.now(),
    workloads: observed.observations.size,
    enabled: results.reduce((sum, result) => sum + result.enabled, 0),
    applied: results.reduce((sum, result) => sum + result.applied, 0),
    problems: keptProblems(found),
    readiness,
    spent: {
      replicas: results.reduce((sum, { spent }) => sum + spent.replicas, 0),
      workloads: results.reduce((sum, { spent }) => sum + spent.workloads, 0),
    },
    ...(wanting.length > 0 && { wanting }),
  };
  await reportTick(ports, settings, summary, results, events, found.length);
  await finishTick(ports, settings, summary);
  const ofCluster = clusterSamples(ports.metrics, summary, found.length);
  await tellSeries(ports, cluster, [...samples, ...ofCluster], header.writesUntil);
  return summary;
}

/** Some shards are done, and pods are watched: the next tick finds how far this one came, as after one that was handed on. */
async function leaveUnfinished(ports: TickPorts, survey: Survey, { shards }: Evaluated): Promise<void> {
  const { cluster, now } = survey;
  const done = shards.filter((one) => one.kind === 'done');
  if (done.length === 0 || !(await ports.progress.open(openingOf(survey, [])))) return;
  const sum = (of: 'enabled' | 'applied') => done.reduce((total, { result }) => total + result[of], 0);
  const numbers = done.map(({ task }) => task.shard.id);
  await ports.progress.settle(cluster, now, numbers, { enabled: sum('enabled'), applied: sum('applied') });
}
