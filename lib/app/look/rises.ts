// Which workloads a look gives more: decided on what is known, and once more on each of those as it is now.

import pLimit from 'p-limit';
import { look, type Rise } from '../../domain/decision/look.ts';
import { isScaledDirectly } from '../../domain/guardrails/scaled-directly.ts';
import type { Fitted } from '../../domain/learning/fitted.ts';
import type { ScheduleWindow } from '../../domain/schedule/window.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { policyOf } from '../../domain/workload/policy-from-annotations.ts';
import { EMPTY_SERIES, type Series } from '../../domain/workload/series.ts';
import { statedIn } from '../../domain/workload/stated.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { whyNot } from '../apply/apply-decision.ts';
import type { ClusterReader, WorkloadSnapshot } from '../ports/cluster.ts';
import type { Policies } from '../ports/policy-store.ts';
import type { ScheduleStore } from '../ports/schedule-store.ts';
import type { SeriesReader, Shard } from '../ports/series-store.ts';
import type { TickStore } from '../ports/tick-store.ts';
import type { Log } from '../ports/world.ts';
import { RECENT_MS } from '../tick/decide-shard.ts';
import { afterLooks, type Seen, type SeenShard } from './shards.ts';

export interface RisePorts {
  readonly series: SeriesReader;
  readonly ticks: Pick<TickStore, 'readJournal'>;
  readonly schedules: Pick<ScheduleStore, 'list'>;
  readonly reader: ClusterReader;
  readonly log: Log;
}

/** A shard with what is to be done in it. */
export interface LookedAt {
  readonly shard: Shard;
  readonly rises: readonly Rise[];
}

interface Around {
  readonly cluster: string;
  readonly at: EpochMs;
  readonly policies: Policies;
  /** A look after the same tick has acted: what it did is in the journal of its shard. */
  readonly looked: boolean;
}

const READS_AT_ONCE = 8;

/** @returns only shards in which something is to be done */
export async function risesOf(
  ports: RisePorts,
  { tickSeconds }: { readonly tickSeconds: number },
  around: Around,
  shards: readonly SeenShard[],
): Promise<readonly LookedAt[]> {
  const wanting = await Promise.all(shards.map((one) => wantingIn(ports, tickSeconds, around, one)));
  if (wanting.every(({ candidates }) => candidates.length === 0)) return [];
  const schedules = await ports.schedules.list(around.cluster);
  const reading = pLimit(READS_AT_ONCE);
  const looked = await Promise.all(
    wanting.map(async ({ shard, candidates }) => {
      const rises = await Promise.all(
        candidates.map((candidate) =>
          reading(async () => {
            const windows = schedules.get(candidate.seen.key)?.map(({ window }) => window) ?? [];
            return riseNow(ports, tickSeconds, around, candidate, windows);
          }),
        ),
      );
      return { shard, rises: rises.filter((rise) => rise !== null) };
    }),
  );
  return looked.filter(({ rises }) => rises.length > 0);
}

interface Candidate {
  readonly seen: Seen;
  readonly recent: Series;
  readonly fitted: Fitted | undefined;
}

/** On what was stored. Journals are read where something is about to be done, and a look acted before. */
async function wantingIn(
  { series, ticks, log }: RisePorts,
  tickSeconds: number,
  around: Around,
  { shard, seen }: SeenShard,
) {
  const { cluster, at, looked } = around;
  const [recent, fitted] = await Promise.all([
    series.read(cluster, shard, at - RECENT_MS, at),
    series.readFitted(cluster, shard),
  ]);
  const isWanted = (candidate: Candidate) =>
    harmless(log, candidate, () => riseOf(tickSeconds, around, candidate, [])) !== null;
  const candidates = seen
    .map((one) => ({ seen: one, recent: recent.get(one.key) ?? EMPTY_SERIES, fitted: fitted.get(one.key) }))
    .filter(isWanted);
  if (!looked || candidates.length === 0) return { shard, candidates };
  const journal = await ticks.readJournal(cluster, shard.id);
  const standing = candidates.flatMap((candidate) => {
    const now = afterLooks(candidate.seen, journal);
    return now === null ? [] : [{ ...candidate, seen: now }];
  });
  return { shard, candidates: standing.filter(isWanted) };
}

/** On the object as it is now: who owns it, what its annotations say and how many replicas it has may be news. */
async function riseNow(
  { reader, log }: RisePorts,
  tickSeconds: number,
  around: Around,
  candidate: Candidate,
  windows: readonly ScheduleWindow[],
): Promise<Rise | null> {
  const { observation } = candidate.seen;
  try {
    const fresh = await reader.workload(observation.workload);
    if (fresh === null) return null;
    const seen = { ...candidate.seen, observation: refreshed(observation, fresh) };
    return riseOf(tickSeconds, around, { ...candidate, seen }, windows);
  } catch (error) {
    tellFailure(log, candidate, error);
    return null;
  }
}

function riseOf(
  tickSeconds: number,
  { policies }: Around,
  { seen: { memory, observation }, recent, fitted }: Candidate,
  windows: readonly ScheduleWindow[],
): Rise | null {
  const policy = policyOf(observation, statedIn(policies, observation.workload), tickSeconds, memory);
  if (!isScaledDirectly(policy, observation)) return null;
  const rise = look(memory, { policy, observation, recent, fitted, windows, killSwitch: null });
  return rise === null || whyNot(rise.decision, policy, observation, 'schedule') !== null ? null : rise;
}

/** The object of now, with what was measured of its pods and what it measured itself with. */
function refreshed(known: Observation, { pods: _pods, vertical: _vertical, ...fresh }: WorkloadSnapshot): Observation {
  const { at, signals, levels, definitions, limits } = known;
  return {
    ...fresh,
    at,
    signals,
    ...(levels !== undefined && { levels }),
    ...(definitions !== undefined && { definitions }),
    ...(fresh.limits === undefined && limits !== undefined && { limits }),
  };
}

/** What is wrong with one workload harms no other. */
function harmless(log: Log, candidate: Candidate, decide: () => Rise | null): Rise | null {
  try {
    return decide();
  } catch (error) {
    tellFailure(log, candidate, error);
    return null;
  }
}

function tellFailure(log: Log, { seen }: Candidate, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  log.warn('workload not looked at', { workload: seen.key, message });
}
