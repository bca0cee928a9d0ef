// What of the simulated cluster outlives the process: its objects, as they are read back from a file that anybody may have edited.
import * as z from 'zod';
import { isObject, type Json, type JsonObject } from './kube-object.ts';

const count = z.int().min(0).max(100_000);
const number = z.number();
const text = z.string();
const texts = z.record(text, text);
const latency = z.object({ p50: number, p95: number, average: number });
const queueWindow = z.object({ requestsPerSecond: number, latency: latency.nullable(), successPercent: number });

const reading = z.object({
  at: number,
  demand: number,
  saturated: z.boolean(),
  ready: count,
  replicas: count,
  memoryBytes: number,
  queue: queueWindow.exactOptional(),
});

const state = z.object({
  seconds: number,
  replicas: count,
  bornAt: z.array(number),
  counts: z.array(count),
  visible: reading.nullable(),
  underway: z.array(reading),
  queue: z.object({ backlog: number, served: number, dropped: number, window: queueWindow }).exactOptional(),
});

const pod = z.object({
  name: text,
  uid: text,
  node: text,
  ip: text,
  bornAt: number,
  ready: z.boolean(),
  resourceVersion: z.int(),
});

const workload = z
  .object({
    key: text,
    createdAt: number,
    state,
    pods: z.array(pod).max(100_000),
    annotations: texts,
    labels: texts,
    paused: z.boolean(),
    generation: count,
    availableChangedAt: number,
    podsMade: z.int().min(0),
  })
  .refine(
    ({ pods, state: { replicas, bornAt, counts } }) =>
      pods.length === replicas && bornAt.length === counts.length && counts.reduce((a, b) => a + b, 0) === replicas,
    'replicas and pods differ',
  );

const recommendation = z.object({ at: number, replicas: count });
const metric = z.object({ resource: z.enum(['cpu', 'memory']), targetPercent: count, container: text.optional() });
const behavior = z.custom<JsonObject>((value) => isObject(value as Json));

const hpa = z.object({
  namespace: text,
  name: text,
  uid: text,
  createdAt: number,
  labels: texts,
  annotations: texts,
  spec: z.object({ target: text, min: count, max: count, metrics: z.array(metric), behavior: behavior.nullable() }),
  memory: z.object({
    recommendations: z.array(recommendation),
    lows: z.array(recommendation).optional(),
    scaleUps: z.array(z.object({ at: number, added: count })),
    scaleDowns: z.array(z.object({ at: number, removed: count })).optional(),
  }),
  lastScaledAt: number.nullable(),
});

/** Times in seconds of simulated time since 1970. What controllers find out again at their next sync is left out. */
export const savedWorldSchema = z.object({
  /** Up to where time has passed. */
  seconds: number,
  startedAt: number,
  /** The newest resourceVersion. */
  version: z.int(),
  workloads: z.array(workload),
  hpas: z.array(hpa),
});

export type SavedWorld = z.infer<typeof savedWorldSchema>;
export type SavedWorkload = SavedWorld['workloads'][number];
export type SavedHpa = SavedWorld['hpas'][number];
