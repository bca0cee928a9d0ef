// The end of a tick whose shards were evaluated apart from each other: told by whoever did the last of them, or by the next tick.

import { budgetOf } from '../../domain/guardrails/cluster/blast-purse.ts';
import type { Readiness } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import { STEADY } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import { cappedTexts } from '../../domain/text/clean-text.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Sample } from '../ports/metric-sink.ts';
import type { Opening, Progress } from '../ports/progress-store.ts';
import type { TickLegacy, TickSummary } from '../ports/tick-store.ts';
import type { AutoscalerEvent } from '../ports/world.ts';
import { finishTick } from '../report/finish-tick.ts';
import { publish } from '../report/publish.ts';
import { reportTick } from '../report/report-tick.ts';
import { clusterSamples } from '../report/tick-series.ts';
import type { EvaluatePorts, TickSettings } from './tick-ports.ts';

/** What the tick before has left to this one. */
export interface Before {
  readonly readiness: Readiness;
  readonly learning: Opening['learning'];
}

/** Those that are kept for status, in words; how many more there are is said. All of them are one item, which every tick reads. */
const PROBLEMS_KEPT = 100;
const PROBLEM_MAX_BYTES = 800;
/** A tick of which so much was done counts as one, so that one bad shard does not look as if ticks had stopped. */
const ENOUGH_SHARE = 0.5;
const NAMED = 10;

/** As they are kept and shown. */
export function keptProblems(found: readonly string[]): readonly string[] {
  return cappedTexts(found, PROBLEMS_KEPT, PROBLEM_MAX_BYTES, 'problems');
}

/** Every shard is done: the tick has finished. Twice is as good as once. @returns for a time series database: how it fared */
export async function closeTick(
  ports: EvaluatePorts,
  settings: TickSettings,
  cluster: string,
  progress: Progress,
): Promise<readonly Sample[]> {
  const opening = await ports.progress.opening(cluster);
  if (opening?.scheduledAt !== progress.scheduledAt) return [];
  // What is counted for a shard that the tick does not have is none of its shards.
  if (!opening.shards.every((shard) => progress.done.has(shard))) return [];
  const { summary, problems } = await summaryOf(ports, opening, progress);
  await reportTick(ports, settings, summary, [], [], problems);
  await finishTick(ports, settings, summary);
  await ports.progress.close(cluster, progress.scheduledAt);
  return clusterSamples(ports.metrics, summary, problems);
}

/**
 * Closes the tick before where nobody did: with what is known of it where most of it was done, as failed where not.
 * @param now the tick that was claimed
 * @param wantsLearning whether it matters which shards were sent to learn
 */
export async function closeEarlier(
  ports: EvaluatePorts,
  settings: TickSettings,
  cluster: string,
  now: EpochMs,
  { last, unfinished }: TickLegacy,
  wantsLearning: boolean,
): Promise<Before> {
  const finished = { readiness: last?.readiness ?? STEADY, learning: [] };
  if (!unfinished && !wantsLearning) return finished;
  const opening = await ports.progress.opening(cluster);
  if (opening === null || opening.scheduledAt >= now) return finished;
  const { learning, readiness } = opening;
  if (opening.scheduledAt <= (last?.scheduledAt ?? 0)) return { ...finished, learning };
  const progress = await ports.progress.progress(cluster);
  const isOurs = progress?.scheduledAt === opening.scheduledAt;
  // Closed first: whoever is still at it stops, and it is told once.
  if (isOurs && (await ports.progress.close(cluster, opening.scheduledAt))) {
    const fresh = (await ports.progress.progress(cluster)) ?? progress;
    await tellEarlier(ports, settings, now, opening, fresh);
  }
  return { readiness, learning };
}

async function tellEarlier(
  ports: EvaluatePorts,
  settings: TickSettings,
  now: EpochMs,
  opening: Opening,
  progress: Progress,
): Promise<void> {
  const { cluster, scheduledAt, shards } = opening;
  const undone = shards.filter((shard) => !progress.done.has(shard));
  if (shards.length - undone.length >= shards.length * ENOUGH_SHARE) {
    const { summary, problems } = await summaryOf(ports, opening, progress, undone);
    await reportTick(ports, settings, summary, [], [], problems);
    await finishTick(ports, settings, summary, now);
    return;
  }
  const message = undoneMessage(undone, shards.length);
  ports.log.error('tick failed', { cluster, scheduledAt, message });
  const event: AutoscalerEvent = { type: 'TickFailed', at: scheduledAt, detail: { cluster, message } };
  await publish(ports, [event]);
  await ports.ticks.fail(cluster, scheduledAt, message, now);
}

async function summaryOf(
  ports: EvaluatePorts,
  { cluster, scheduledAt, workloads, readiness, problems }: Opening,
  { enabled, applied, done, spent }: Progress,
  undone: readonly number[] = [],
): Promise<{ readonly summary: TickSummary; readonly problems: number }> {
  const left = await ports.progress.left(cluster);
  const ofShards = [...left].flatMap(([shard, one]) => (done.has(shard) ? one.problems : []));
  const missing = undone.length === 0 ? [] : [undoneMessage(undone, done.size + undone.length)];
  const found = [...missing, ...problems, ...ofShards];
  const wanting = [...left].flatMap(([shard, one]) => (done.has(shard) && one.wanting === true ? [shard] : []));
  const counts = { workloads, enabled, applied, problems: keptProblems(found), readiness, spent: budgetOf(spent) };
  const summary = {
    cluster,
    scheduledAt,
    finishedAt: ports.clock.now(),
    ...counts,
    ...(wanting.length > 0 && { wanting }),
  };
  return { summary, problems: found.length };
}

function undoneMessage(undone: readonly number[], of: number): string {
  const named = undone.slice(0, NAMED).join(', ');
  const more = undone.length > NAMED ? ` and ${undone.length - NAMED} more` : '';
  return (
    `${undone.length} of ${of} shards were not evaluated in this tick (${named}${more}): their workloads were left as they ` +
    'are, and the next tick sees to them; where this stays, look at the function evaluate, its queue and its dead letters'
  );
}
