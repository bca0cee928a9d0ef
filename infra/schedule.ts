// The clock of the autoscaler: one schedule per cluster, every minute, with no second tries.
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  ContextAttribute,
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

/** TICK_SECONDS of lib/config.ts has this as its default. */
const EVERY = Duration.minutes(1);

export class TickSchedule extends Construct {
  constructor(scope: Construct, id: string, tick: IFunction, clusters: readonly DeployedCluster[]) {
    super(scope, id);
    const group = new ScheduleGroup(this, 'Group', { removalPolicy: RemovalPolicy.DESTROY });
    const role = this.roleOf(group, tick);
    // Lambda, too, repeats a failed asynchronous call, twice: minutes later the next ticks have done the work.
    tick.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: EVERY });
    for (const { id: cluster } of clusters)
      new Schedule(this, cluster, {
        description: `AI4K8s tick of cluster ${cluster}`,
        scheduleGroup: group,
        schedule: ScheduleExpression.rate(EVERY),
        timeWindow: TimeWindow.off(),
        target: new LambdaInvoke(tick, {
          role,
          // The scheduled time, not the time of delivery: it names the tick, so that two deliveries are one.
          input: ScheduleTargetInput.fromObject({ cluster, scheduled_at: ContextAttribute.scheduledTime }),
          // Unless told otherwise Scheduler tries 185 times over a day: ticks long past would act on fresh clusters.
          retryAttempts: 0,
          maxEventAge: EVERY,
        }),
      });
  }

  /** May invoke exactly this function. Fixed, since the target would add every version and alias. */
  private roleOf(group: ScheduleGroup, tick: IFunction) {
    const conditions = {
      StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': group.scheduleGroupArn },
    };
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }),
      inlinePolicies: {
        invoke: new PolicyDocument({ statements: [allow(['lambda:InvokeFunction'], tick.functionArn)] }),
      },
    });
    return role.withoutPolicyUpdates();
  }
}
