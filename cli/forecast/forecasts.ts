// Forecasts of workloads as the API answers them, and as `-o json` prints them for `--file`: checked, since either may be anything.
import * as z from 'zod';
import { servedFrom } from './served.ts';

const number = z.number();
const point = z.object({ timestamp: z.iso.datetime(), p50: number, p90: number });

/** One load of an answer of GET recommendations. */
const answeredSignal = z.object({
  current: number,
  peak: number,
  skill: number.nullable(),
  acted_on: z.boolean(),
  points: z.array(point).max(200),
  /** Absent in answers of older releases. */
  target_per_replica: number.positive().nullable().default(null),
});

/** What is used of an answer of GET recommendations. */
const answer = z.object({
  forecast: z.looseObject({}),
  decision: z.object({ target_replicas: z.int(), timestamp: z.string() }),
  observation: z.object({ replicas: z.object({ spec: z.int(), ready: z.int() }) }),
  policy: z.object({ enabled: z.boolean(), mode: z.string(), min_replicas: z.int(), max_replicas: z.int() }),
  signals: z.record(z.string(), z.object({ unit: z.string().optional() })).default({}),
});

const text = z.string().min(1).max(300);
const signalForecast = answeredSignal.extend({ unit: z.string().max(40), served: number });
export type SignalForecast = z.infer<typeof signalForecast>;

const workloadForecast = z.object({
  cluster: text,
  namespace: text,
  deployment: text,
  kind: z.enum(['Deployment', 'StatefulSet', 'Rollout']),
  timestamp: z.string().max(40),
  replicas: z.int().min(0),
  ready: z.int().min(0),
  target_replicas: z.int().min(0),
  enabled: z.boolean(),
  mode: z.string().max(40),
  min_replicas: z.int().min(0),
  max_replicas: z.int().min(1),
  signals: z.record(text, signalForecast),
});
/** Of one workload: what its loads will be, and what it is scaled between. */
export type WorkloadForecast = z.infer<typeof workloadForecast>;

const printed = z.object({ forecasts: z.array(workloadForecast).max(10_000) });

export type Where = Pick<WorkloadForecast, 'cluster' | 'namespace' | 'deployment' | 'kind'>;

const UNITS: Readonly<Record<string, string>> = { cpu: 'cores', memory: 'bytes' };

/** @throws Error of one line where the answer is not one */
export function forecastFrom(body: unknown, where: Where): WorkloadForecast {
  const { forecast, decision, observation, policy, signals } = checked(answer, body, 'the answer of the API');
  const loads = Object.entries(forecast).flatMap(([name, value]) => {
    const read = answeredSignal.safeParse(value);
    if (!read.success) return [];
    const unit = UNITS[name] ?? signals[name]?.unit ?? '';
    return [[name, { ...read.data, unit, served: servedFrom(read.data, decision.timestamp) }] as const];
  });
  const { spec: replicas, ready } = observation.replicas;
  const { timestamp, target_replicas } = decision;
  return { ...where, timestamp, replicas, ready, target_replicas, ...policy, signals: Object.fromEntries(loads) };
}

/** What `-o json forecast` printed. @throws Error of one line where it is something else */
export function forecastsIn(json: string, from: string): readonly WorkloadForecast[] {
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    throw new Error(`${from} is no JSON: expected what "npm run -s ai4k8s -- -o json forecast" prints`);
  }
  return checked(printed, body, from).forecasts;
}

function checked<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`${what} is not as expected: ${issue?.path.map(String).join('.') || 'all of it'}: ${issue?.message}`);
}
