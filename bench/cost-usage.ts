// From ticks as they were measured to what a bill is made of.
import type { Usage } from './cost-bill.ts';
import type { TickCost } from './ticks.ts';

export function usageOf({ cpuSeconds, applied, events, logBytes, byKind }: TickCost): Usage {
  const units = (which: 'writeUnits' | 'readUnits') =>
    Object.fromEntries(Object.entries(byKind).map(([kind, of]) => [kind, of[which]]));
  return {
    cpuSeconds,
    changes: applied,
    events,
    logBytes,
    writeUnits: units('writeUnits'),
    readUnits: units('readUnits'),
  };
}

/** The mean of ticks. */
export function meanUsage(ticks: readonly Usage[]): Usage {
  const mean = (pick: (one: Usage) => number) =>
    digits(ticks.reduce((total, one) => total + pick(one), 0) / ticks.length);
  const units = (which: 'writeUnits' | 'readUnits') => {
    const kinds = [...new Set(ticks.flatMap((one) => Object.keys(one[which])))].toSorted();
    const means = kinds.map((kind) => [kind, mean((one) => one[which][kind] ?? 0)] as const);
    return Object.fromEntries(means.filter(([, value]) => value > 0));
  };
  return {
    cpuSeconds: mean((one) => one.cpuSeconds),
    changes: mean((one) => one.changes),
    events: mean((one) => one.events),
    logBytes: mean((one) => one.logBytes),
    writeUnits: units('writeUnits'),
    readUnits: units('readUnits'),
  };
}

function digits(value: number): number {
  return Number(value.toPrecision(4));
}
