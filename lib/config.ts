// The environment, read once: every error at once, each naming its variable.
import * as z from 'zod';
import { jwtAccessSchema } from './access-config.ts';
import { isRegion, partitionOf, placeOfArn } from './aws/partition.ts';
import { LOOK_SECONDS } from './domain/workload/pace.ts';
import { unpacked } from './packed-setting.ts';
import { policyDefaults } from './policy-defaults.ts';
import { PRICE_FIELDS } from './price-config.ts';
import { problemsOfRemoteWrite, REMOTE_WRITE_FIELDS } from './remote-write-config/read.ts';
import { NO_SIGNALS, readSignals, type SignalsConfig } from './signals-config/read.ts';

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const whole = (low: number, high: number) => z.coerce.number().int().min(low).max(high);

/** Cluster ids appear in URLs and keys. */
const clusterId = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/, 'letters, digits, dots, dashes, underscores');

/** An EKS cluster; in another account where a role is named, which this installation's own role assumes. */
export const eksSchema = z
  .strictObject({
    name: z.string().regex(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, 'expected the name of an EKS cluster'),
    region: z.string().refine(isRegion, 'expected an AWS region such as eu-west-1'),
    roleArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/, 'expected arn:aws:iam::ACCOUNT:role/NAME')
      .optional(),
    externalId: z
      .string()
      .regex(/^[\w+=,.@:/-]{2,1224}$/, 'expected 2 to 1224 letters, digits or +=,.@:/-')
      .optional(),
  })
  .refine(({ roleArn, externalId }) => externalId === undefined || roleArn !== undefined, {
    path: ['externalId'],
    message: 'is used with roleArn only: add it, or leave this out',
  })
  .superRefine(({ region, roleArn }, context) => {
    const place = roleArn === undefined ? null : placeOfArn(roleArn);
    if (place === null || place.partition === partitionOf(region)) return;
    const message = `expected arn:${partitionOf(region)}:…, the partition of ${region}: roles cannot be assumed across partitions`;
    context.addIssue({ code: 'custom', path: ['roleArn'], message });
  });

const clusterSchema = z.strictObject({
  id: clusterId,
  /** An EKS cluster, reached with this function's own AWS identity or a role it assumes. */
  eks: eksSchema.optional(),
  /** Or a kubeconfig: the local mode, CI, clusters elsewhere. */
  kubeconfig: z.string().min(1).optional(),
  context: z.string().min(1).optional(),
});
export type ClusterConfig = z.infer<typeof clusterSchema>;

const clusters = z.string().transform((given, context): ClusterConfig[] => {
  const text = unpackedOr(given);
  const parsed = z.array(clusterSchema).min(1).safeParse(jsonOr(text, undefined));
  if (parsed.success) return parsed.data;
  const found = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'all'}: ${message}`).join('; ');
  context.addIssue({
    code: 'custom',
    message: `expected JSON such as [{"id":"prod","eks":{"name":"prod","region":"eu-west-1"}}] (${found})`,
  });
  return z.NEVER;
});

const price = z.number().min(0).max(10_000);
const prices = z.string().transform((text, context): Readonly<Record<string, readonly [number, number]>> => {
  const parsed = z.record(z.string().min(1).max(200), z.tuple([price, price])).safeParse(jsonOr(text, undefined));
  if (parsed.success) return parsed.data;
  const found = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'all'}: ${message}`).join('; ');
  const message = `expected JSON such as {"openai/gpt-oss-20b":[0.075,0.3]}, dollars per million tokens in and out (${found})`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const signals = z.string().transform((text, context): SignalsConfig => {
  const read = readSignals(unpackedOr(text));
  if (!('mistakes' in read)) return read;
  for (const { path, message } of read.mistakes) context.addIssue({ code: 'custom', path: [...path], message });
  return z.NEVER;
});

