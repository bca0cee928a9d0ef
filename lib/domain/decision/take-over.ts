// From what was done outside a tick's own record to the entry that ticks and reads build on.

import type { PastDecision } from '../assessment/past-decision.ts';
import { floorFor } from '../hpa/floor.ts';
import { workloadKey } from '../workload/identity.ts';
import type { Observation } from '../workload/observation.ts';
import { declinedBy } from './change-proposal.ts';
import type { DecisionRecord } from './decision.ts';
import { PAST_KEPT } from './past-changes.ts';
import { remembered } from './remember.ts';
import type { Request } from './request.ts';
import type { WorkloadMemory } from './workload-memory.ts';

/**
 * The entry with a record of ours on top, at its own time. Under it goes one that the entry's tick has seen the effect of, or
 * what somebody made of that since: then it is a past decision, and no more.
 */
export function takenOverBy(entry: WorkloadMemory | undefined, record: DecisionRecord): WorkloadMemory {
  const taken = remembered(entry, record, entry?.lastScaledAt ?? null, true);
  const past = joined(entry?.past ?? [], taken.past);
  return entry === undefined || isNews(entry, record) ? { ...taken, past } : { ...entry, past };
}

/** Whether the entry was written by somebody who knew of this change. */
export function isTakenOver(entry: WorkloadMemory | undefined, { decision }: DecisionRecord): boolean {
  const past = entry?.past ?? [];
  const oldest = past.length < PAST_KEPT ? undefined : past[0];
  return (oldest !== undefined && oldest.at > decision.at) || past.some((one) => isSame(one, decision));
}

/** For reads between two ticks: entries with what people have asked for since. */
export function withRequests(
  latest: ReadonlyMap<string, WorkloadMemory>,
  asked: readonly Request[],
): ReadonlyMap<string, WorkloadMemory> {
  const entries = new Map(latest);
  for (const { record, settled } of asked) {
    const key = workloadKey(record.decision.workload);
    const stored = latest.get(key);
    if (stored === undefined || !settled || isTakenOver(stored, record)) continue;
    if (record.decision.at < stored.observation.at) continue;
    const entry = takenOverBy(entries.get(key), record);
    // What failed was decided on annotations as they would have been.
    entries.set(key, record.outcome.kind === 'failed' ? { ...entry, observation: stored.observation } : entry);
  }
  return entries;
}

/** The entries with what people have declined since they were written. */
export function withDeclined(
  latest: ReadonlyMap<string, WorkloadMemory>,
  asked: readonly Request[],
): ReadonlyMap<string, WorkloadMemory> {
  const entries = new Map(latest);
  for (const { record, settled } of asked) {
    const declined = settled ? declinedBy(record) : undefined;
    const key = workloadKey(record.decision.workload);
    const entry = entries.get(key);
    if (declined === undefined || entry === undefined || record.decision.at < entry.observation.at) continue;
    const { proposal: _answered, ...rest } = entry;
    entries.set(key, { ...rest, declined });
  }
  return entries;
}

/** A workload as its entry's decision left it: the observation was made before that was applied. */
export function asLeft({ observation, record: { decision, outcome } }: WorkloadMemory): Observation {
  if (outcome.kind !== 'applied') return observation;
  const { hpa, owner, replicas } = observation;
  // Under an HPA nothing but its floor is ever changed.
  if (hpa === null || owner.kind !== 'hpa') return { ...observation, replicas: { ...replicas, spec: decision.target } };
  const own = hpa.ownMinReplicas ?? hpa.minReplicas;
  const minReplicas = floorFor(decision, hpa, hpa.maxReplicas);
  const { ownMinReplicas: _before, ...rest } = hpa;
  return { ...observation, hpa: { ...rest, minReplicas, ...(minReplicas > own && { ownMinReplicas: own }) } };
}

function isNews({ observation, record: last }: WorkloadMemory, { decision }: DecisionRecord): boolean {
  if (decision.at >= observation.at) return true;
  return last.outcome.kind !== 'applied' && observation.replicas.spec === decision.current;
}

function joined(before: readonly PastDecision[], after: readonly PastDecision[]): readonly PastDecision[] {
  const missing = before.filter(
    ({ at, from, to }) => !after.some((one) => isSame(one, { at, current: from, target: to })),
  );
  return [...missing, ...after].toSorted((a, b) => a.at - b.at).slice(-PAST_KEPT);
}

function isSame(
  one: PastDecision,
  decision: { readonly at: number; readonly current: number; readonly target: number },
) {
  return one.at === decision.at && one.from === decision.current && one.to === decision.target;
}
