// The commands that a deployment leaves to people name the right account, role and group.
import { Template } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { readDeployment } from '../../infra/deployment.ts';
import { tellNextSteps } from '../../infra/next-steps.ts';
import { bareStack } from './bare-stack.ts';

const TICK = 'arn:aws:iam::123456789012:role/tick';
const COMMAND = 'arn:aws:iam::123456789012:role/command';
const ROLE = 'arn:aws:iam::210987654321:role/ai4k8s';
const OWN = { id: 'prod', eks: { name: 'prod', region: 'eu-west-1' } };
const ELSEWHERE = { id: 'other', eks: { name: 'blue', region: 'us-east-1', roleArn: ROLE, externalId: 'agreed-2026' } };

function outputs(clusters: readonly object[], createAccessEntries = false): Record<string, { Value: string }> {
  const stack = bareStack();
  const context: Record<string, unknown> = { clusters, createAccessEntries };
  tellNextSteps(stack, {
    deployment: readDeployment((key) => context[key]),
    apiUrl: 'https://api',
    tableName: 'table',
    secretId: 'secret',
    keyPolicyStatements: undefined,
    eventBusName: 'bus',
    dashboardUrl: 'https://console',
    securityGroupId: undefined,
    roles: [TICK, COMMAND].map((arn, index) => Role.fromRoleArn(stack, `Role${index}`, arn)),
  });
  return Template.fromStack(stack).toJSON().Outputs;
}

describe('the next steps', () => {
  it('of a cluster in this account let both functions in, and ask for no trust', () => {
    const { Step2AccessEntries, Step2Trust } = outputs([OWN]);
    expect(Step2AccessEntries?.Value).toContain(`for role in ${TICK} ${COMMAND}; do aws eks create-access-entry`);
    expect(Step2Trust).toBeUndefined();
  });

  it('of a cluster in another account let in the role named, which trusts both functions under its external id', () => {
    const { Step2AccessEntries2, Step2Trust2 } = outputs([OWN, ELSEWHERE]);
    expect(Step2AccessEntries2?.Value).toContain(
      `for role in ${ROLE}; do aws eks create-access-entry --region us-east-1`,
    );
    expect(JSON.parse(Step2Trust2?.Value ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: [TICK, COMMAND] },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'agreed-2026' } },
        },
      ],
    });
  });

  it('never say that the stack let somebody in where it could not', () => {
    const told = JSON.stringify(outputs([OWN, ELSEWHERE], true));
    expect(told.match(/the stack has done this/g)).toEqual(['the stack has done this']);
    expect(told).toContain('the stack has done this if it is in eu-west-1');
    expect(told).toContain('the stack cannot, since the cluster is elsewhere');
  });
});
