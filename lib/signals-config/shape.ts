// What an installation may say of its signals and their sources (docs/signals.md): the shape of the variable SIGNALS.
import * as z from 'zod';
import { isRegion } from '../aws/partition.ts';
import { complexityScalingSchema } from '../complexity-config/scaling-policy-schema.ts';
import { SIGNAL_NAME } from '../domain/workload/signal.ts';

/** Ends of a tick are near: a source that takes longer costs its signals. */
const timeoutSeconds = z.number().min(0.5).max(12).default(5);
const sourceName = z.string().regex(/^[a-z][a-z0-9-]{0,29}$/, 'expected a short name such as prom');
const url = z.url('expected a URL such as http://prometheus.monitoring.svc.cluster.local:9090');
const region = z.string().refine(isRegion, 'expected an AWS region such as eu-west-1');
const shortText = z.string().min(1).max(255);
const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/, 'expected the name of a label');
/** A metric is a part of a path. */
const metricName = z.string().regex(/^[a-zA-Z0-9_][a-zA-Z0-9_.:-]{0,199}$/, 'expected the name of a metric');
const selector = z
  .string()
  .max(500)
  .regex(/^[\w./=!,() -]+$/, 'expected a label selector such as team=shop,tier!=batch');
const workload = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9.-]{0,62}\/((statefulset|rollout):)?[a-z0-9][a-z0-9.-]{0,252}$/,
    'expected namespace/name, or namespace/statefulset:name',
  );

const ofEverySource = {
  name: sourceName,
  /** Ids of clusters that it knows; absent: all. */
  clusters: z.array(z.string().min(1)).min(1).optional(),
  timeoutSeconds,
};

/** Set by us or by the way a request is sent. */
const OWN_HEADERS = /^(host|content-length|content-type|connection|transfer-encoding|expect|upgrade)$/i;
const headers = z.record(
  z
    .string()
    .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'expected the name of a header')
    .refine((name) => !OWN_HEADERS.test(name), 'this header cannot be set: the request has its own'),
  z.string().regex(/^[\t\x20-\x7e\x80-\xff]+$/, 'expected one line'),
);

const KINDS = 'expected "kind" as one of prometheus, external-metrics, custom-metrics, probe, cloudwatch';
export const sourceSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      ...ofEverySource,
      kind: z.literal('prometheus'),
      url,
      /** Name or ARN of the secret that holds a bearer token. */
      tokenSecretId: z.string().min(1).max(2048).optional(),
      headers: headers.optional(),
      sigv4: z.strictObject({ region }).optional(),
      /** Takes answers that the server says are incomplete. */
      partial: z.boolean().default(false),
    }),
    z.strictObject({ ...ofEverySource, kind: z.literal('external-metrics') }),
    z.strictObject({ ...ofEverySource, kind: z.literal('custom-metrics') }),
    z.strictObject({
      ...ofEverySource,
      kind: z.literal('probe'),
      targets: z.array(z.strictObject({ workload, url })).min(1).max(100),
      /** In a window, which is one tick. */
      requests: z.int().min(1).max(100).default(20),
      concurrency: z.int().min(1).max(5).default(4),
      headers: headers.optional(),
    }),
    z.strictObject({ ...ofEverySource, kind: z.literal('cloudwatch'), region }),
  ],
  { error: KINDS },
);
export type SourceConfig = z.infer<typeof sourceSchema>;
export type SourceKind = SourceConfig['kind'];

const UNIT = /^[\p{L}\p{N}%°/.*^_()-][\p{L}\p{N}%°/.*^_() -]{0,19}$/u;
const finite = z.number();
const ofEverySignal = {
  name: z
    .string()
    .regex(SIGNAL_NAME, 'expected a name such as requests: a small letter, then at most 29 letters, digits or dashes')
    .refine(
      (name) => !RESERVED.includes(name),
      `this word has another meaning here: not one of cpu, memory, rules, reactive, predictive, scheduled, llm, watchdog`,
    ),
  kind: z.enum(['load', 'level']),
  /** It stands in the LLM's prompt and in messages. */
  unit: z.string().regex(UNIT, 'expected a unit such as ms, % or requests/s, at most 20 characters in one line'),
  /** One name, or several whose clusters differ. */
  source: z.union([sourceName, z.array(sourceName).min(1)]),
  range: z
    .tuple([finite, finite])
    .refine(([low, high]) => low < high, 'expected the lowest value and the highest, such as [0, 600000]')
    .optional(),
  worse: z.literal('lower').optional(),
  deadband: z.number().min(0).optional(),
  /** Of a level that is a complexity score (docs/complexity.md). */
  scaling: complexityScalingSchema.optional(),
};
/** CPU and memory, and who proposes. */
const RESERVED: readonly string[] = [
  'cpu',
  'memory',
  'rules',
  'reactive',
  'predictive',
  'scheduled',
  'llm',
  'watchdog',
  'asked',
];

/** What holds for a signal whatever its source. */
export const signalSchema = z.looseObject(ofEverySignal);

const dimensions = z.record(shortText, shortText);
export const signalSchemas = {
  prometheus: z.strictObject({
    ...ofEverySignal,
    query: z.string().min(1).max(2000),
    labels: z
      .strictObject({ namespace: labelName.default('namespace'), workload: labelName.default('deployment') })
      .default({ namespace: 'namespace', workload: 'deployment' }),
  }),
  'external-metrics': z.strictObject({
    ...ofEverySignal,
    metric: metricName,
    selector: selector.optional(),
    /** Whose value names the workload. */
    label: labelName.default('deployment'),
  }),
  'custom-metrics': z.strictObject({
    ...ofEverySignal,
    metric: metricName,
    selector: selector.optional(),
    on: z.enum(['deployments', 'pods']).default('deployments'),
    /** Of a level of pods, which are not summed. */
    across: z.enum(['mean', 'max']).optional(),
  }),
  probe: z.strictObject({ ...ofEverySignal, stat: z.enum(['p95', 'p50', 'average', 'success']).default('p95') }),
  cloudwatch: z.strictObject({
    ...ofEverySignal,
    metric: z.strictObject({
      namespace: shortText,
      name: shortText,
      /** `Sum`, `Average`, `Maximum`, `p95` … */
      stat: z.string().regex(/^[A-Za-z][A-Za-z0-9.:()%]{0,49}$/, 'expected a statistic such as Sum or p95'),
      /** Seconds. */
      period: z.int().min(60).max(3600).multipleOf(60).default(60),
      dimensions: dimensions.default({}),
      /** By workload, laid over `dimensions`; where it is there, others are not asked for. */
      of: z.record(workload, dimensions).optional(),
      /** The value is divided by the seconds of the period: a Sum becomes a rate. */
      perSecond: z.boolean().default(false),
      /** `replicas`: times those that serve, for what is counted per target. */
      times: z.literal('replicas').optional(),
      /** A factor to the signal's unit, such as 1000 from seconds to ms. */
      scale: z.number().positive().default(1),
    }),
  }),
} as const satisfies Readonly<Record<SourceKind, z.ZodType>>;

/** A signal as a source of that kind takes it. */
export type SignalConfig<K extends SourceKind> = z.infer<(typeof signalSchemas)[K]>;