const jwtAccess = z.string().transform((text, context): z.infer<typeof jwtAccessSchema> => {
  const parsed = jwtAccessSchema.safeParse(jsonOr(text, undefined));
  if (parsed.success) return parsed.data;
  const found = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'all'}: ${message}`).join('; ');
  context.addIssue({ code: 'custom', message: `expected JSON as infra/jwt.ts writes it (${found})` });
  return z.NEVER;
});

const schema = z.object({
  TABLE_NAME: z.string().min(3),
  CLUSTERS: clusters,
  EVENT_BUS_NAME: z.string().min(1).optional(),
  /** CloudWatch's namespace of what ticks count, which they write into their log (EMF). Absent: nothing is counted. */
  METRICS_NAMESPACE: z
    .string()
    .regex(/^[\w.\-/#: ]{1,255}$/, 'expected a CloudWatch namespace')
    .optional(),
  GROQ_API_KEY: z.string().min(1).optional(),
  /** Name or ARN of the secret that holds the key; used where GROQ_API_KEY is not set. */
  GROQ_SECRET_ID: z.string().min(1).optional(),
  /** Any server that speaks OpenAI's chat completions: its host, its root in `/v1`, or the whole address (docs/llm-endpoints.md). */
  GROQ_BASE_URL: z.url().optional(),
  GROQ_MODELS: list.default(['openai/gpt-oss-20b', 'openai/gpt-oss-120b']),
  GROQ_RPM: whole(1, 100_000).default(30),
  GROQ_RPD: whole(1, 10_000_000).default(1000),
  GROQ_TPM: whole(1, 100_000_000).default(8000),
  /** Of these limits, the share kept for people who ask about a workload: ticks never use it, and people no more than it. 0: none. */
  LLM_PEOPLE_PERCENT: whole(0, 90).default(20),
  /** Dollars that the LLM may cost in a calendar month (UTC); 0: it is never asked. */
  LLM_MONTHLY_USD: z
    .string()
    .regex(/^\d{1,7}(\.\d{1,6})?$/, 'expected dollars such as 10 or 2.50; 0 means never asked')
    .transform(Number)
    .default(10),
  /** Dollars per million tokens in and out, by model; `*` is every other. */
  LLM_PRICES: prices.default({}),
  /** Signals beside CPU and memory, and where they are measured: JSON, or `@` and a file (docs/signals.md). */
  SIGNALS: signals.default(NO_SIGNALS),
  ...REMOTE_WRITE_FIELDS,
  TICK_SECONDS: whole(10, 3600).default(60),
  /** How often enabled workloads that are scaled directly are looked at between two ticks; 0: never. */
  LOOK_SECONDS: z
    .union([z.literal('0'), whole(5, 900)], 'expected 0, or whole seconds from 5 to 900')
    .transform(Number)
    .default(LOOK_SECONDS),
  /** Nothing is changed anywhere while this is true; decisions are still made and shown. */
  KILL_SWITCH: flag.default(false),
  /** Where set, only these namespaces are watched. */
  NAMESPACES: list.default([]),
  EXCLUDE_NAMESPACES: list.default([]),
  /** What holds for every workload that says nothing else, and caps that none can widen (docs/policy-levels.md). */
  POLICY_DEFAULTS: policyDefaults.default({}),
  /** Annotations of namespaces are read as well; needs the right to list them (infra/manifests/rbac-namespaces.yaml). */
  NAMESPACE_ANNOTATIONS: flag.default(false),
  /** Enable also marks the Deployment with the seeds' annotation; needs the right to patch Deployments. */
  ANNOTATE_ON_ENABLE: flag.default(false),
  /** One tick may add and remove at most so many percent of a cluster's replicas together … */
  BLAST_RADIUS_PERCENT: whole(1, 100).default(25),
  /** … but always so many, or a small cluster could not move; */
  BLAST_RADIUS_REPLICAS: whole(1, 100_000).default(20),
  /** … and change no more than so many workloads. */
  BLAST_RADIUS_WORKLOADS: whole(1, 100_000).default(200),
  /** The circuit breaker of a cluster opens where more than so many percent of the pods that should serve do not, after changes of ours. */
  HOLD_READY_FALL_PERCENT: whole(1, 100).default(20),
  /** So many ticks in a row with those pods back close it. */
  HOLD_CALM_TICKS: whole(1, 1440).default(10),
  ...PRICE_FIELDS,
  /** Whether harm that a workload's own scale-ins did takes its scale-ins back to proposals. */
  DEMOTE_ON_HARM: flag.default(true),
  /** SQS queue of the function `evaluate`. Absent: every tick evaluates all of its shards itself. */
  SHARD_QUEUE_URL: z.url().optional(),
  /** SQS queue of the function `learn`. Absent: ticks learn in turns, in place. */
  LEARN_QUEUE_URL: z.url().optional(),
  /** SQS queue of the function `look`. Absent: nobody looks between two ticks. */
  LOOK_QUEUE_URL: z.url().optional(),
  /** A cluster of up to so many shards (64 workloads each) is evaluated by the tick itself, also where there is a queue. */
  SHARDS_IN_PLACE: whole(0, 1000).default(16),
  SERIES_RETENTION_DAYS: whole(8, 400).default(35),
  DECISION_RETENTION_DAYS: whole(1, 400).default(90),
  /** Decisions that say who asked (an ARN, or a token's subject) go after so many days, where that is sooner. */
  CALLER_RETENTION_DAYS: whole(1, 400).default(90),
  /** What a tick or a person was about to change: read where a tick died, and by nobody after that. */
  JOURNAL_RETENTION_DAYS: whole(2, 90).default(7),
  /** What groups of a token may do, where callers are known by tokens; else IAM decides alone. */
  JWT_ACCESS: jwtAccess.optional(),
  /** What was advised, in numbers. */
  ADVICE_RETENTION_DAYS: whole(1, 400).default(90),
});
export type Config = z.infer<typeof schema>;

const wholeSchema = schema.superRefine((config, context) => {
  for (const { name, message } of problemsOfRemoteWrite(config))
    context.addIssue({ code: 'custom', path: [name], message });
});

const presentSchema = schema.partial({ TABLE_NAME: true, CLUSTERS: true });
export type PresentConfig = z.infer<typeof presentSchema>;

const llmSchema = schema.pick({
  GROQ_API_KEY: true,
  GROQ_BASE_URL: true,
  GROQ_MODELS: true,
  GROQ_RPM: true,
  GROQ_RPD: true,
  GROQ_TPM: true,
  LLM_PEOPLE_PERCENT: true,
  LLM_MONTHLY_USD: true,
  LLM_PRICES: true,
});
export type LlmConfig = z.infer<typeof llmSchema>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from environment variables.
 * @throws Error whose message has one line per variable that is missing or wrong
 */
export function readConfig(env: Environment): Config {
  return read(wholeSchema, env);
}

/** What there is of it, for checking an installation that is not complete yet. Throws as `readConfig` does. */
export function readPresentConfig(env: Environment): PresentConfig {
  return read(presentSchema, env);
}

/** The part that a backtest needs, which has no table and no cluster. Throws as `readConfig` does. */
export function readLlmConfig(env: Environment): LlmConfig {
  return read(llmSchema, env);
}

function read<T extends z.ZodType>(schema: T, env: Environment): z.infer<T> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The environment is not complete:\n${lines.join('\n')}`);
}

/** What is packed and cannot be unpacked is told as what it is not: JSON. */
function unpackedOr(text: string): string {
  try {
    return unpacked(text);
  } catch {
    return text;
  }
}

function jsonOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}
