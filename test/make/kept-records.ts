// Records as a table gives them back: fractions to six digits, and of what was forecast what is kept.
import { expect } from 'vitest';
import type { DecisionRecord } from '../../lib/domain/decision/decision.ts';
import type { WorkloadMemory } from '../../lib/domain/decision/workload-memory.ts';

/** @param read whose forecast points and hourly medians are taken for right: hold them against the record on their own */
export function asKept(record: DecisionRecord, read: DecisionRecord | null | undefined): DecisionRecord {
  // The class of demand is the workload's as it is now: a store need not keep it.
  const { demandClass, ...others } = record.assessment;
  const keepsClass = demandClass !== undefined && read?.assessment.demandClass !== undefined;
  const assessment = { ...others, ...(keepsClass && { demandClass }) };
  const forecasts = Object.entries(assessment.forecasts).map(([signal, forecast]) => {
    const { points = [], hourly = [] } = read?.assessment.forecasts[signal] ?? {};
    return [signal, { ...forecast, points, hourly }] as const;
  });
  return toSixDigits({ ...record, assessment: { ...assessment, forecasts: Object.fromEntries(forecasts) } });
}

/** For `toEqual`. */
export function toSixDigits<T>(value: T): T {
  return change(value) as T;
}

function change(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isInteger(value)) return about(value);
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, change(part)]));
}

function about(value: number): unknown {
  return Number.isFinite(value) ? expect.closeTo(value, 5 - Math.ceil(Math.log10(Math.abs(value)))) : value;
}

/** A memory as LATEST gives it back: with the digits that somebody reads. */
export function asRemembered(entry: WorkloadMemory): WorkloadMemory {
  const { observation, peaks } = entry;
  const short = (value: number, digits: number) => Number(value.toPrecision(digits));
  const signals = Object.entries(observation.signals).map(([name, reading]) => [
    name,
    reading && { ...reading, demand: short(reading.demand, 6) },
  ]);
  const shortPeaks = Object.entries(peaks).map(([name, peak]) => [name, short(peak, 4)]);
  return {
    ...entry,
    observation: { ...observation, signals: Object.fromEntries(signals) },
    peaks: Object.fromEntries(shortPeaks),
  };
}
