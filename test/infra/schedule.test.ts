// Ticks come once: on the minute, with the time they were meant for, and never again later. The watchdog has a clock of its own.
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Pace } from '../../infra/pace.ts';
import { TickSchedule, WatchdogSchedule } from '../../infra/schedule.ts';
import { bareFunction, bareStack } from './bare-stack.ts';
import { propertiesOf } from './synthesis.ts';

const CLUSTERS = ['prod', 'dev.2'].map((id) => ({ id, eks: { name: id.replace('.', '-'), region: 'eu-west-1' } }));

function scheduled(tickSeconds?: number): Template {
  const stack = bareStack();
  new TickSchedule(stack, 'Schedule', bareFunction(stack, 'Tick'), CLUSTERS, new Pace(tickSeconds));
  return Template.fromStack(stack);
}

function watched(tickSeconds?: number): Template {
  const stack = bareStack();
  new WatchdogSchedule(stack, 'Watch', bareFunction(stack, 'Watchdog'), CLUSTERS, new Pace(tickSeconds));
  return Template.fromStack(stack);
}

describe('the schedule', () => {
  it('ticks each cluster every minute with the scheduled time, and never tries again', () => {
    const template = scheduled();
    for (const { id } of CLUSTERS)
      template.hasResourceProperties('AWS::Scheduler::Schedule', {
        ScheduleExpression: 'rate(1 minute)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: Match.objectLike({
          Input: JSON.stringify({ cluster: id, scheduled_at: '<aws.scheduler.scheduled-time>' }),
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        }),
      });
    template.resourceCountIs('AWS::Scheduler::Schedule', CLUSTERS.length);
  });

  it('is not repeated by Lambda either', () => {
    scheduled().hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^Tick') },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  it('may invoke the tick function and nothing else, on behalf of its own group only', () => {
    const role = propertiesOf(scheduled(), 'AWS::IAM::Role', 'ScheduleRole');
    expect(role).toMatchObject({
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Condition: { StringEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/Group/), 'Arn'] } } },
          },
        ],
      },
    });
    const { Policies } = role as { Policies: readonly { PolicyDocument: { Statement: unknown[] } }[] };
    expect(Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Tick/), 'Arn'] },
      },
    ]);
  });
});

describe("the watchdog's schedule", () => {
  it('names each cluster every five minutes, and never tries again', () => {
    const template = watched();
    for (const { id } of CLUSTERS)
      template.hasResourceProperties('AWS::Scheduler::Schedule', {
        ScheduleExpression: 'rate(5 minutes)',
        Target: Match.objectLike({
          Input: JSON.stringify({ cluster: id }),
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 },
        }),
      });
    template.resourceCountIs('AWS::Scheduler::Schedule', CLUSTERS.length);
  });

  it('may invoke the watchdog and nothing else', () => {
    const { Policies } = propertiesOf(watched(), 'AWS::IAM::Role', 'WatchRole') as {
      Policies: readonly { PolicyDocument: { Statement: unknown[] } }[];
    };
    expect(Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Watchdog/), 'Arn'] },
      },
    ]);
  });
});

describe('another rate of ticks', () => {
  it.each([
    [120, 'rate(2 minutes)', 120, 'rate(10 minutes)', 600],
    [3600, 'rate(1 hour)', 3600, 'rate(5 hours)', 18_000],
  ])(
    'of %d s is that of the schedule, and the watchdog looks every five ticks',
    (seconds, rate, age, watch, watchAge) => {
      const isCalled = (template: Template, ScheduleExpression: string, MaximumEventAgeInSeconds: number) => {
        const Target = Match.objectLike({ RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds } });
        template.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression, Target });
        template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumEventAgeInSeconds });
      };
      isCalled(scheduled(seconds), rate, age);
      isCalled(watched(seconds), watch, watchAge);
    },
  );
});
