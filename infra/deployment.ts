// What may be chosen at deployment, read once from the CDK context: every mistake on one line, each naming its field.
import { z } from 'zod';
import { isRegion, partitionOf, placeOfArn } from '../lib/aws/partition.ts';
import { eksSchema, readConfig } from '../lib/config.ts';
import { REMOTE_WRITE_NAMES } from '../lib/remote-write-config/read.ts';
import { deployedSignals } from './deployed-signals.ts';
import { jwtSchema, unknownClusters } from './jwt.ts';

const cluster = z.strictObject({
  id: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/, 'expected letters, digits, dots, dashes, underscores'),
  eks: eksSchema,
});
export type DeployedCluster = z.infer<typeof cluster>;

const clusters = z
  .array(cluster, 'expected a list such as [{"id":"prod","eks":{"name":"prod","region":"eu-west-1"}}]')
  .min(1, 'expected at least one cluster')
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'expected every id once');

const KMS_KEY = 'expected the ARN of a KMS key such as arn:aws:kms:eu-west-1:111122223333:key/1234abcd-…, not an alias';

/** Where the API server is private: the subnets need a way out to AWS and to the LLM. */
const vpc = z.strictObject({
  id: z.string().regex(/^vpc-[0-9a-f]{8,17}$/, 'expected the id of a VPC'),
  subnets: z.array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, 'expected the id of a subnet')).min(1),
});
export type DeployedVpc = z.infer<typeof vpc>;

/** A symmetric key of the stack's own region; an alias may come to mean another key, and is no ARN that IAM grants on. */
const kmsKeyArn = z
  .string()
  .regex(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-z-]{36}$/, KMS_KEY)
  .refine((arn) => {
    const place = placeOfArn(arn);
    return place !== null && isRegion(place.region) && partitionOf(place.region) === place.partition;
  }, KMS_KEY);

/** Environment variables of lib/config.ts that an installation may set; the others follow from the stack itself. */
const settings = z.partialRecord(
  z.enum([
    'GROQ_BASE_URL',
    'GROQ_MODELS',
    'GROQ_RPM',
    'GROQ_RPD',
    'GROQ_TPM',
    'LLM_MONTHLY_USD',
    'LLM_PRICES',
    'KILL_SWITCH',
    'BLAST_RADIUS_PERCENT',
    'BLAST_RADIUS_REPLICAS',
    'BLAST_RADIUS_WORKLOADS',
    'HOLD_READY_FALL_PERCENT',
    'HOLD_CALM_TICKS',
    'NAMESPACES',
    'EXCLUDE_NAMESPACES',
    'ANNOTATE_ON_ENABLE',
    'SIGNALS',
    ...REMOTE_WRITE_NAMES,
    'SERIES_RETENTION_DAYS',
    'DECISION_RETENTION_DAYS',
    'SHARDS_IN_PLACE',
    'ADVICE_RETENTION_DAYS',
  ]),
  z.string('expected a string, as in the environment'),
);

const schema = z.object({
  clusters,
  createAccessEntries: z.boolean().default(false),
  alarmEmail: z.email().optional(),
  vpc: vpc.optional(),
  kmsKeyArn: kmsKeyArn.optional(),
  settings: settings.default({}),
  killSwitch: z.boolean().default(false),
  jwt: jwtSchema.optional(),
});
export type Deployment = Omit<z.infer<typeof schema>, 'killSwitch'>;

/**
 * Reads the context keys `clusters`, `createAccessEntries`, `alarmEmail`, `vpc`, `kmsKeyArn`, `settings`, `killSwitch` and `jwt`.
 * @param context looks a key up; what comes from `cdk -c key=value` is text and is read as JSON where it is JSON
 * @throws Error with one line that names each field that is missing or wrong
 */
export function readDeployment(context: (key: string) => unknown): Deployment {
  const given = Object.fromEntries(Object.keys(schema.shape).map((key) => [key, jsonOrAsIs(context(key))]));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${fieldName(path)}: ${message}`);
    throw new Error(`CDK context: ${problems.join('; ')}`);
  }
  // A key of its own: in an emergency nobody should have to spell out all settings to add one.
  const { killSwitch, settings: chosen, ...rest } = parsed.data;
  const all = killSwitch ? { ...chosen, KILL_SWITCH: 'true' } : chosen;
  checkSettings(all);
  const unknown =
    rest.jwt === undefined
      ? []
      : unknownClusters(
          rest.jwt,
          rest.clusters.map(({ id }) => id),
        );
  if (unknown.length > 0) throw new Error(`CDK context: ${unknown.join('; ')}`);
  const { SIGNALS } = all;
  if (SIGNALS === undefined) return { ...rest, settings: all };
  const signals = deployedSignals(SIGNALS, { ...all, CLUSTERS: JSON.stringify(rest.clusters) });
  return { ...rest, settings: { ...all, SIGNALS: signals } };
}

/** The functions will read these at every cold start: what they would refuse is refused here. */
function checkSettings(chosen: Deployment['settings']): void {
  const rest = { TABLE_NAME: 'table', CLUSTERS: JSON.stringify([{ id: 'any' }]) };
  try {
    readConfig({ ...chosen, ...rest });
  } catch (error) {
    const lines = error instanceof Error ? error.message.split('\n').slice(1) : [];
    throw new Error(`CDK context: ${lines.map((line) => `settings.${line.trim()}`).join('; ')}`);
  }
}

function jsonOrAsIs(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** `clusters[0].eks.region` */
function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .slice(1);
}
