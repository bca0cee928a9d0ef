// What a person needs after a deployment: names, and the commands that the stack leaves to them, ready to paste.
import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { KUBERNETES_GROUP } from './cluster-access.ts';
import type { Deployment } from './deployment.ts';

export interface Deployed {
  readonly deployment: Deployment;
  readonly apiUrl: string;
  readonly tableName: string;
  readonly secretArn: string;
  readonly eventBusName: string;
  readonly securityGroupId: string | undefined;
  /** Of the functions that call the API servers. */
  readonly roles: readonly IRole[];
}

export function tellNextSteps(stack: Stack, deployed: Deployed): void {
  const { deployment, secretArn, securityGroupId, roles } = deployed;
  tell(stack, 'ApiUrl', deployed.apiUrl, 'Base of all paths; requests are signed with SigV4, service execute-api');
  tell(stack, 'TableName', deployed.tableName, 'Kept when the stack is deleted');
  tell(stack, 'EventBusName', deployed.eventBusName, 'Decisions and ticks, source ai4k8s.autoscaler');
  tell(stack, 'GroqSecretArn', secretArn, 'Has no value yet: without one, decisions are made without the LLM');
  const putKey = `aws secretsmanager put-secret-value --region ${stack.region} --secret-id ${secretArn} --secret-string "$GROQ_API_KEY"`;
  tell(stack, 'Step1GroqKey', putKey, 'Gives the LLM its key');
  deployment.clusters.forEach(({ id, eks }, index) => {
    const suffix = deployment.clusters.length === 1 ? '' : String(index + 1);
    const target = `--region ${eks.region} --cluster-name ${eks.name}`;
    const entries = `for role in ${roles.map((role) => role.roleArn).join(' ')}; do aws eks create-access-entry ${target} --type STANDARD --kubernetes-groups ${KUBERNETES_GROUP} --principal-arn "$role"; done`;
    const done = deployment.createAccessEntries ? ' (the stack has done this)' : '';
    tell(stack, `Step2AccessEntries${suffix}`, entries, `Lets the functions in to cluster ${id}${done}`);
    const apply = `aws eks update-kubeconfig --region ${eks.region} --name ${eks.name} && kubectl apply -f infra/manifests/rbac.yaml`;
    tell(stack, `Step3Rbac${suffix}`, apply, `Says what they may do in cluster ${id}`);
  });
  if (securityGroupId !== undefined)
    tell(stack, 'SecurityGroupId', securityGroupId, "Allow it in on port 443 of the clusters' own security group");
}

function tell(stack: Stack, name: string, value: string, description: string): void {
  new CfnOutput(stack, name, { value, description });
}
