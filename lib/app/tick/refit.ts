// Which workloads of a shard are fitted anew at a tick, and what is known of the others meanwhile.

import { fitWorkload, isFitDue } from '../../domain/learning/fit-workload.ts';
import type { Fitted } from '../../domain/learning/fitted.ts';
import { loadsOf, namedLoads, perReplicaOf } from '../../domain/workload/loads.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { DEFAULT_POLICY, type Policy } from '../../domain/workload/policy.ts';
import { policyOf } from '../../domain/workload/policy-from-annotations.ts';
import type { Series } from '../../domain/workload/series.ts';
import type { SignalName } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Observed } from '../observe/observe.ts';
import type { PolicyRecord } from '../ports/policy-store.ts';
import { FINE_HISTORY_MS, type SeriesStore, type Shard } from '../ports/series-store.ts';
import type { Log } from '../ports/world.ts';

/** What a fit looks back on: as far as bursts can be told. */
export const HISTORY_MS = FINE_HISTORY_MS;
/**
 * Learning one load of two weeks takes up to a quarter of a second: a shard is fitted in turns, so that a tick stays far from its
 * time-out. CPU is one, and so is each load that a workload names.
 */
const LOADS_A_TURN = 16;

export interface RefitInput {
  readonly cluster: string;
  readonly now: EpochMs;
  readonly shard: Shard;
  readonly observed: Observed;
  readonly policies: ReadonlyMap<string, PolicyRecord>;
  /** Whether this tick has time to fit another shard; a yes is a turn taken. */
  readonly mayLearn: () => boolean;
}

/**
 * Fits those of a shard whose last fit is the longest ago, where that is due and the tick has time for it.
 * @param known what was fitted until now, by workload
 * @returns what is known from here on
 */
export async function refit(
  ports: { readonly series: SeriesStore; readonly log: Log },
  tickSeconds: number,
  { cluster, shard, now, observed, policies, mayLearn }: RefitInput,
  known: ReadonlyMap<string, Fitted>,
): Promise<ReadonlyMap<string, Fitted>> {
  if (!isFitDue(shard.id, [...known.values()], shard.workloads.length, now) || !mayLearn()) return known;
  const history = await ports.series.read(cluster, shard, now - HISTORY_MS, now);
  const longestAgo = [...history.keys()].toSorted((a, b) => (known.get(a)?.at ?? 0) - (known.get(b)?.at ?? 0));
  const turn = turnOf(longestAgo, (key) => {
    const observation = observed.observations.get(key);
    return observation === undefined
      ? 1
      : 1 + namedLoads(policyFor(observation, policies.get(key), tickSeconds)).length;
  });
  const learned = new Map<string, Fitted>();
  for (const [key, series] of history) {
    const previous = known.get(key);
    if (turn.has(key))
      learned.set(key, fitOf(tickSeconds, observed.observations.get(key), policies.get(key), series, previous, now));
    else if (previous !== undefined) learned.set(key, previous);
  }
  await ports.series.writeFitted(cluster, shard, learned);
  ports.log.info('learned from history', { cluster, shard: shard.id, workloads: turn.size });
  return learned;
}

/** The first of them, as many as there is time for: one at the least. */
function turnOf(keys: readonly string[], costOf: (key: string) => number): ReadonlySet<string> {
  let left = LOADS_A_TURN;
  const turn = new Set<string>();
  for (const key of keys) {
    left -= costOf(key);
    if (left < 0 && turn.size > 0) break;
    turn.add(key);
  }
  return turn;
}

function fitOf(
  tickSeconds: number,
  observation: Observation | undefined,
  record: PolicyRecord | undefined,
  history: Series,
  previous: Fitted | undefined,
  now: EpochMs,
): Fitted {
  const policy: Policy = observation === undefined ? DEFAULT_POLICY : policyFor(observation, record, tickSeconds);
  return fitWorkload({
    history: ofLoads(history, loadsOf(policy)),
    previous,
    now,
    coresPerReplica: observation?.capacity.cpu,
    bytesPerReplica: observation?.capacity.memory,
    hpa: observation?.hpa ?? null,
    startupSeconds: observation?.startupSeconds ?? null,
    modelLoadSeconds: policy.modelLoadSeconds,
    takenPerReplica: perReplicaOf({ capacity: {} }, policy),
    sloPercent: policy.sloPercent,
    tickSeconds,
  });
}

function policyFor(observation: Observation, record: PolicyRecord | undefined, tickSeconds: number): Policy {
  return policyOf(observation, record, tickSeconds, undefined);
}

/** Loads that it no longer names, or never did, are not learned. */
function ofLoads(history: Series, loads: readonly SignalName[]): Series {
  const named = Object.entries(history.demand).filter(([name]) => loads.includes(name));
  return { ...history, demand: Object.fromEntries(named) as Series['demand'] };
}
