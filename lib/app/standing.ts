// What is known of one workload between two ticks: LATEST, and what was done or asked for since.
import type { Observation, WorkloadRef } from '../domain/model.ts';
import { workloadKey } from '../domain/model.ts';
import type { LatestEntry, SeriesStore, TickStore } from './ports/table.ts';
import { AdapterError } from './ports/world.ts';
import type { Stored } from './recommend.ts';
import { withAsked } from './take-over.ts';
import { recover } from './unfinished.ts';

export interface StandingPorts {
  readonly series: SeriesStore;
  readonly ticks: Pick<TickStore, 'askedOf' | 'readJournal'>;
}

/** For a read: the last stored state with what people have asked for since. Null where no tick has seen the workload. */
export async function shownOf({ series, ticks }: StandingPorts, ref: WorkloadRef): Promise<Stored | null> {
  const shard = await series.locate(ref);
  if (shard === null) return null;
  const [latest, asked] = await Promise.all([series.readLatest(ref.cluster, shard), ticks.askedOf(ref)]);
  return storedIn(shard, withAsked(latest, asked), ref);
}

/** For a command, which has observed the workload afresh: also what a tick at work beside it has changed by now. */
export async function standingOf(ports: StandingPorts, observation: Observation): Promise<Stored | null> {
  const { workload: ref, at } = observation;
  const key = workloadKey(ref);
  const shard = await ports.series.locate(ref);
  if (shard === null) return null;
  const [stored, asked, journal] = await Promise.all([
    ports.series.readLatest(ref.cluster, shard),
    ports.ticks.askedOf(ref),
    ports.ticks.readJournal(ref.cluster, shard.id),
  ]);
  const mine = journal.filter(({ decision }) => workloadKey(decision.workload) === key);
  const observations = new Map([[key, observation]]);
  const { latest } = recover({ journal: mine, asked, latest: stored, observations, now: at, seenFrom: at });
  return storedIn(shard, latest, ref);
}

/**
 * Who of our own set a count that was found instead of the one a decision started from, in words; null where none of us is
 * known to have, or where that cannot be asked.
 */
export async function oursMeanwhile(
  { series, ticks }: StandingPorts,
  decision: { readonly workload: WorkloadRef; readonly id: string },
  replicas: number,
): Promise<string | null> {
  const { workload: ref, id } = decision;
  try {
    const asked = (await ticks.askedOf(ref)).find(
      ({ goal, settled, record }) =>
        goal.kind === 'decision' &&
        record.decision.id !== id &&
        record.decision.target === replicas &&
        (!settled || record.outcome.kind === 'applied'),
    );
    if (asked !== undefined)
      return `${asked.record.requestedBy ?? 'a request'} set ${replicas} replicas through AI4K8s meanwhile; left as it is`;
    const shard = await series.locate(ref);
    const journal = shard === null ? [] : await ticks.readJournal(ref.cluster, shard.id);
    const isTicks = journal.some(
      ({ decision: one }) => one.id !== id && workloadKey(one.workload) === workloadKey(ref) && one.target === replicas,
    );
    return isTicks ? `a tick of AI4K8s set ${replicas} replicas meanwhile; left as it is` : null;
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return null;
  }
}

function storedIn(shard: Stored['shard'], latest: ReadonlyMap<string, LatestEntry>, ref: WorkloadRef): Stored | null {
  const entry = latest.get(workloadKey(ref));
  return entry === undefined ? null : { shard, latest: entry };
}
