// What may not be asked is not tried, names the right that is missing, and keeps nothing else from being asked.
import { describe, expect, it } from 'vitest';
import { type Check, isProven } from '../../../cli/check.ts';
import { stackToVerify } from '../../make/verified-stack.ts';
import type { Answer } from '../../stand-ins/aws-wire.ts';

const start = stackToVerify();

/** The names of the checks that one right decides, and the right. */
const RIGHTS: readonly (readonly [action: string, names: readonly string[]])[] = [
  ['eks:DescribeAccessEntry', ['access entries']],
  ['dynamodb:DescribeTable', ['table']],
  ['dynamodb:DescribeTimeToLive', ['table forgets']],
  ['dynamodb:DescribeContinuousBackups', ['table recovers']],
  ['events:DescribeEventBus', ['bus']],
  [
    'sqs:GetQueueAttributes',
    // Looks are put aside where learning is.
    ['queue shards', 'dead letters shards', 'queue learning', 'dead letters learning', 'queue looks'],
  ],
  ['secretsmanager:DescribeSecret', ['secret']],
  ['cloudwatch:DescribeAlarms', ['alarms']],
  ['cloudwatch:GetMetricData', ['use']],
];

describe('without a right', () => {
  it.each(RIGHTS)('%s the check says so, and the others go on', async (action, names) => {
    const stack = await start();
    await stack.tick(20);
    stack.account.deny(action);
    const { sections } = await stack.verify();
    const checks = sections.flatMap((section) => section.checks);
    const notOk = checks.filter(({ status }) => status !== 'ok');
    expect(new Set(notOk.map(({ name }) => name))).toEqual(new Set(names));
    for (const { status, message, mend } of notOk) {
      expect(status).toBe('skipped');
      expect(message).toMatch(/may not ask/);
      expect(mend).toMatch(new RegExp(`^allow ${action} on \\S`));
    }
    expect(isProven(sections), 'what should have been asked and was not proves nothing').toBe(false);
  });

  it('to the table the API tells when the last tick was', async () => {
    const stack = await start();
    stack.account.deny('dynamodb:GetItem');
    const last_tick = { finished_at: new Date(Date.now() - 15_000).toISOString() };
    stack.status = { ...stack.status, last_tick };
    expect(await named(stack, 'last tick')).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('says the API'),
    });
    stack.answer = () => ({ statusCode: 500, body: '{}' });
    expect(await named(stack, 'last tick')).toMatchObject({
      status: 'skipped',
      mend: expect.stringContaining('dynamodb:GetItem'),
    });
  });

  it('to the API the right is named with its ARN, and the rest goes on', async () => {
    const stack = await start();
    await stack.tick(20);
    process.env.AWS_SECRET_ACCESS_KEY = 'of somebody else';
    expect(await named(stack, 'API status')).toMatchObject({
      status: 'skipped',
      mend: expect.stringMatching(/^allow execute-api:Invoke on arn:aws:execute-api:eu-west-1:111122223333:/),
    });
    expect(await named(stack, 'last tick')).toMatchObject({ status: 'ok' });
  });

  it('to the stack nothing else is tried, and the name is asked for where there is no such stack', async () => {
    const stack = await start();
    const [only] = (await stack.verify({ stack: 'Plian' })).sections;
    expect(only?.checks.map(({ name, status }) => [name, status])).toEqual([
      ['identity', 'ok'],
      ['stack', 'broken'],
      ['everything else', 'skipped'],
    ]);
    expect(only?.checks[1]).toMatchObject({
      message: expect.stringContaining('there is no stack Plian'),
      mend: expect.stringContaining('--stack'),
    });
    stack.account.deny('cloudformation:DescribeStacks');
    expect(await named(stack, 'stack')).toMatchObject({
      status: 'skipped',
      mend: expect.stringContaining('cloudformation:DescribeStacks'),
    });
  });
});

describe('what need not be asked', () => {
  const elsewhere = stackToVerify({
    clusters: [
      { id: 'prod', eks: { name: 'prod', region: 'eu-west-1', roleArn: 'arn:aws:iam::210987654321:role/ai4k8s' } },
    ],
  });

  it('leaves a stack proven: a cluster in another account, whose ticks say whether they are let in', async () => {
    const stack = await elsewhere();
    await stack.tick(20);
    const { sections } = await stack.verify();
    const checks = sections.flatMap((section) => section.checks);
    expect(checks.find(({ name }) => name === 'access entries')).toMatchObject({ status: 'skipped', mend: null });
    expect(isProven(sections)).toBe(true);
  });

  it('is a tick of a stack that was deployed just now: it is waited for, and missed ten minutes later', async () => {
    const stack = await start();
    const deployed = (agoMs: number) =>
      stack.account.lie('cloudformation:DescribeStacks', (_, truth) => {
        const said = truth() as Answer;
        const at = new Date(Date.now() - agoMs).toISOString();
        return { ...said, body: said.body.replace(/<CreationTime>[^<]*/, `<CreationTime>${at}`) };
      });
    deployed(10_000);
    const { sections } = await stack.verify();
    const checks = sections.flatMap((section) => section.checks);
    expect(checks.find(({ name }) => name === 'last tick')).toMatchObject({ status: 'warning' });
    expect(checks.find(({ name }) => name === 'use')).toMatchObject({ status: 'skipped', mend: null });
    expect(isProven(sections)).toBe(true);
    deployed(600_000);
    expect((await named(stack, 'last tick'))?.status).toBe('broken');
  });
});

it('a clock that is an hour slow makes no dead tick look young', async () => {
  const stack = await start();
  await stack.tick(400);
  const { sections } = await stack.verify({ now: () => Date.now() - 3_600_000 });
  const tick = sections.flatMap(({ checks }) => checks).find(({ name }) => name === 'last tick');
  expect(tick).toMatchObject({ status: 'broken', message: expect.stringMatching(/finished 4\d\d s ago/) });
});

describe('an API that takes tokens', () => {
  const tokens = stackToVerify({
    jwt: {
      issuer: 'https://idp.example.com',
      audience: 'ai4k8s',
      groupsClaim: 'groups',
      groups: { sre: { clusters: ['*'], namespaces: ['*'], rights: ['read'] } },
    },
  });

  it('is asked with one, and without one it says which variable to set', async () => {
    const stack = await tokens();
    await stack.tick(20);
    expect(await named(stack, 'API status')).toMatchObject({
      status: 'skipped',
      mend: expect.stringContaining('AI4K8S_TOKEN'),
    });
    const { sections } = await stack.verify({ token: 'of-nobody' });
    const checks = sections.flatMap((section) => section.checks);
    expect(checks.find(({ name }) => name === 'API status')).toMatchObject({
      status: 'skipped',
      message: expect.stringContaining('the token was refused'),
    });
  });
});

type Stack = Awaited<ReturnType<typeof start>>;

async function named(stack: Stack, name: string): Promise<Check | undefined> {
  return (await stack.verify()).sections.flatMap(({ checks }) => checks).find((check) => check.name === name);
}
