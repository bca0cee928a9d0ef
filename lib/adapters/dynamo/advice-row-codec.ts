// A piece of advice as an item: plain attributes for people at the console, forecasts in two bytes a number.
import * as z from 'zod';
import { type AdviceRow, HOURS_AHEAD, type HourlyForecast } from '../../domain/advice/advice-row.ts';
import { decodeCodes, encodeCodes } from './codec.ts';
import { CPU_CORES, LOAD, MEMORY_BYTES, type Scale } from './quantise.ts';

const CODES_PER_LOAD = 2 * HOURS_AHEAD;
const BYTES_PER_LOAD = 2 * CODES_PER_LOAD;

const replicas = z.int().min(0);
const percent = z.number().nullable();
const stored = z.object({
  at: z.number(),
  mode: z.enum(['on', 'shadow']),
  replicas,
  bounds: z.tuple([replicas, replicas]),
  loads: z.array(z.tuple([percent, percent, z.enum(['increasing', 'decreasing', 'stable']).nullable()])),
  levels: z.tuple([z.int().min(0), z.int().min(0)]),
  baseline: replicas,
  advised: replicas,
  stood: replicas,
  confidence: z.number().min(0).max(1),
  model: z.string().max(100),
  prompt: z.string().max(20),
  hourly: z.instanceof(Uint8Array).refine(({ length }) => length % BYTES_PER_LOAD === 0),
});

/** Everything but the keys. Forecasts come back within 0.05 %, of named loads within 0.1 %. */
export function encodeAdviceRow({ hourly, ...row }: AdviceRow): Omit<AdviceRow, 'hourly'> & { hourly: Uint8Array } {
  const codes = hourly.flatMap((forecast, place) => codesOf(forecast, scaleOf(place)));
  return { ...row, hourly: encodeCodes(Uint16Array.from(codes)) };
}

/** The reverse; null where the item is no such row, whoever wrote it. */
export function decodeAdviceRow(item: unknown): AdviceRow | null {
  const parsed = stored.safeParse(item);
  if (!parsed.success) return null;
  const { hourly, ...row } = parsed.data;
  const codes = decodeCodes(hourly);
  const count = codes.length / CODES_PER_LOAD;
  const of = (place: number) => codes.subarray(place * CODES_PER_LOAD, (place + 1) * CODES_PER_LOAD);
  return { ...row, hourly: Array.from({ length: count }, (_, place) => forecastOf(of(place), scaleOf(place))) };
}

function scaleOf(place: number): Scale {
  return [CPU_CORES, MEMORY_BYTES][place] ?? LOAD;
}

function codesOf(forecast: HourlyForecast | null, scale: Scale): readonly number[] {
  const values = (of: readonly number[] = []) =>
    Array.from({ length: HOURS_AHEAD }, (_, hour) => scale.encode(of[hour] ?? Number.NaN));
  return [...values(forecast?.medians), ...values(forecast?.uppers)];
}

function forecastOf(codes: Uint16Array, scale: Scale): HourlyForecast | null {
  const values = Array.from(codes, (code) => scale.decode(code));
  if (values.every(Number.isNaN)) return null;
  return { medians: values.slice(0, HOURS_AHEAD), uppers: values.slice(HOURS_AHEAD) };
}
