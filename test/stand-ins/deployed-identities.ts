// Who the functions of a template are: each has the keys of its role, may describe what the role's policies say, and is let in
// by the access entries that the template makes. A stand-in for IAM as far as EKS asks it.
import { createHash } from 'node:crypto';
import type { Template } from 'aws-cdk-lib/assertions';
import { checkToken, type SigningKey } from './eks-token-check.ts';

/** Where the stack is deployed. */
export const REGION = 'eu-west-1';
const ACCOUNT = '123456789012';

/** As a TokenReview names somebody who is let in. */
export interface Admitted {
  readonly username: string;
  readonly groups: readonly string[];
}

export interface Identities {
  /** @param functionId logical id */
  keysOf(functionId: string): SigningKey;
  keyOf(accessKeyId: string): SigningKey | null;
  /** Whether the role of that key may ask for the cluster's endpoint. */
  mayDescribe(accessKeyId: string, clusterName: string): boolean;
  /** Who comes with that token, or why nobody does. */
  admit(clusterName: string, token: string, now: number): Admitted | { readonly why: string };
}

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON of many shapes
type Json = any;

export function identitiesOf(template: Template): Identities {
  const { Resources, Conditions = {} } = template.toJSON() as Record<'Resources' | 'Conditions', Json>;
  const ofType = (type: string) => Object.entries<Json>(Resources).filter(([, { Type }]) => Type === type);
  const roleOf = new Map(
    ofType('AWS::Lambda::Function').map(([id, { Properties }]) => [id, Properties.Role['Fn::GetAtt'][0] as string]),
  );
  const keys = new Map([...new Set(roleOf.values())].map((role) => [role, makeKey(role)]));
  const roleBy = (accessKeyId: string) => [...keys].find(([, key]) => key.accessKeyId === accessKeyId)?.[0] ?? null;
  const keyOf = (accessKeyId: string) => keys.get(roleBy(accessKeyId) ?? '') ?? null;

  function mayDescribe(accessKeyId: string, clusterName: string): boolean {
    const role = roleBy(accessKeyId);
    const arn = `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${clusterName}`;
    return ofType('AWS::IAM::Policy')
      .filter(([, { Properties }]) => Properties.Roles.some(({ Ref }: Json) => Ref === role))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .some(({ Effect, Action, Resource }: Json) => {
        const isAllowed = Effect === 'Allow' && [Action].flat().includes('eks:DescribeCluster');
        return isAllowed && [Resource].flat().map(resolved).includes(arn);
      });
  }

  function groupsOf(role: string, clusterName: string): readonly string[] | null {
    const entry = ofType('AWS::EKS::AccessEntry').find(
      ([, { Properties, Condition }]) =>
        Properties.ClusterName === clusterName &&
        Properties.PrincipalArn['Fn::GetAtt'][0] === role &&
        (Condition === undefined || holds(Conditions[Condition])),
    );
    return entry?.[1].Properties.KubernetesGroups ?? null;
  }

  return {
    keysOf: (functionId) => keys.get(roleOf.get(functionId) ?? '') ?? makeKey(functionId),
    keyOf,
    mayDescribe,
    admit(clusterName, token, now) {
      const checked = checkToken(token, { clusterName, region: REGION, now, keyOf });
      if ('why' in checked) return checked;
      const role = roleBy(checked.signedBy) ?? '';
      const groups = groupsOf(role, clusterName);
      if (groups === null) return { why: `${role} has no access entry in ${clusterName}` };
      return { username: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/session`, groups };
    },
  };
}

/** Made up, and the same whenever asked. */
function makeKey(role: string): SigningKey {
  const made = (what: string) => createHash('sha256').update(`${what} of ${role}`).digest('hex');
  return {
    accessKeyId: `ASIA${made('key').slice(0, 16).toUpperCase()}`,
    secretAccessKey: made('secret'),
    sessionToken: `${made('session')}+/==`,
  };
}

/** The one condition there is: that the stack is in a region. */
function holds(condition: Json): boolean {
  const [one, other] = condition['Fn::Equals'].map(resolved);
  return one === other;
}

/** What CloudFormation makes of it. */
function resolved(value: Json): string {
  if (typeof value === 'string') return value;
  if (value.Ref === 'AWS::Region') return REGION;
  if (value.Ref === 'AWS::AccountId') return ACCOUNT;
  if (value.Ref === 'AWS::Partition') return 'aws';
  const [glue, parts] = value['Fn::Join'] ?? ['', []];
  return parts.map(resolved).join(glue);
}
