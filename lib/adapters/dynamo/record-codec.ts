// Records of decisions at rest: without what nobody looks up later, and compressed beside a text that most of them share.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import type { Forecast, ForecastPoint } from '../../domain/forecast/forecast.ts';
import { HOUR_MS } from '../../domain/workload/time.ts';
import { broken, bytesOf, shortNumber, unpackJson } from './items.ts';
import { withPresentNames } from './older-names.ts';
import { RECORD_DICTIONARY } from './record-dictionary.ts';
import type { Item } from './table.ts';

/** Forecasts are not better than that. */
const POINT_DIGITS = 4;
const FIRST_VERSION = 1;
/** Many records, or texts as long as they may be: a tick has no seconds for what then saves little. */
const LARGE_CHARS = 256 * 1024;
const USUAL_LEVEL = 6;
const QUICK_LEVEL = 1;

/** One record or several, as a body. */
export function deflatedRecords(records: unknown): Uint8Array {
  const text = JSON.stringify(records, shortNumber);
  const level = text.length > LARGE_CHARS ? QUICK_LEVEL : USUAL_LEVEL;
  return deflateRawSync(text, { level, dictionary: RECORD_DICTIONARY });
}

/** The reverse, of an item of this release or of one before: the first compressed without a text. */
export function inflatedRecords<T>(item: Item): T {
  if (item.v === FIRST_VERSION) return withPresentNames(unpackJson<T>(item));
  try {
    return JSON.parse(inflateRawSync(bytesOf(item), { dictionary: RECORD_DICTIONARY }).toString('utf8')) as T;
  } catch (error) {
    throw broken(item, 'does not hold records: remove it', error);
  }
}

/**
 * A record as it is kept: of what was forecast the whole hours are, which is what people compare with what came. A chart of
 * more is made afresh, from the present.
 */
export function keptRecord(record: DecisionRecord): DecisionRecord {
  const { now } = record.assessment;
  return withForecasts(record, ({ points, ...forecast }) => ({
    ...forecast,
    points: points.filter(({ at }) => (at - now) % HOUR_MS === 0).map(keptPoint),
    hourly: forecast.hourly.map(short),
  }));
}

/** With the hourly medians, the peak and the trend of what was forecast alone: where many records share an item. */
export function briefRecord(record: DecisionRecord): DecisionRecord {
  return withForecasts(record, (forecast) => ({ ...forecast, points: [], hourly: forecast.hourly.map(short) }));
}

function withForecasts(record: DecisionRecord, keep: (forecast: Forecast) => Forecast): DecisionRecord {
  const kept = Object.entries(record.assessment.forecasts).map(([signal, forecast]) => [signal, keep(forecast)]);
  // What kind of demand it has is the workload's, and known of it as it is now.
  const { demandClass: _now, ...assessment } = record.assessment;
  return { ...record, assessment: { ...assessment, forecasts: Object.fromEntries(kept) } };
}

function keptPoint({ at, p5, p50, p90, p95, p99 }: ForecastPoint): ForecastPoint {
  return { at, p5: short(p5), p50: short(p50), p90: short(p90), p95: short(p95), p99: short(p99) };
}

function short(value: number): number {
  return Number(value.toPrecision(POINT_DIGITS));
}
