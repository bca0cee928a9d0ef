// The second part of a tick: append, consider, advise, conclude, restrain, apply, record for a batch of its shards, wherever that happens.

import pLimit from 'p-limit';
import type { Decision } from '../../domain/decision/decision.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { inRound } from '../advise/advisor.ts';
import { applyShard, intentsOf, type ShardResult } from '../apply/apply-shard.ts';
import { fenced } from '../apply/fence.ts';
import { underHeader } from '../kill-switch.ts';
import type { Observed } from '../observe/observe.ts';
import type { LimitsReader } from '../ports/cluster.ts';
import type { ShardTask, TickHeader } from '../ports/shard-task.ts';
import type { AutoscalerEvent } from '../ports/world.ts';
import { decideShard, type ShardDraft, type ShardInput } from './decide-shard.ts';
import { type Purse, restrain } from './restrain.ts';
import { sampleRows } from './sample-rows.ts';
import { leaveShard } from './shard-left.ts';
import type { EvaluatePorts, TickSettings } from './tick-ports.ts';

export interface Evaluated {
  /** In the order of the tasks. */
  readonly shards: readonly EvaluatedShard[];
  /** Of the batch as a whole. */
  readonly problems: readonly string[];
  readonly events: readonly AutoscalerEvent[];
}

type EvaluatedShard =
  | { readonly kind: 'done'; readonly task: ShardTask; readonly result: ShardResult; readonly isFitDue: boolean }
  /** What of it was done is in its journal; `result`: it is in LATEST as well, so that nobody tells it later. */
  | { readonly kind: 'failed'; readonly task: ShardTask; readonly error: unknown; readonly result?: ShardResult };

/** Shards under way at once: while the table answers for some, another is computed. */
const SHARDS_AT_ONCE = 4;

/**
 * Never throws: a shard that fails harms no other of its batch.
 * @param tasks of one tick; all of them, or some
 */
export async function evaluateShards(
  given: EvaluatePorts,
  settings: TickSettings,
  header: TickHeader,
  tasks: readonly ShardTask[],
  purse: Purse,
): Promise<Evaluated> {
  const ports = withFence(given, header, tasks);
  const inputs = inputsOf(header, tasks);
  const obeying = underHeader(settings, header);
  // What is set aside for the LLM in one update is for the whole batch.
  const decided = await inRound(ports.advisor, () =>
    eachOf(inputs, ({ task, input }) => decidePass(ports, obeying, task, input)),
  );
  const drafts = decided.flatMap((one) => (one.kind === 'decided' ? [one.draft] : []));
  const restrained = await restrainAll(ports, obeying, header, drafts, purse);
  const applied = await eachOf(decided, async (one) => {
    if (one.kind !== 'decided') return one;
    const { task, draft } = one;
    if ('error' in restrained) return { kind: 'failed' as const, task, error: restrained.error };
    return applyPass(ports, task, draft, restrained.decisions);
  });
  const { problems, events } = 'error' in restrained ? NOTHING_TO_TELL : restrained;
  // What is said of the batch is kept with its first shard.
  const first = applied.find(({ kind }) => kind === 'done');
  const shards = await eachOf(applied, (one) => leavePass(ports, one, one === first ? problems : []));
  return { shards, problems, events };
}

const NOTHING_TO_TELL = { problems: [], events: [] };

/** A shard that is through its first half; one that changes nothing is through the second as well, and let go of. */
type Decided = EvaluatedShard | { readonly kind: 'decided'; readonly task: ShardTask; readonly draft: ShardDraft };

async function decidePass(
  ports: EvaluatePorts,
  settings: TickSettings,
  task: ShardTask,
  input: ShardInput,
): Promise<Decided> {
  try {
    const { cluster, shard, now, observed } = input;
    await ports.series.append(cluster, shard, now, sampleRows(shard.workloads, observed));
    const draft = await decideShard(ports, settings, input);
    if (intentsOf(draft).length > 0) return { kind: 'decided', task, draft };
    return await applyPass(ports, task, draft, new Map());
  } catch (error) {
    return { kind: 'failed', task, error };
  }
}

