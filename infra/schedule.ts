// The clocks of the autoscaler: per cluster one for the ticks and one for the watchdog, with no second tries.
import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IRole, PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
import { Pace } from './pace.ts';

interface Clock {
  readonly every: Duration;
  /** Of what is done to a cluster, for the console. */
  readonly description: string;
  /** What the function is told besides the cluster's name. */
  readonly input: Readonly<Record<string, string>>;
}

/** A schedule per cluster, in a group and with a role of their own: what stops another clock does not stop this one. */
export class ClusterSchedule extends Construct {
  private readonly group: ScheduleGroup;

  constructor(scope: Construct, id: string, fn: IFunction, clusters: readonly DeployedCluster[], clock: Clock) {
    super(scope, id);
    const { every, description, input } = clock;
    const group = new ScheduleGroup(this, 'Group', { removalPolicy: RemovalPolicy.DESTROY });
    this.group = group;
    const role = this.roleOf(group, fn);
    // Lambda, too, repeats a failed asynchronous call, twice: minutes later the next runs have done the work.
    fn.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: every });
    for (const { id: cluster } of clusters)
      new Schedule(this, cluster, {
        description: `AI4K8s ${description} ${cluster}`,
        scheduleGroup: group,
        schedule: ScheduleExpression.rate(every),
        timeWindow: TimeWindow.off(),
        target: new LambdaInvoke(fn, {
          role,
          input: ScheduleTargetInput.fromObject({ cluster, ...input }),
          // Unless told otherwise Scheduler tries 185 times over a day: runs long past would act on fresh clusters.
          retryAttempts: 0,
          maxEventAge: every,
        }),
      });
  }

  /** Runs that the scheduler gave up. */
  dropped(period: Duration): IMetric {
    return this.group.metricDropped({ period, statistic: 'Sum' });
  }

  /** May invoke exactly this function. Fixed, since the target would add every version and alias. */
  private roleOf(group: ScheduleGroup, fn: IFunction): IRole {
    const conditions = {
      StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': group.scheduleGroupArn },
    };
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }),
      inlinePolicies: {
        invoke: new PolicyDocument({ statements: [allow(['lambda:InvokeFunction'], fn.functionArn)] }),
      },
    });
    return role.withoutPolicyUpdates();
  }
}

export class TickSchedule extends ClusterSchedule {
  constructor(scope: Construct, id: string, tick: IFunction, clusters: readonly DeployedCluster[], pace = new Pace()) {
    super(scope, id, tick, clusters, {
      every: pace.tick,
      description: 'tick of cluster',
      // The scheduled time, not the time of delivery: it names the tick, so that two deliveries are one.
      input: { scheduled_at: ContextAttribute.scheduledTime },
    });
  }
}

export class WatchdogSchedule extends ClusterSchedule {
  constructor(
    scope: Construct,
    id: string,
    watchdog: IFunction,
    clusters: readonly DeployedCluster[],
    pace = new Pace(),
  ) {
    super(scope, id, watchdog, clusters, {
      every: pace.watch,
      description: 'watchdog, standing in where ticks stop, of cluster',
      input: {},
    });
  }
}
