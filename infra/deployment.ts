// What may be chosen at deployment, read once from the CDK context: every mistake on one line, each naming its field.
import { z } from 'zod';
import { placeOfArn } from '../lib/aws/partition.ts';
import { readConfig } from '../lib/config.ts';
import * as fields from './context-fields.ts';
import { deployedSignals } from './deployed-signals.ts';
import { functionEnvironment } from './function-environment.ts';
import { jwtEnvironment, jwtSchema, unknownClusters } from './jwt.ts';
import type { AutoscalerOptions } from './options.ts';
import { Pace } from './pace.ts';

export type { DeployedCluster, DeployedVpc } from './context-fields.ts';

const schema = z.object({
  stackName: fields.stackName.default('Ai4k8s'),
  clusters: fields.clusters,
  createAccessEntries: z.boolean().default(false),
  alarmEmail: z.email().optional(),
  alarmTopicArn: fields.topicArn.optional(),
  vpc: fields.vpc.optional(),
  kmsKeyArn: fields.kmsKeyArn.optional(),
  groqSecretName: fields.secretName.optional(),
  logRetentionDays: fields.retentionDays.default(30),
  accessLogRetentionDays: fields.retentionDays.default(30),
  settings: fields.settings.default({}),
  killSwitch: z.boolean().default(false),
  jwt: jwtSchema.optional(),
  mcp: z.boolean().default(false),
} satisfies Record<keyof AutoscalerOptions | 'stackName', z.ZodType>);

export interface Deployment extends Omit<z.infer<typeof schema>, 'killSwitch' | 'clusters'> {
  readonly clusters: readonly fields.DeployedCluster[];
  /** The clusters as the functions are told of them. */
  readonly clustersSetting: string;
  readonly tickSeconds: number;
  /** Of what is named by ARN, and so the stack's; undefined where nothing is. */
  readonly region: string | undefined;
}

/**
 * Reads the context keys of `schema`.
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
  const ids = rest.clusters.map(({ id }) => id);
  const unknown = rest.jwt === undefined ? [] : unknownClusters(rest.jwt, ids);
  if (unknown.length > 0) throw new Error(`CDK context: ${unknown.join('; ')}`);
  const signals = all.SIGNALS === undefined ? {} : { SIGNALS: deployedSignals(all.SIGNALS) };
  const clusters = { CLUSTERS: JSON.stringify(rest.clusters) };
  const fitted = functionEnvironment({ ...all, ...signals, ...jwtEnvironment(rest.jwt), ...clusters });
  const { CLUSTERS: clustersSetting = '', JWT_ACCESS: _ofTheApi, ...settings } = fitted;
  return { ...rest, settings, clustersSetting, tickSeconds: Number(all.TICK_SECONDS ?? 60), region: regionOf(rest) };
}

/**
 * The same as properties of the stack.
 * @throws Error as `readDeployment`
 */
export function optionsIn(context: (key: string) => unknown): AutoscalerOptions {
  readDeployment(context);
  const keys = Object.keys(schema.shape).filter((key) => key !== 'stackName');
  return Object.fromEntries(keys.map((key) => [key, jsonOrAsIs(context(key))])) as object as AutoscalerOptions;
}

/** The functions will read these at every cold start: what they would refuse is refused here. */
function checkSettings(chosen: Readonly<Record<string, string>>): void {
  const rest = { TABLE_NAME: 'table', CLUSTERS: JSON.stringify([{ id: 'any' }]) };
  const pace = chosen.TICK_SECONDS === undefined ? null : Pace.problemOf(chosen.TICK_SECONDS);
  if (pace !== null) throw new Error(`CDK context: settings.TICK_SECONDS: ${pace}`);
  try {
    readConfig({ ...chosen, ...rest });
  } catch (error) {
    const lines = error instanceof Error ? error.message.split('\n').slice(1) : [];
    throw new Error(`CDK context: ${lines.map((line) => `settings.${line.trim()}`).join('; ')}`);
  }
}

const NAMED_BY_ARN = ['kmsKeyArn', 'alarmTopicArn', 'groqSecretName'] as const;

/** A key encrypts, a topic is told and a secret is read in one region only. */
function regionOf(
  named: Readonly<Partial<Record<(typeof NAMED_BY_ARN)[number], string | undefined>>>,
): string | undefined {
  const places = NAMED_BY_ARN.map((field) => ({ field, region: placeOfArn(named[field] ?? '')?.region }));
  const [first, ...others] = places.filter(({ region }) => region !== undefined);
  const other = others.find(({ region }) => region !== first?.region);
  if (first !== undefined && other !== undefined)
    throw new Error(
      `CDK context: ${other.field}: is of region ${other.region}, and ${first.field} of ${first.region}; expected one region, which is the stack's`,
    );
  return first?.region;
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
