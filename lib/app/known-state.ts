// What is known of one workload between two ticks: LATEST, and what was done or asked for since.

import type { Decision, DecisionRecord } from '../domain/decision/decision.ts';
import { recover } from '../domain/decision/interrupted-changes.ts';
import { ACTING_MS } from '../domain/decision/recovery-evidence.ts';
import type { Request } from '../domain/decision/request.ts';
import { withRequests } from '../domain/decision/take-over.ts';
import type { WorkloadMemory } from '../domain/decision/workload-memory.ts';
import { type WorkloadRef, workloadKey } from '../domain/workload/identity.ts';
import type { Observation } from '../domain/workload/observation.ts';
import type { Policy } from '../domain/workload/policy.ts';
import { policyOf } from '../domain/workload/policy-from-annotations.ts';
import type { PolicyStore } from './ports/policy-store.ts';
import type { SeriesReader } from './ports/series-store.ts';
import type { TickStore } from './ports/tick-store.ts';
import { AdapterError } from './ports/world.ts';
import { findStored, type Stored } from './recommend.ts';

export interface StandingPorts {
  readonly series: SeriesReader;
  readonly ticks: Pick<TickStore, 'askedOf' | 'readJournal'>;
}

/** For a read: the last stored state with what people have asked for since. Null where no tick has seen the workload. */
export async function shownOf({ series, ticks }: StandingPorts, ref: WorkloadRef): Promise<Stored | null> {
  const shard = await series.locate(ref);
  if (shard === null) return null;
  const [latest, asked] = await Promise.all([series.readLatest(ref.cluster, shard), ticks.askedOf(ref)]);
  return storedIn(shard, withRequests(latest, asked), ref);
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

/** The policy a request has to keep to, read now: where nobody states a maximum, what ran before may run again. */
export async function policyNow(
  { series, policies }: { readonly series: SeriesReader; readonly policies: Pick<PolicyStore, 'stated'> },
  observation: Observation,
  tickSeconds: number,
): Promise<Policy> {
  const ref = observation.workload;
  const [stated, stored] = await Promise.all([policies.stated(ref), findStored(series, ref)]);
  return policyOf(observation, stated, tickSeconds, stored?.latest);
}

/**
 * Who of our own set a count that was found instead of the one a decision started from, in words; null where none of us did.
 * Where that cannot be asked nobody is blamed.
 */
export async function oursMeanwhile(
  ports: StandingPorts,
  decision: Pick<Decision, 'workload' | 'id' | 'at'>,
  replicas: number,
): Promise<string | null> {
  try {
    const who = await whoSet(ports, decision, replicas);
    return who === null ? null : `${who} set ${replicas} replicas meanwhile; left as it is`;
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return `${replicas} replicas were set meanwhile, and by whom could not be found out; left as it is`;
  }
}

async function whoSet(
  { series, ticks }: StandingPorts,
  { workload: ref, id, at }: Pick<Decision, 'workload' | 'id' | 'at'>,
  replicas: number,
): Promise<string | null> {
  // A journal is kept long after what it was about: what is older explains nothing that is new.
  const isOther = ({ decision }: Pick<DecisionRecord, 'decision'>) =>
    decision.id !== id &&
    decision.target === replicas &&
    Math.abs(decision.at - at) <= ACTING_MS &&
    workloadKey(decision.workload) === workloadKey(ref);
  const asked = (await ticks.askedOf(ref)).filter(({ goal, record }) => goal.kind === 'decision' && isOther(record));
  const whoAsked = (one: Request) => `${one.record.requestedBy ?? 'a request'}, through AI4K8s,`;
  const done = asked.find(({ settled, record }) => settled && record.outcome.kind === 'applied');
  if (done !== undefined) return whoAsked(done);
  const shard = await series.locate(ref);
  const journal = shard === null ? [] : await ticks.readJournal(ref.cluster, shard.id);
  if (journal.some(isOther)) return 'a tick of AI4K8s';
  const acting = asked.find(({ settled }) => !settled);
  return acting === undefined ? null : whoAsked(acting);
}

function storedIn(
  shard: Stored['shard'],
  latest: ReadonlyMap<string, WorkloadMemory>,
  ref: WorkloadRef,
): Stored | null {
  const entry = latest.get(workloadKey(ref));
  return entry === undefined ? null : { shard, latest: entry };
}
