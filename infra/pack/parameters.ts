// A template for whoever has no CDK: what differs from one installation to the next becomes a parameter of CloudFormation's.
import type { AutoscalerOptions } from '../options.ts';

/** Stands in the template where a parameter will: no other text is like it. The region must be one, and no other is named. */
const STANDS_FOR = {
  'cluster-id-of-parameter': 'ClusterId',
  'cluster-name-of-parameter': 'ClusterName',
  'mailbox-of-parameter@example.com': 'AlarmEmail',
  'ap-southeast-7': 'ClusterRegion',
} as const;
const [ID, NAME, EMAIL, REGION] = Object.keys(STANDS_FOR) as (keyof typeof STANDS_FOR)[];
const STAND_IN = new RegExp(Object.keys(STANDS_FOR).join('|').replaceAll('.', '\\.'), 'g');

/** What a template must be synthesized with to be given parameters. */
export const STAND_INS: AutoscalerOptions = {
  clusters: [{ id: ID ?? '', eks: { name: NAME ?? '', region: REGION ?? '' } }],
  alarmEmail: EMAIL,
};

const PARAMETERS = {
  AssetBucket: { Type: 'String', Description: 'The bucket, in the region of this stack, that holds functions/*.zip' },
  AssetPrefix: { Type: 'String', Default: '', Description: 'Before their names, with a slash at its end' },
  ClusterId: {
    Type: 'String',
    AllowedPattern: '[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}',
    Description: 'The name of the cluster in URLs and in the table: choose it once',
  },
  ClusterName: {
    Type: 'String',
    AllowedPattern: '[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}',
    Description: 'The name of the EKS cluster',
  },
  ClusterRegion: { Type: 'String', AllowedPattern: '[a-z]{2,4}(-[a-z]+)+-[0-9]', Description: 'The region it is in' },
  AlarmEmail: { Type: 'String', Default: '', Description: 'A mailbox that is told of alarms; empty for none' },
} as const;

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown; readonly Description?: string }>>;
  readonly [section: string]: unknown;
}

/**
 * @param template synthesized with `STAND_INS`
 * @param zipOf the file of the function with that key among the assets
 * @param roles ARNs, as CloudFormation writes them, of the functions that clusters let in
 */
export function withParameters(
  template: Template,
  zipOf: (key: string) => string,
  roles: readonly unknown[],
): Template {
  const { Resources, Outputs, Parameters: _bootstrap, Rules: _bootstrapped, ...rest } = template;
  const resources = Object.entries(Resources).map(([id, resource]) => [id, resourceOf(resource, zipOf)]);
  const outputs = Object.entries(Outputs).map(([id, { Value, Description = '' }]) => [
    id,
    {
      Value: substituted(Value),
      Description: Description.replace(STAND_IN, (text) => `the one of ${parameterOf(text)}`),
    },
  ]);
  return {
    ...rest,
    Parameters: PARAMETERS,
    Conditions: { HasAlarmEmail: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AlarmEmail' }, ''] }] } },
    Resources: Object.fromEntries(resources),
    Outputs: {
      ...Object.fromEntries(outputs),
      AccessRoleArns: { Value: { 'Fn::Join': [',', roles] }, Description: 'For access-entries.tf' },
    },
  };
}

function resourceOf({ Metadata: _paths, ...resource }: Resource, zipOf: (key: string) => string): Resource {
  if (resource.Type === 'AWS::Lambda::Function') {
    const { Code, ...properties } = resource.Properties ?? {};
    const { S3Key } = Code as { readonly S3Key: string };
    const code = { S3Bucket: { Ref: 'AssetBucket' }, S3Key: { 'Fn::Sub': `\${AssetPrefix}${zipOf(S3Key)}` } };
    return { ...resource, Properties: { ...(substituted(properties) as object), Code: code } };
  }
  const isMailbox = resource.Type === 'AWS::SNS::Subscription';
  return { ...(substituted(resource) as Resource), ...(isMailbox && { Condition: 'HasAlarmEmail' }) };
}

/** Texts in which a parameter stands become a substitution; logical ids bear no dashes, and so hold none. */
function substituted(value: unknown): unknown {
  if (typeof value === 'string') return substitution(value);
  if (Array.isArray(value)) return value.map(substituted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, substituted(held)]));
}

function substitution(text: string): unknown {
  const inFolder = text.replaceAll('kubectl apply -f infra/manifests/rbac.yaml', 'kubectl apply -k rbac');
  if (inFolder.search(STAND_IN) < 0) return inFolder;
  // The cluster is in the partition of the stack, which its synthesis could not know.
  const anywhere = inFolder.replaceAll(`arn:aws:eks:${REGION}`, `arn:\0:eks:${REGION}`).replaceAll('${', '${!');
  const filled = anywhere
    .replace(STAND_IN, (found) => `\${${parameterOf(found)}}`)
    .replaceAll('\0', `\${AWS::Partition}`);
  return { 'Fn::Sub': filled };
}

function parameterOf(text: string): string {
  return STANDS_FOR[text as keyof typeof STANDS_FOR];
}
