// What was fitted to some workloads of a shard, as one item: those whose places are neighbours, so few that it always fits.

import type { Shard } from '../../app/ports/series-store.ts';
import { FITTED_VERSION, type Fitted } from '../../domain/learning/fitted.ts';
import type { FittedSizing } from '../../domain/sizing/sizing-policy.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import { type Dated, isAhead } from './ahead.ts';
import { packFitting, type Steps } from './fitting.ts';
import { compressed, shortNumber, unpackJson } from './items.ts';
import type { Item } from './table.ts';

/**
 * A workload takes 5 kB, and 3 kB more for memory that follows load and for each load that it names: with the four that it may
 * name, eight of them take 160 kB.
 */
const SLOTS_A_GROUP = 8;

export interface Group {
  /** Written anew with the item; empty where there was none to read. */
  readonly version: string;
  readonly fitted: ReadonlyMap<string, Fitted>;
  /** What is sized by, of all of them: what memory it takes. */
  readonly loads: number;
}

type Entry = readonly [string, Fitted];

/** Of a group in which nothing is learned: nobody who lived there does any more. */
const NOTHING: readonly Entry[] = [];

/**
 * The groups in which something is other than it was read, each with all that is to be in it.
 * @param known by group, as they were read
 */
export function changedGroups(
  known: ReadonlyMap<number, Group>,
  { workloads, places }: Shard,
  learned: ReadonlyMap<string, Fitted>,
): readonly (readonly [number, readonly Entry[]])[] {
  const groupOf = new Map(workloads.map((ref, i) => [workloadKey(ref), groupAt(places[i]?.slot ?? 0)]));
  const next = Map.groupBy(learned, ([key]) => groupOf.get(key) ?? 0);
  return [...new Set([...known.keys(), ...next.keys()])].flatMap((group) => {
    const entries = next.get(group) ?? NOTHING;
    const before = known.get(group)?.fitted;
    const isSame = before?.size === entries.length && entries.every(([key, fitted]) => before.get(key) === fitted);
    return isSame ? [] : [[group, entries] as const];
  });
}

function groupAt(slot: number): number {
  return Math.floor(slot / SLOTS_A_GROUP);
}

/** Of a workload that was given another place, two groups may know: the later one counts. */
export function merged(groups: ReadonlyMap<number, Group>): ReadonlyMap<string, Fitted> {
  const all = new Map<string, Fitted>();
  for (const { fitted } of groups.values())
    for (const [key, one] of fitted) if (one.at >= (all.get(key)?.at ?? 0)) all.set(key, one);
  return all;
}

/** Compressed. Those that do not fit lose their models, which are the largest part, and nothing else. @throws AdapterError */
export function packGroup(what: string, entries: readonly Entry[]): Uint8Array {
  return packFitting(what, entries, LEARNED_STEPS, (all) => compressed(Object.fromEntries(all), shortNumber));
}

/** What is of another version, or dated ahead, is learned anew. */
export function unpackGroup(item: Item | null, clock: Dated): Group {
  if (item === null) return { version: '', fitted: new Map(), loads: 0 };
  const found = Object.entries(unpackJson<Record<string, Fitted>>(item));
  const fitted = new Map(found.filter(([, { version, at }]) => version === FITTED_VERSION && !isAhead(clock, at)));
  const loads = [...fitted.values()].reduce((sum, one) => sum + 1 + Object.keys(one.loads ?? {}).length, 0);
  return { version: String(item.version), fitted, loads };
}

const LEARNED_STEPS: Steps<Entry> = [([key, fitted]) => [key, withoutModels(fitted)]];

function withoutModels({ sizing, loads, ...rest }: Fitted): Fitted {
  const named = Object.entries(loads ?? {}).map(([name, one]) => [name, withoutModel(one)] as const);
  return {
    ...rest,
    sizing: sizing && withoutModel(sizing),
    ...(loads && { loads: Object.fromEntries(named) }),
  };
}

function withoutModel(sizing: FittedSizing): FittedSizing {
  return sizing.model === null
    ? sizing
    : { ...sizing, model: null, policy: { ...sizing.policy, isModelLeftOut: true } };
}
