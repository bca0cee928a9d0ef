// A mistake in the CDK context is one line that names the field.
import { describe, expect, it } from 'vitest';
import { readDeployment } from '../../infra/deployment.ts';

const CLUSTER = { id: 'prod', eks: { name: 'prod', region: 'eu-west-1' } };

function read(context: Readonly<Record<string, unknown>>) {
  return readDeployment((key) => context[key]);
}

describe('the deployment context', () => {
  it('takes clusters as a list or as the text that `cdk -c` passes', () => {
    expect(read({ clusters: [CLUSTER] })).toEqual(read({ clusters: JSON.stringify([CLUSTER]) }));
    expect(read({ clusters: [CLUSTER] })).toEqual({
      stackName: 'Ai4k8s',
      clusters: [CLUSTER],
      clustersSetting: JSON.stringify([CLUSTER]),
      mcp: false,
      createAccessEntries: false,
      logRetentionDays: 30,
      accessLogRetentionDays: 30,
      settings: {},
      tickSeconds: 60,
      region: undefined,
    });
  });

  it('hands the budget of the LLM and its prices on to the functions', () => {
    const settings = { LLM_MONTHLY_USD: '2.50', LLM_PRICES: '{"*":[0,0]}' };
    expect(read({ clusters: [CLUSTER], settings }).settings).toEqual(settings);
  });

  it('takes the kill switch as a key of its own, beside all other settings', () => {
    const chosen = { clusters: [CLUSTER], settings: { NAMESPACES: 'shop' }, killSwitch: 'true' };
    expect(read(chosen).settings).toEqual({ NAMESPACES: 'shop', KILL_SWITCH: 'true' });
    expect(read({ ...chosen, killSwitch: false }).settings).toEqual({ NAMESPACES: 'shop' });
  });

  it.each([
    [{}, 'clusters: expected a list such as'],
    [{ clusters: 'prod' }, 'clusters: expected a list such as'],
    [{ clusters: [] }, 'clusters: expected at least one cluster'],
    [{ clusters: [CLUSTER, CLUSTER] }, 'clusters: expected every id once'],
    [{ clusters: [{ ...CLUSTER, id: 'a b' }] }, 'clusters[0].id: expected letters'],
    [
      { clusters: [{ id: 'a', eks: { name: 'a', region: 'Ireland' } }] },
      'clusters[0].eks.region: expected an AWS region',
    ],
    [{ clusters: [{ id: 'a', kubeconfig: '/x' }] }, 'clusters[0].eks: '],
    [
      { clusters: [{ id: 'a', eks: { ...CLUSTER.eks, roleArn: 'admin' } }] },
      'clusters[0].eks.roleArn: expected arn:aws:iam::ACCOUNT:role/NAME',
    ],
    [
      { clusters: [{ id: 'a', eks: { ...CLUSTER.eks, externalId: 'x1' } }] },
      'clusters[0].eks.externalId: is used with roleArn only',
    ],
    [{ clusters: [CLUSTER], vpc: { id: 'mine', subnets: [] } }, 'vpc.id: expected the id of a VPC; vpc.subnets: '],
    [
      { clusters: [CLUSTER, { id: 'b', eks: CLUSTER.eks, vpc: { id: 'vpc-1' } }] },
      'clusters[1].vpc: one stack is in one VPC: reach this API server from the VPC of the key "vpc"',
    ],
    [{ clusters: [CLUSTER], stackName: '1st' }, 'stackName: expected a letter'],
    [{ clusters: [CLUSTER], alarmEmail: 'me' }, 'alarmEmail: '],
    [
      { clusters: [CLUSTER], alarmTopicArn: 'alarms' },
      'alarmTopicArn: expected the ARN of an SNS topic such as arn:aws:sns:',
    ],
    [
      { clusters: [CLUSTER], alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:a.fifo' },
      'alarmTopicArn: expected the ARN of an SNS topic',
    ],
    [
      { clusters: [CLUSTER], alarmTopicArn: 'arn:aws-cn:sns:eu-west-1:111122223333:alarms' },
      'alarmTopicArn: expected the ARN of an SNS topic',
    ],
    [{ clusters: [CLUSTER], groqSecretName: 'a b' }, 'groqSecretName: expected the name of a secret, or its ARN'],
    [
      { clusters: [CLUSTER], groqSecretName: 'arn:aws:iam::111122223333:secret:groq' },
      'groqSecretName: expected the name of a secret, or its ARN',
    ],
    [
      {
        clusters: [CLUSTER],
        alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:alarms',
        groqSecretName: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:groq-AbCdEf',
      },
      'groqSecretName: is of region us-east-1, and alarmTopicArn of eu-west-1; expected one region',
    ],
    [
      { clusters: [CLUSTER], logRetentionDays: 31 },
      'logRetentionDays: expected days as CloudWatch Logs takes them: 1, 3, 5, 7',
    ],
    [{ clusters: [CLUSTER], accessLogRetentionDays: 'week' }, 'accessLogRetentionDays: '],
    [{ clusters: [CLUSTER], settings: { TICK_SECONDS: '30' } }, 'settings.TICK_SECONDS: expected a multiple of 60'],
    [{ clusters: [CLUSTER], settings: { TICK_SECONDS: '90' } }, 'settings.TICK_SECONDS: expected a multiple of 60'],
    [{ clusters: [CLUSTER], settings: { TICK_SECONDS: 'often' } }, 'settings.TICK_SECONDS: expected a multiple of 60'],
    [{ clusters: [CLUSTER], killSwitch: 'maybe' }, 'killSwitch: '],
    [{ clusters: [CLUSTER], settings: { GROQ_RPM: 'many' } }, 'settings.GROQ_RPM: '],
    [{ clusters: [CLUSTER], settings: { LLM_MONTHLY_USD: '-1' } }, 'settings.LLM_MONTHLY_USD: expected dollars'],
    [{ clusters: [CLUSTER], settings: { LLM_PRICES: '{"m":1}' } }, 'settings.LLM_PRICES: expected JSON such as'],
    [{ clusters: [CLUSTER], settings: { TABLE_NAME: 'x' } }, 'settings: Unrecognized key: "TABLE_NAME"'],
  ])('%j is refused in one line', (context, message) => {
    expect(() => read(context)).toThrow(`CDK context: ${message}`);
    expect(() => read(context)).toThrow(/^[^\n]+$/);
  });
});
