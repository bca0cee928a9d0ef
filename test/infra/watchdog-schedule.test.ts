// The watchdog comes every five minutes by a clock of its own, so that it outlives what stops the ticks.
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { WatchdogSchedule } from '../../infra/watchdog-schedule.ts';
import { bareFunction, bareStack } from './bare-stack.ts';
import { propertiesOf } from './synthesis.ts';

const CLUSTERS = ['prod', 'dev.2'].map((id) => ({ id, eks: { name: id.replace('.', '-'), region: 'eu-west-1' } }));

function scheduled(): Template {
  const stack = bareStack();
  new WatchdogSchedule(stack, 'Watch', bareFunction(stack, 'Watchdog'), CLUSTERS);
  return Template.fromStack(stack);
}

describe("the watchdog's schedule", () => {
  it('names each cluster every five minutes, and never tries again', () => {
    const template = scheduled();
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
    const { Policies } = propertiesOf(scheduled(), 'AWS::IAM::Role', 'WatchRole') as {
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
