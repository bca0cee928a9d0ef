// From ticks as they were measured to what a bill is made of.
import type { LooksUsage, Usage } from './cost-bill.ts';
import type { LooksCost, TickCost } from './ticks.ts';

export function usageOf({ cpuSeconds, applied, events, logBytes, byKind }: TickCost): Usage {
  return { cpuSeconds, changes: applied, events, logBytes, ...unitsOf(byKind) };
}

function unitsOf(byKind: TickCost['byKind']): Pick<Usage, 'writeUnits' | 'readUnits'> {
  const units = (which: 'writeUnits' | 'readUnits') =>
    Object.fromEntries(Object.entries(byKind).map(([kind, of]) => [kind, of[which]]));
  return { writeUnits: units('writeUnits'), readUnits: units('readUnits') };
}

/**
 * CPU as it would be if nothing else had run here: Lambda has no neighbours of ours.
 * @param least what the yardstick takes then; where it took less still, nothing is taken for slower
 */
export function atItsBest<T extends Pick<TickCost, 'cpuSeconds' | 'yardstick'>>(one: T, least: number): T {
  return one.yardstick > 0 ? { ...one, cpuSeconds: one.cpuSeconds * Math.min(1, least / one.yardstick) } : one;
}

/** Of the looks after a tick, in the mean of ticks; none where none were sent. */
export function meanLooks(after: readonly LooksCost[]): LooksUsage {
  const mean = (pick: (one: LooksCost) => number) => digits(sumOf(after, pick) / Math.max(1, after.length));
  return {
    messages: mean((one) => one.messages),
    bytes: mean((one) => one.bytes),
    taken: mean((one) => one.taken),
    cpuSeconds: mean((one) => one.cpuSeconds),
    logBytes: mean((one) => one.logBytes),
    ...meanUnits(after.map(({ byKind }) => unitsOf(byKind))),
  };
}

/** The mean of ticks. */
export function meanUsage(ticks: readonly Usage[]): Usage {
  const mean = (pick: (one: Usage) => number) => digits(sumOf(ticks, pick) / ticks.length);
  return {
    cpuSeconds: mean((one) => one.cpuSeconds),
    changes: mean((one) => one.changes),
    events: mean((one) => one.events),
    logBytes: mean((one) => one.logBytes),
    ...meanUnits(ticks),
  };
}

type Units = Pick<Usage, 'writeUnits' | 'readUnits'>;

function meanUnits(all: readonly Units[]): Units {
  const means = (which: keyof Units) => {
    const kinds = [...new Set(all.flatMap((one) => Object.keys(one[which])))].toSorted();
    const mean = (kind: string) => digits(sumOf(all, (one) => one[which][kind] ?? 0) / all.length);
    return Object.fromEntries(kinds.map((kind) => [kind, mean(kind)] as const).filter(([, value]) => value > 0));
  };
  return { writeUnits: means('writeUnits'), readUnits: means('readUnits') };
}

function sumOf<T>(all: readonly T[], pick: (one: T) => number): number {
  return all.reduce((total, one) => total + pick(one), 0);
}

function digits(value: number): number {
  return Number(value.toPrecision(4));
}
