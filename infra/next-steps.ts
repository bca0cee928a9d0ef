// What a person needs after a deployment: names, and the commands that the stack leaves to them, ready to paste.
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { entryPlace, KUBERNETES_GROUP } from './cluster-access.ts';
import type { DeployedCluster, Deployment } from './deployment.ts';

export interface Deployed {
  readonly deployment: Deployment;
  /** Where a key of the customer's is used. */
  readonly keyPolicyStatements: readonly object[] | undefined;
  readonly apiUrl: string;
  readonly tableName: string;
  /** Name or ARN. */
  readonly secretId: string;
  readonly eventBusName: string;
  readonly dashboardUrl: string;
  readonly securityGroupId: string | undefined;
  /** Of the functions that call the API servers. */
  readonly roles: readonly IRole[];
}

/** Where whoever deploys finds them: in the clone, or where npm has put the package, whose code is compiled. */
const MANIFESTS = import.meta.filename.endsWith('.js') ? 'node_modules/ai4k8s/dist/infra/manifests' : 'infra/manifests';

/** What the stack has done of it already. */
const DONE: Readonly<Record<ReturnType<typeof entryPlace>, (region: string) => string>> = {
  here: () => ' (the stack has done this)',
  elsewhere: () => ': the stack cannot, since the cluster is elsewhere',
  told_at_deployment: (region) => ` (the stack has done this if it is in ${region})`,
};

export function tellNextSteps(stack: Stack, deployed: Deployed): void {
  const { deployment, secretId, securityGroupId, roles } = deployed;
  tell(stack, 'ApiUrl', deployed.apiUrl, 'Base of all paths; requests are signed with SigV4, service execute-api');
  tell(stack, 'TableName', deployed.tableName, 'Kept when the stack is deleted');
  tell(stack, 'EventBusName', deployed.eventBusName, 'Decisions and ticks, source ai4k8s.autoscaler');
  tell(stack, 'DashboardUrl', deployed.dashboardUrl, 'What an operator looks at');
  tell(stack, 'GroqSecretArn', secretId, 'Without a value decisions are made without the LLM');
  const { keyPolicyStatements } = deployed;
  if (keyPolicyStatements !== undefined) {
    const description = 'Statements that the policy of the KMS key must have before logs, events and alarms can use it';
    tell(stack, 'KmsKeyPolicy', stack.toJsonString(keyPolicyStatements), description);
  }
  const put = `aws secretsmanager put-secret-value --region ${stack.region} --secret-id ${secretId}`;
  tell(stack, 'Step1GroqKey', `${put} --secret-string "$GROQ_API_KEY"`, 'Gives the LLM its key');
  const { clusters, createAccessEntries } = deployment;
  clusters.forEach((cluster, index) => {
    const suffix = clusters.length === 1 ? '' : String(index + 1);
    const { roleArn } = cluster.eks;
    if (roleArn !== undefined) tellRoleElsewhere(stack, suffix, cluster, roleArn, roles);
    const done = createAccessEntries ? DONE[entryPlace(stack, cluster)](cluster.eks.region) : '';
    const entries = `Lets the functions in to cluster ${cluster.id}${done}`;
    const principals = roleArn === undefined ? roles.map((role) => role.roleArn) : [roleArn];
    tell(stack, `Step2AccessEntries${suffix}`, createEntries(cluster, principals), entries);
    tell(stack, `Step3Rbac${suffix}`, applyRbac(cluster), `Says what they may do in cluster ${cluster.id}`);
  });
  if (securityGroupId !== undefined)
    tell(stack, 'SecurityGroupId', securityGroupId, "Allow it in on port 443 of the clusters' own security group");
}

/** The role's owner trusts the functions by their ARNs; everything after this runs in that account too. */
function tellRoleElsewhere(
  stack: Stack,
  suffix: string,
  { id, eks: { externalId } }: DeployedCluster,
  roleArn: string,
  roles: readonly IRole[],
): void {
  const condition = externalId === undefined ? {} : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } };
  const principals = roles.map((role) => role.roleArn);
  const trust = { Effect: 'Allow', Principal: { AWS: principals }, Action: 'sts:AssumeRole', ...condition };
  const policy = stack.toJsonString({ Version: '2012-10-17', Statement: [trust] });
  const description = `Trust policy of ${roleArn}, which also needs eks:DescribeCluster; steps 2 and 3 of ${id} run there too`;
  tell(stack, `Step2Trust${suffix}`, policy, description);
}

function createEntries({ eks }: DeployedCluster, principals: readonly string[]): string {
  const create = `aws eks create-access-entry --region ${eks.region} --cluster-name ${eks.name} --type STANDARD`;
  return `for role in ${principals.join(' ')}; do ${create} --kubernetes-groups ${KUBERNETES_GROUP} --principal-arn "$role"; done`;
}

function applyRbac({ eks }: DeployedCluster): string {
  const kubeconfig = `aws eks update-kubeconfig --region ${eks.region} --name ${eks.name}`;
  return `${kubeconfig} && kubectl apply -f ${MANIFESTS}/rbac.yaml`;
}

function tell(stack: Stack, name: string, value: string, description: string): void {
  new CfnOutput(stack, name, { value, description });
}
