// `ai4k8s verify` against a stack that is not as it was deployed, in every way that its checks know.
import { describe, expect, it } from 'vitest';
import type { Check } from '../../../cli/check.ts';
import { type StackToVerify, stackToVerify } from '../../make/verified-stack.ts';
import { type Answer, refusal } from '../../stand-ins/aws-wire.ts';

const start = stackToVerify();

/** Those that are not as they should be. */
async function amiss(stack: StackToVerify): Promise<readonly Check[]> {
  return (await stack.verify()).sections.flatMap(({ checks }) => checks).filter(({ status }) => status !== 'ok');
}

describe('what is amiss is told', () => {
  it.each<readonly [what: string, (stack: StackToVerify) => unknown, Partial<Check>]>([
    [
      'an access entry that is missing',
      ({ account }) =>
        account.lie('eks:DescribeAccessEntry', ({ principalArn }) =>
          principalArn.includes('EvaluateRole')
            ? refusal('eks:', 'ResourceNotFoundException', 'The specified principalArn could not be found.')
            : { accessEntry: { kubernetesGroups: ['ai4k8s-autoscaler'] } },
        ),
      {
        name: 'access entries',
        status: 'broken',
        message: 'prod has no access entry for evaluate',
        mend: expect.stringMatching(
          /^for role in \S+EvaluateRole\S+; do aws eks create-access-entry --region eu-west-1/,
        ),
      },
    ],
    [
      'an access entry outside of the group',
      ({ account }) =>
        account.lie('eks:DescribeAccessEntry', () => ({ accessEntry: { kubernetesGroups: ['others'] } })),
      {
        name: 'access entries',
        status: 'broken',
        message: expect.stringContaining('is not in the group'),
        mend: expect.stringContaining('update-access-entry'),
      },
    ],
    [
      'a cluster that is not there',
      ({ account }) =>
        account.lie('eks:DescribeAccessEntry', () =>
          refusal('eks:', 'ResourceNotFoundException', 'No cluster found for name: prod.'),
        ),
      { name: 'access entries', status: 'broken', message: expect.stringContaining('No cluster found') },
    ],
    [
      'a table that is provisioned',
      ({ account }) =>
        account.lie('dynamodb:DescribeTable', () => ({
          Table: {
            TableStatus: 'ACTIVE',
            KeySchema: [
              { AttributeName: 'pk', KeyType: 'HASH' },
              { AttributeName: 'sk', KeyType: 'RANGE' },
            ],
          },
        })),
      { name: 'table', status: 'broken', message: expect.stringContaining('the template says PAY_PER_REQUEST') },
    ],
    [
      'a table that is gone',
      ({ account }) =>
        account.lie('dynamodb:DescribeTable', () =>
          refusal('dynamodb:', 'ResourceNotFoundException', 'Requested resource not found: Table'),
        ),
      { name: 'table', status: 'broken' },
    ],
    [
      'a table that forgets nothing',
      ({ account }) =>
        account.lie('dynamodb:DescribeTimeToLive', () => ({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } })),
      { name: 'table forgets', status: 'broken' },
    ],
    [
      'a table without recovery',
      ({ account }) =>
        account.lie('dynamodb:DescribeContinuousBackups', () => ({
          ContinuousBackupsDescription: {
            ContinuousBackupsStatus: 'ENABLED',
            PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
          },
        })),
      { name: 'table recovers', status: 'broken' },
    ],
    [
      'a bus that is gone',
      ({ account }) =>
        account.lie('events:DescribeEventBus', () => refusal('events:', 'ResourceNotFoundException', 'no bus')),
      { name: 'bus', status: 'broken' },
    ],
    [
      'dead letters',
      ({ account }) =>
        account.lie('sqs:GetQueueAttributes', ({ QueueUrl }) => ({
          Attributes: {
            ApproximateNumberOfMessages: QueueUrl.includes('ShardsPutAside') ? '3' : '0',
            ApproximateNumberOfMessagesNotVisible: '0',
          },
        })),
      { name: 'dead letters shards', status: 'broken', message: '3 that failed three times' },
    ],
    [
      'a queue that nobody empties',
      ({ account }) =>
        account.lie('sqs:GetQueueAttributes', ({ QueueUrl }) => ({
          Attributes: {
            ApproximateNumberOfMessages: QueueUrl.includes('LearningQueue') ? '7' : '0',
            ApproximateNumberOfMessagesNotVisible: '0',
          },
        })),
      { name: 'queue learning', status: 'warning' },
    ],
    [
      'a queue that is gone',
      ({ account }) =>
        account.lie('sqs:GetQueueAttributes', () =>
          refusal('sqs:', 'com.amazonaws.sqs#QueueDoesNotExist', 'no such queue'),
        ),
      { name: 'queue shards', status: 'broken', message: expect.stringContaining('is gone') },
    ],
    [
      'a secret that is gone',
      ({ account }) =>
        account.lie('secretsmanager:DescribeSecret', () =>
          refusal('secretsmanager:', 'ResourceNotFoundException', 'no secret'),
        ),
      { name: 'secret', status: 'broken' },
    ],
    [
      'a secret that is to be deleted',
      ({ account }) => account.lie('secretsmanager:DescribeSecret', () => ({ Name: 's', DeletedDate: 1_790_000_000 })),
      { name: 'secret', status: 'broken', mend: expect.stringContaining('restore-secret') },
    ],
    [
      'a tick that is stale',
      (stack) => stack.tick(400),
      { name: 'last tick', status: 'broken', message: expect.stringContaining('nothing of this cluster is scaled') },
    ],
    [
      'a tick that failed',
      (stack) => stack.failTick('Cluster prod: the token was not accepted'),
      { name: 'last tick', status: 'broken', message: expect.stringContaining('the token was not accepted') },
    ],
    [
      'problems that ticks met',
      (stack) => stack.tick(10, ['metrics.k8s.io did not answer']),
      { name: 'problems', status: 'warning', message: 'metrics.k8s.io did not answer' },
    ],
    [
      'an API that anybody may call',
      ({ gateway }) => gateway.open(),
      { name: 'API refuses strangers (GET)', status: 'broken', mend: expect.stringContaining('THE API IS PUBLIC') },
    ],
    [
      'an API that answers in another version',
      (stack) => {
        stack.answer = (_, path) =>
          path === '/health' ? { statusCode: 200, body: '{"status":"ok","version":"9.9.9"}' } : undefined;
      },
      { name: 'API health', status: 'warning', message: expect.stringContaining('9.9.9') },
    ],
    [
      'an API that fails',
      (stack) => {
        stack.answer = () => ({ statusCode: 500, body: '{"message":"Internal Server Error"}' });
      },
      { name: 'API status', status: 'broken', message: expect.stringContaining('500') },
    ],
    [
      'the kill switch',
      (stack) => {
        stack.status = { ...stack.status, kill_switch: 'the kill switch is on: INC-1' };
      },
      { name: 'API status', status: 'warning', message: expect.stringContaining('INC-1') },
    ],
    [
      'an alarm that rings',
      ({ account }) =>
        account.lie('cloudwatch:DescribeAlarms', ({ AlarmNames }) => ({
          MetricAlarms: AlarmNames.map((AlarmName: string) => ({
            AlarmName,
            StateValue: AlarmName.includes('stale') ? 'ALARM' : 'OK',
            AlarmDescription: 'No tick of cluster prod has finished',
          })),
        })),
      { name: 'alarm prodstale', status: 'broken', message: 'is in ALARM: No tick of cluster prod has finished' },
    ],
    [
      'alarms without data',
      ({ account }) =>
        account.lie('cloudwatch:DescribeAlarms', ({ AlarmNames }) => ({
          MetricAlarms: AlarmNames.map((AlarmName: string) => ({ AlarmName, StateValue: 'INSUFFICIENT_DATA' })),
        })),
      { name: 'alarms without data', status: 'warning' },
    ],
    [
      'alarms that are gone',
      ({ account }) => account.lie('cloudwatch:DescribeAlarms', () => ({ MetricAlarms: [] })),
      { name: 'alarms that are gone', status: 'broken' },
    ],
    [
      'a deployment that was rolled back',
      ({ account }) => stackIs(account, 'UPDATE_ROLLBACK_COMPLETE'),
      { name: 'stack', status: 'warning' },
    ],
    [
      'a deployment that failed',
      ({ account }) => stackIs(account, 'UPDATE_ROLLBACK_FAILED'),
      { name: 'stack', status: 'broken' },
    ],
  ])('%s', async (_, spoil, expected) => {
    const stack = await start();
    await stack.tick(20);
    await spoil(stack);
    const found = (await amiss(stack)).find(({ name }) => name === expected.name);
    expect(found).toMatchObject(expected);
    expect(found?.mend, 'says what to do').toMatch(/\S/);
  });
});

it('an alarm that rings just after a deployment is waited for', async () => {
  const stack = await start();
  await stack.tick(5);
  stack.account.lie('cloudformation:DescribeStacks', (_, truth) => {
    const said = truth() as Answer;
    const now = new Date().toISOString();
    return { ...said, body: said.body.replace(/<CreationTime>[^<]*/, `<CreationTime>${now}`) };
  });
  stack.account.lie('cloudwatch:DescribeAlarms', ({ AlarmNames }) => ({
    MetricAlarms: AlarmNames.map((AlarmName: string) => ({ AlarmName, StateValue: 'ALARM' })),
  }));
  const found = (await amiss(stack)).filter(({ name }) => name.startsWith('alarm '));
  expect(found.length).toBeGreaterThan(10);
  expect(found.every(({ status, mend }) => status === 'warning' && /ask again/.test(mend ?? ''))).toBe(true);
});

function stackIs(account: StackToVerify['account'], status: string): void {
  account.lie('cloudformation:DescribeStacks', (_, truth) => {
    const said = truth() as Answer;
    return { ...said, body: said.body.replace('UPDATE_COMPLETE', status) };
  });
}
