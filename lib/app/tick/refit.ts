// Which workloads of a shard are fitted anew at a tick, and what is known of the others meanwhile.

import { fitWorkload, isFitDue } from '../../domain/learning/fit-workload.ts';
import type { Fitted } from '../../domain/learning/fitted.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { loadsOf, namedLoads, perReplicaOf } from '../../domain/workload/loads.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { DEFAULT_POLICY, type Policy } from '../../domain/workload/policy.ts';
import { policyOf } from '../../domain/workload/policy-from-annotations.ts';
import type { Series } from '../../domain/workload/series.ts';
import type { SignalName } from '../../domain/workload/signal.ts';
import { statedIn } from '../../domain/workload/stated.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Observed } from '../observe/observe.ts';
import type { Policies } from '../ports/policy-store.ts';
import { FINE_HISTORY_MS, type SeriesStore, type Shard } from '../ports/series-store.ts';
import type { Log } from '../ports/world.ts';

/** What a fit looks back on: as far as bursts can be told. */
export const HISTORY_MS = FINE_HISTORY_MS;
/**
 * Learning one load of two weeks takes up to a quarter of a second: a shard is fitted in turns, so that a tick stays far from its
 * time-out. CPU is one, and so are memory where its sizing was learned, and each load that a workload names.
 */
const LOADS_A_TURN = 16;

/** How often somebody decides. */
export interface FitPace {
  readonly tickSeconds: number;
  /** Between two ticks; 0 or absent: nobody does. */
  readonly lookSeconds?: number;
}

export interface FitInput {
  readonly cluster: string;
  readonly now: EpochMs;
  readonly shard: Shard;
  readonly observed: Pick<Observed, 'observations'>;
  readonly policies: Policies;
}

export interface RefitInput extends FitInput {
  readonly observed: Observed;
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
  pace: FitPace,
  { cluster, shard, now, observed, policies, mayLearn }: RefitInput,
  known: ReadonlyMap<string, Fitted>,
): Promise<ReadonlyMap<string, Fitted>> {
  if (!isFitDue(shard.id, [...known.values()], shard.workloads.length, now) || !mayLearn()) return known;
  const turn = await fitShard(ports, pace, { cluster, shard, now, observed, policies }, known, LOADS_A_TURN);
  ports.log.info('learned from history', { cluster, shard: shard.id, workloads: turn.fitted });
  return turn.known;
}

/**
 * Fits those whose last fit is the longest ago, from one reading of the shard's history.
 * @param loads at most so many, of one workload at the least
 * @param hasTime asked before each workload; yes unless given
 */
export async function fitShard(
  ports: { readonly series: SeriesStore; readonly log: Log },
  pace: FitPace,
  { cluster, shard, now, observed, policies }: FitInput,
  known: ReadonlyMap<string, Fitted>,
  loads: number,
  hasTime: () => boolean = () => true,
): Promise<{ readonly known: ReadonlyMap<string, Fitted>; readonly fitted: number }> {
  const history = await ports.series.read(cluster, shard, now - HISTORY_MS, now);
  const slots = new Map(shard.workloads.map((ref, i) => [workloadKey(ref), shard.places[i]?.slot ?? 0]));
  // Neighbours are stored together: those of one turn in as few items as there are.
  const longestAgo = [...history.keys()].toSorted(
    (a, b) => (known.get(a)?.at ?? 0) - (known.get(b)?.at ?? 0) || (slots.get(a) ?? 0) - (slots.get(b) ?? 0),
  );
  const turn = turnOf(longestAgo, loads, (key) => {
    const observation = observed.observations.get(key);
    const memory = known.get(key)?.loads?.memory === undefined ? 0 : 1;
    return observation === undefined
      ? 1 + memory
      : 1 + memory + namedLoads(policyFor(observation, policies, pace.tickSeconds)).length;
  });
  const learned = new Map([...known].filter(([key]) => history.has(key)));
  let fitted = 0;
  for (const key of turn) {
    const series = history.get(key);
    if (series === undefined || (fitted > 0 && !hasTime())) break;
    try {
      const observation = observed.observations.get(key);
      learned.set(key, fitOf(pace, observation, policies, series, known.get(key), now));
      fitted += 1;
    } catch (error) {
      // What is wrong with one workload must not keep the others from being learned: it keeps what it had.
      const message = error instanceof Error ? error.message : String(error);
      ports.log.error('workload not learned', { cluster, workload: key, message });
    }
  }
  await ports.series.writeFitted(cluster, shard, learned, now);
  return { known: learned, fitted };
}

/** The first of them, as many as there is time for: one at the least. */
function turnOf(keys: readonly string[], loads: number, costOf: (key: string) => number): ReadonlySet<string> {
  let left = loads;
  const turn = new Set<string>();
  for (const key of keys) {
    left -= costOf(key);
    if (left < 0 && turn.size > 0) break;
    turn.add(key);
  }
  return turn;
}

function fitOf(
  { tickSeconds, lookSeconds = 0 }: FitPace,
  observation: Observation | undefined,
  policies: Policies,
  history: Series,
  previous: Fitted | undefined,
  now: EpochMs,
): Fitted {
  const policy: Policy = observation === undefined ? DEFAULT_POLICY : policyFor(observation, policies, tickSeconds);
  return fitWorkload({
    history: ofLoads(history, loadsOf(policy)),
    previous,
    now,
    coresPerReplica: observation?.capacity.cpu,
    bytesPerReplica: observation?.capacity.memory,
    memoryTargetPercent: policy.memoryOff === true ? null : policy.targetPercent.memory,
    memoryLimitBytes: observation?.limits?.memory,
    hpa: observation?.hpa ?? null,
    startupSeconds: observation?.startupSeconds ?? null,
    nodeWaits: observation?.nodeWaits,
    modelLoadSeconds: policy.modelLoadSeconds,
    takenPerReplica: perReplicaOf({ capacity: {} }, policy),
    sloPercent: policy.sloPercent,
    tickSeconds,
    // An HPA looks itself, and our floor moves with the ticks.
    lookSeconds: (observation?.hpa ?? null) === null ? lookSeconds : 0,
    cooldownDownSeconds: policy.cooldownDownSeconds,
    restartSeconds: policy.restartSeconds,
    timeZone: policy.timeZone,
  });
}

function policyFor(observation: Observation, policies: Policies, tickSeconds: number): Policy {
  return policyOf(observation, statedIn(policies, observation.workload), tickSeconds, undefined);
}

/** Loads that it no longer names, or never did, are not learned. */
function ofLoads(history: Series, loads: readonly SignalName[]): Series {
  const named = Object.entries(history.demand).filter(([name]) => loads.includes(name));
  return { ...history, demand: Object.fromEntries(named) as Series['demand'] };
}
