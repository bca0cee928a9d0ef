// The watchdog's own clock, in a group and with a role of its own: whatever stops the ticks must not stop it.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Schedule,
  ScheduleExpression,
  ScheduleGroup,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { DeployedCluster } from './deployment.ts';
import { allow } from './grant.ts';

const EVERY = Duration.minutes(5);

export class WatchdogSchedule extends Construct {
  constructor(scope: Construct, id: string, watchdog: IFunction, clusters: readonly DeployedCluster[]) {
    super(scope, id);
    const group = new ScheduleGroup(this, 'Group', { removalPolicy: RemovalPolicy.DESTROY });
    const conditions = {
      StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': group.scheduleGroupArn },
    };
    const invoke = new PolicyDocument({ statements: [allow(['lambda:InvokeFunction'], watchdog.functionArn)] });
    const assumedBy = new ServicePrincipal('scheduler.amazonaws.com', { conditions });
    const role = new Role(this, 'Role', { assumedBy, inlinePolicies: { invoke } }).withoutPolicyUpdates();
    // The next run comes soon, reads everything afresh and makes up for one that failed.
    watchdog.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: EVERY });
    for (const { id: cluster } of clusters)
      new Schedule(this, cluster, {
        description: `AI4K8s watchdog of cluster ${cluster}: gives floors back that nobody tends`,
        scheduleGroup: group,
        schedule: ScheduleExpression.rate(EVERY),
        timeWindow: TimeWindow.off(),
        target: new LambdaInvoke(watchdog, {
          role,
          input: ScheduleTargetInput.fromObject({ cluster }),
          retryAttempts: 0,
          maxEventAge: EVERY,
        }),
      });
  }
}