async function restrainAll(
  ports: EvaluatePorts,
  { safety }: TickSettings,
  { cluster, scheduledAt, clusterReplicas, hold }: TickHeader,
  drafts: readonly ShardDraft[],
  purse: Purse,
) {
  const intents = drafts.flatMap(intentsOf);
  if (intents.length === 0) return { decisions: new Map<string, Decision>(), ...NOTHING_TO_TELL };
  try {
    const restrained = await restrain(ports.limits, safety, cluster, intents, clusterReplicas, hold, purse);
    const { decisions, problems, beyondBlastRadius: changes } = restrained;
    if (changes === 0) return { decisions, problems, events: [] };
    ports.log.warn('blast radius reached', { cluster, changes });
    ports.meter?.blastRadiusReached(cluster);
    const event: AutoscalerEvent = { type: 'BlastRadiusReached', at: scheduledAt, detail: { cluster, changes } };
    return { decisions, problems, events: [event] };
  } catch (error) {
    return { error };
  }
}

async function applyPass(
  ports: EvaluatePorts,
  task: ShardTask,
  draft: ShardDraft,
  decisions: ReadonlyMap<string, Decision>,
): Promise<EvaluatedShard> {
  const { cluster, shard, now } = draft.input;
  let result: ShardResult | undefined;
  try {
    result = await applyShard(ports, draft, decisions);
    await ports.series.compact(cluster, shard, now);
    return { kind: 'done', task, result, isFitDue: draft.isFitDue };
  } catch (error) {
    return { kind: 'failed', task, error, ...(result && { result }) };
  }
}

async function leavePass(
  { progress }: EvaluatePorts,
  one: EvaluatedShard,
  problems: readonly string[],
): Promise<EvaluatedShard> {
  if (one.kind !== 'done') return one;
  const { task, result, isFitDue } = one;
  try {
    const { changed, wanting } = result;
    const found = { changed, problems: [...problems, ...result.problems], isFitDue, wanting };
    await leaveShard(progress, task.header, task.shard.id, task.left, found);
    return one;
  } catch (error) {
    return { kind: 'failed', task, error, result };
  }
}

/** What is to be told: of those, too, that failed when all was said and done. */
export function resultsOf({ shards }: Evaluated): readonly ShardResult[] {
  return shards.flatMap(({ result }) => result ?? []);
}

/** Writes end with the tick's time; what was read of quotas is not read again. */
function withFence(given: EvaluatePorts, header: TickHeader, tasks: readonly ShardTask[]): EvaluatePorts {
  const { writesUntil, resizesUntil } = header;
  const { now } = given.wall;
  return {
    ...given,
    limits: limitsOf(given.limits, tasks),
    writer: fenced(given.writer, now, writesUntil),
    hpas: fenced(given.hpas, now, writesUntil, ['list']),
    ...(given.resizer && { resizer: fenced(given.resizer, now, resizesUntil) }),
  };
}

function limitsOf(reader: LimitsReader, tasks: readonly ShardTask[]): LimitsReader {
  if (tasks.some(({ limits }) => limits === null)) return reader;
  const carried = new Map(tasks.flatMap(({ limits }) => limits ?? []));
  return { limits: () => Promise.resolve(carried) };
}

function inputsOf(header: TickHeader, tasks: readonly ShardTask[]) {
  const { cluster, scheduledAt: now, unfinished, seenFrom, hold } = header;
  const mayLearn = turns(header.learns);
  const mayResize = turns(tasks.reduce((sum, { resizes }) => sum + resizes, 0));
  const common = { cluster, now, unfinished, seenFrom, hold, mayLearn, mayResize };
  return tasks.map((task) => {
    const { shard, asked } = task;
    const of = { policies: { records: new Map(task.policies), above: task.above }, schedules: new Map(task.schedules) };
    const input: ShardInput = { ...common, shard, asked, ...of, observed: observedIn(task) };
    return { task, input };
  });
}

function observedIn({ observations, vertical }: ShardTask): Observed {
  return {
    observations: new Map(observations.map((one) => [workloadKey(one.workload), one] as const)),
    problems: [],
    ...(vertical.length > 0 && { vertical: new Map(vertical) }),
  };
}

function eachOf<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const limit = pLimit(SHARDS_AT_ONCE);
  return Promise.all(all.map((one) => limit(() => work(one))));
}

/** Says yes so many times. */
function turns(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}
