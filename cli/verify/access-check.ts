// Whether a cluster lets the functions in: an access entry for each of their roles, in the group that the manifests bind.
import { DescribeAccessEntryCommand, EKSClient } from '@aws-sdk/client-eks';
import type { ClusterConfig } from '../../lib/config.ts';
import { broken, type Check, ok, skipped } from '../check.ts';
import { asking, isAbsent, LIMITS } from './asking.ts';
import { type Installation, ofType } from './installation.ts';

/** The functions that call API servers (infra/stack.ts). */
const REACHING = ['Tick', 'Evaluate', 'Command', 'Watchdog'];
/** The subject of infra/manifests/*.yaml. */
const GROUP = 'ai4k8s-autoscaler';
const NAME = 'access entries';

type EksCluster = NonNullable<ClusterConfig['eks']>;

/** Throws nothing. */
export async function accessChecks(installation: Installation, cluster: ClusterConfig): Promise<readonly Check[]> {
  const { eks } = cluster;
  if (eks === undefined) return [skipped(NAME, 'this cluster is reached by a kubeconfig, not by EKS', null)];
  if (eks.roleArn !== undefined)
    return [
      skipped(NAME, `this cluster is in the account of ${eks.roleArn}; its ticks say whether it lets it in`, null),
    ];
  const subject = `arn:${installation.partition}:eks:${eks.region}:${installation.account}:cluster/${eks.name}`;
  return asking({ name: NAME, action: 'eks:DescribeAccessEntry', subject }, () => ask(installation, eks));
}

async function ask(installation: Installation, eks: EksCluster): Promise<Check> {
  const client = new EKSClient({ ...LIMITS, region: eks.region });
  try {
    const found = await Promise.all(
      REACHING.map(async (name) => {
        const arn = roleOf(installation, name);
        return { name: name.toLowerCase(), arn, groups: await groupsOf(client, eks, arn) };
      }),
    );
    return checkOf(eks, found);
  } finally {
    client.destroy();
  }
}

/** @throws Error where the stack has no such role */
function roleOf({ resources, partition, account }: Installation, name: string): string {
  const [, role] = ofType(resources, 'AWS::IAM::Role', `${name}Role`)[0] ?? [];
  if (role === undefined) throw new Error(`the stack has no role of function ${name.toLowerCase()}`);
  return `arn:${partition}:iam::${account}:role/${role.physicalId}`;
}

/** Null where there is no entry. @throws Error where there is no such cluster, and what EKS answers otherwise */
async function groupsOf(client: EKSClient, { name }: EksCluster, arn: string): Promise<readonly string[] | null> {
  try {
    const { accessEntry } = await client.send(new DescribeAccessEntryCommand({ clusterName: name, principalArn: arn }));
    return accessEntry?.kubernetesGroups ?? [];
  } catch (error) {
    // EKS has one code for both, and tells them apart in its words.
    if (!isAbsent(error) || /No cluster found/i.test((error as Error).message)) throw error;
    return null;
  }
}

interface Found {
  readonly name: string;
  readonly arn: string;
  readonly groups: readonly string[] | null;
}

function checkOf({ name, region }: EksCluster, found: readonly Found[]): Check {
  const absent = found.filter(({ groups }) => groups === null);
  const outside = found.filter(({ groups }) => groups !== null && !groups.includes(GROUP));
  const named = (some: readonly Found[]) => some.map((one) => one.name).join(', ');
  if (absent.length + outside.length === 0)
    return ok(NAME, `${named(found)} are let in to EKS cluster ${name} as ${GROUP}`);
  const problems = [
    ...(absent.length === 0 ? [] : [`${name} has no access entry for ${named(absent)}`]),
    ...(outside.length === 0 ? [] : [`the entry of ${named(outside)} is not in the group ${GROUP}`]),
  ];
  return broken(NAME, problems.join('; '), mend({ name, region }, absent, outside));
}

function mend({ name, region }: EksCluster, absent: readonly Found[], outside: readonly Found[]): string {
  const commandOf = (verb: string, some: readonly Found[], type: string) =>
    some.length === 0
      ? []
      : [
          `for role in ${some.map(({ arn }) => arn).join(' ')}; do aws eks ${verb}-access-entry --region ${region} --cluster-name ${name}${type} --kubernetes-groups ${GROUP} --principal-arn "$role"; done`,
        ];
  return [...commandOf('create', absent, ' --type STANDARD'), ...commandOf('update', outside, '')].join(' && ');
}
