// What each key of the CDK context has to look like, with the words that say so where it does not.
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { isRegion, partitionOf, placeOfArn } from '../lib/aws/partition.ts';
import { eksSchema } from '../lib/config.ts';
import { REMOTE_WRITE_NAMES } from '../lib/remote-write-config/read.ts';

/** A function is in one VPC, and which of several should answer a POST no route can tell. */
const ONE_VPC =
  'one stack is in one VPC: reach this API server from the VPC of the key "vpc" (peering, a transit gateway), or deploy a stack of its own for it (stackName), see docs/deploy.md, "Private clusters"';

const cluster = z.strictObject({
  id: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$/, 'expected letters, digits, dots, dashes, underscores'),
  eks: eksSchema,
  vpc: z.undefined(ONE_VPC).optional(),
});
export type DeployedCluster = Omit<z.infer<typeof cluster>, 'vpc'>;

export const clusters = z
  .array(cluster, 'expected a list such as [{"id":"prod","eks":{"name":"prod","region":"eu-west-1"}}]')
  .min(1, 'expected at least one cluster')
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'expected every id once');

/** Where the API server is private: the subnets need a way out to AWS and to the LLM. */
export const vpc = z.strictObject({
  id: z.string().regex(/^vpc-[0-9a-f]{8,17}$/, 'expected the id of a VPC'),
  subnets: z.array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, 'expected the id of a subnet')).min(1),
});
export type DeployedVpc = z.infer<typeof vpc>;

const KMS_KEY = 'expected the ARN of a KMS key such as arn:aws:kms:eu-west-1:111122223333:key/1234abcd-…, not an alias';

/** A symmetric key of the stack's own region; an alias may come to mean another key, and is no ARN that IAM grants on. */
export const kmsKeyArn = z
  .string()
  .regex(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-z-]{36}$/, KMS_KEY)
  .refine(isOfOnePlace, KMS_KEY);

const TOPIC = 'expected the ARN of an SNS topic such as arn:aws:sns:eu-west-1:111122223333:alarms, not of a FIFO one';

export const topicArn = z
  .string()
  .regex(/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/, TOPIC)
  .refine(isOfOnePlace, TOPIC);

const SECRET =
  'expected the name of a secret, or its ARN such as arn:aws:secretsmanager:eu-west-1:111122223333:secret:groq-AbCdEf';

export const secretName = z
  .string()
  .regex(/^(arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:)?[\w/+=.@-]{1,512}$/, SECRET)
  .refine((id) => !id.startsWith('arn:') || isOfOnePlace(id), SECRET);

/** CloudWatch Logs knows these and no others. */
const DAYS = Object.values(RetentionDays).filter((days) => typeof days === 'number' && days < RetentionDays.INFINITE);

export const retentionDays = z.coerce
  .number()
  .transform((days) => days as RetentionDays)
  .refine((days) => DAYS.includes(days), `expected days as CloudWatch Logs takes them: ${DAYS.join(', ')}`);

export const stackName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, 'expected a letter, then up to 99 letters, digits and dashes');

/** Environment variables of lib/config.ts that an installation may set; the others follow from the stack itself. */
export const settings = z.partialRecord(
  z.enum([
    'GROQ_BASE_URL',
    'GROQ_MODELS',
    'GROQ_RPM',
    'GROQ_RPD',
    'GROQ_TPM',
    'LLM_PEOPLE_PERCENT',
    'LLM_MONTHLY_USD',
    'LLM_PRICES',
    'KILL_SWITCH',
    'BLAST_RADIUS_PERCENT',
    'BLAST_RADIUS_REPLICAS',
    'BLAST_RADIUS_WORKLOADS',
    'HOLD_READY_FALL_PERCENT',
    'HOLD_CALM_TICKS',
    'DEMOTE_ON_HARM',
    'PRICE_VCPU_HOUR',
    'PRICE_GIB_HOUR',
    'NAMESPACES',
    'EXCLUDE_NAMESPACES',
    'ANNOTATE_ON_ENABLE',
    'POLICY_DEFAULTS',
    'NAMESPACE_ANNOTATIONS',
    'SIGNALS',
    ...REMOTE_WRITE_NAMES,
    'SERIES_RETENTION_DAYS',
    'DECISION_RETENTION_DAYS',
    'ADVICE_RETENTION_DAYS',
    'CALLER_RETENTION_DAYS',
    'JOURNAL_RETENTION_DAYS',
    'SHARDS_IN_PLACE',
    'TICK_SECONDS',
    'LOOK_SECONDS',
  ]),
  z.string('expected a string, as in the environment'),
);

/** Whether an ARN's region is one, and of its partition. */
function isOfOnePlace(arn: string): boolean {
  const place = placeOfArn(arn);
  return place !== null && isRegion(place.region) && partitionOf(place.region) === place.partition;
}
