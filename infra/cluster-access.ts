// Which clusters are known, who may find their endpoint, and, on request, who is let in by their API server.
import { Aws, CfnCondition, Fn, Stack, Token } from 'aws-cdk-lib';
import { CfnAccessEntry } from 'aws-cdk-lib/aws-eks';
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { partitionOf } from '../lib/aws/partition.ts';
import type { DeployedCluster } from './deployment.ts';
import type { Grant } from './grant.ts';

/** The subject of infra/manifests/*.yaml. */
export const KUBERNETES_GROUP = 'ai4k8s-autoscaler';

export class ClusterAccess extends Construct {
  private readonly clusters: readonly DeployedCluster[];
  private readonly setting: string;

  /** @param setting the clusters as the functions are told of them */
  constructor(
    scope: Construct,
    id: string,
    clusters: readonly DeployedCluster[],
    setting: string = JSON.stringify(clusters),
  ) {
    super(scope, id);
    this.clusters = clusters;
    this.setting = setting;
  }

  /** The names alone, for a function that must never reach a cluster. */
  names(): Grant {
    return { environment: { CLUSTERS: this.setting }, statements: [] };
  }

  /**
   * The names, and their endpoints and certificates, or the roles that may describe them. What the API server then allows is
   * up to RBAC.
   */
  connect(): Grant {
    const own = this.clusters.filter(({ eks }) => eks.roleArn === undefined).map((cluster) => this.arnOf(cluster));
    const roles = new Set(this.clusters.flatMap(({ eks }) => eks.roleArn ?? []));
    return {
      ...this.names(),
      statements: [...allowOn('eks:DescribeCluster', own), ...allowOn('sts:AssumeRole', [...roles])],
    };
  }

  /**
   * Makes the functions' roles members of the Kubernetes group. Only the L1 construct knows groups. CloudFormation
   * creates entries in the stack's own account and region only, by the cluster's name alone: for a cluster of another region
   * none is made, or one of its name here would be opened. Those need the command in the stack's outputs.
   */
  createEntries(roles: Readonly<Record<string, IRole>>): void {
    for (const cluster of this.clusters) {
      const { id, eks } = cluster;
      const where = entryPlace(Stack.of(this), cluster);
      if (where === 'elsewhere') continue;
      const condition = where === 'here' ? undefined : this.isIn(eks.region);
      for (const [name, role] of Object.entries(roles)) {
        const entry = new CfnAccessEntry(this, `${id}-${name}`, {
          clusterName: eks.name,
          principalArn: role.roleArn,
          type: 'STANDARD',
          kubernetesGroups: [KUBERNETES_GROUP],
        });
        if (condition !== undefined) entry.cfnOptions.condition = condition;
      }
    }
  }

  /** One for each region, whatever number of clusters it has. */
  private isIn(region: string): CfnCondition {
    const id = `In-${region}`;
    const made = this.node.tryFindChild(id);
    if (made instanceof CfnCondition) return made;
    return new CfnCondition(this, id, { expression: Fn.conditionEquals(Aws.REGION, region) });
  }

  private arnOf({ eks }: DeployedCluster): string {
    return Stack.of(this).formatArn({
      service: 'eks',
      partition: partitionOf(eks.region),
      region: eks.region,
      resource: 'cluster',
      resourceName: eks.name,
    });
  }
}

/**
 * Whether the stack can make a cluster's access entries: it can in its own account and region. `told_at_deployment` where the
 * stack is of no region yet: CloudFormation compares them then.
 */
export function entryPlace(stack: Stack, { eks }: DeployedCluster): 'here' | 'elsewhere' | 'told_at_deployment' {
  if (eks.roleArn !== undefined) return 'elsewhere';
  if (Token.isUnresolved(stack.region)) return 'told_at_deployment';
  return stack.region === eks.region ? 'here' : 'elsewhere';
}

/** No statement at all where there is nothing to allow: IAM refuses an empty list of resources. */
function allowOn(action: string, resources: string[]): PolicyStatement[] {
  return resources.length === 0 ? [] : [new PolicyStatement({ effect: Effect.ALLOW, actions: [action], resources })];
}
