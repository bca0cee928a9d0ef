// A decision's whole story: what it was made from, as it was stored, beside what came; and how often the LLM was right before.

import { trackRecord } from '../../domain/advice/track-record.ts';
import type { DecisionRecord } from '../../domain/decision/decision.ts';
import { targetsOf } from '../../domain/sizing/capacity.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { perReplicaOf } from '../../domain/workload/loads.ts';
import { EMPTY_SERIES, meanBetween, type Series } from '../../domain/workload/series.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../../domain/workload/time.ts';
import { adviceOutcomes } from '../advise/advice-outcomes.ts';
import { seriesOf } from '../one-series.ts';
import type { AdviceRowStore } from '../ports/advice-row-store.ts';
import type { SeriesReader } from '../ports/series-store.ts';
import { digits } from './digits.ts';
import { iso } from './iso.ts';
import { presentRecommendations } from './present.ts';

export interface StoryPorts {
  readonly series: Pick<SeriesReader, 'locate' | 'read'>;
  readonly adviceRows: AdviceRowStore;
}

const HOURS_AHEAD = [1, 2, 3, 4, 5, 6] as const;
/** Demand of a moment is the mean of so long around it: a tick may be late. */
const AROUND_MS = 150_000;
const RECORD_DAYS = 7;
/** One call per five minutes and workload makes 2,016 a week; a page of them is enough. */
const MOST_ROWS = 500;

/** @param now what lies ahead of it has not come yet */
export async function decisionStory(ports: StoryPorts, ref: WorkloadRef, record: DecisionRecord, now: EpochMs) {
  const [came, llm_record] = await Promise.all([whatCame(ports, ref, record, now), adviceRecord(ports, ref, record)]);
  return { ...presentRecommendations(record), came, llm_record };
}

/** Of each signal that was forecast, its six hours: the median and quantiles of then beside the demand that was measured. */
async function whatCame({ series }: StoryPorts, ref: WorkloadRef, { assessment }: DecisionRecord, now: EpochMs) {
  const { now: then, forecasts } = assessment;
  const shard = await series.locate(ref);
  const until = Math.min(now, then + HOURS_AHEAD.length * HOUR_MS + AROUND_MS);
  const history = shard === null || until <= then ? EMPTY_SERIES : await seriesOf(series, ref, shard, then, until);
  const entries = Object.entries(forecasts).map(([signal, forecast]) => [
    signal,
    HOURS_AHEAD.map((hour, i) => {
      const at = then + hour * HOUR_MS;
      // Records that share an item keep the medians alone.
      const point = forecast.points.find((one) => Math.abs(one.at - at) < MINUTE_MS);
      return {
        timestamp: iso(at),
        p50: digits(point?.p50 ?? forecast.hourly[i]),
        p90: digits(point?.p90),
        p99: digits(point?.p99),
        came: at > now ? null : digits(measured(history, signal, at)),
      };
    }),
  ]);
  return Object.fromEntries(entries);
}

function measured(history: Series, signal: string, at: EpochMs): number {
  return meanBetween(history, signal, at - AROUND_MS, at + AROUND_MS);
}

/** Null where no LLM advised. */
async function adviceRecord(ports: StoryPorts, ref: WorkloadRef, { assessment, advice }: DecisionRecord) {
  if (advice?.kind !== 'advice') return null;
  const { observation, policy, now } = assessment;
  const outcomes = await adviceOutcomes(ports, ref, now - RECORD_DAYS * DAY_MS, now, MOST_ROWS);
  const judged = outcomes.map(({ row, after10Minutes, after60Minutes }) => ({
    confidence: row.confidence,
    advised: row.advised,
    min: row.bounds[0],
    cameCores: [after10Minutes, after60Minutes].flatMap((after) =>
      after !== null && after.cpuCores >= 0 ? [after.cpuCores] : [],
    ),
  }));
  const { confidence } = advice.advice;
  const cores = perReplicaOf(observation, policy).cpu;
  const target = targetsOf(policy).cpu ?? 100;
  const record = trackRecord(judged, confidence, cores === undefined ? undefined : (cores * target) / 100);
  return { confidence, days: RECORD_DAYS, ...record };
}
