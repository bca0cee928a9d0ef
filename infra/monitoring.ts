// What should wake somebody: a function that fails, an API that answers 5xx, a clock that stopped, a cluster on hold.
import { Duration, Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { BLAST_RADIUS_REACHED, CLUSTER_ON_HOLD } from '../lib/app/report/watched-messages.ts';
import type { Encryption } from './encryption.ts';
import type { AutoscalerFunction } from './functions.ts';

export interface MonitoringProps {
  readonly tick: AutoscalerFunction;
  /** Those of which one failure is told: they answer people, or stand in for the ticks. */
  readonly answering: readonly AutoscalerFunction[];
  readonly api: HttpApi;
  /** Told of every alarm and its end; without it alarms only show in CloudWatch. */
  readonly email: string | undefined;
  readonly encryption: Encryption;
}

const PERIOD = Duration.minutes(5);

/** One tick may meet an API server that is just being replaced; three in five minutes is no accident. */
const TICK_ERRORS = 3;

/** One tick at its limit is a busy minute; five in a row are a backlog. */
const TICKS_AT_LIMIT = 5;

export class Monitoring extends Construct {
  private readonly action: SnsAction | undefined;

  constructor(scope: Construct, id: string, { tick, answering, api, email, encryption }: MonitoringProps) {
    super(scope, id);
    this.action = email === undefined ? undefined : this.mailTo(email, encryption);
    this.onErrors(tick, TICK_ERRORS);
    for (const fn of answering) this.onErrors(fn, 1);
    this.onServerErrors(api);
    this.onSilence(tick);
    this.onMessage(tick, 'on-hold', CLUSTER_ON_HOLD, {
      ticks: 1,
      description:
        'Pods stopped serving after changes made here. Impact: the cluster is on hold, nothing of it is scaled down. See docs/runbook.md.',
    });
    this.onMessage(tick, 'blast-radius', BLAST_RADIUS_REACHED, {
      ticks: TICKS_AT_LIMIT,
      description:
        'Five ticks in five minutes wanted more changes than one may make. Impact: workloads wait their turn. Look at what moves them all.',
    });
  }

  private onErrors({ entry, errorImpact, lambda }: AutoscalerFunction, threshold: number): void {
    this.alarm(`${entry}-errors`, lambda.metricErrors({ period: PERIOD }), {
      threshold,
      description: `Function ${entry} failed. Impact: ${errorImpact}. Its log has the cause.`,
    });
  }

  /** What a function catches and answers itself (the table or a cluster is away) is no error to Lambda. */
  private onServerErrors(api: HttpApi): void {
    this.alarm('api-5xx', api.metricServerError({ period: PERIOD, statistic: 'Sum' }), {
      threshold: 1,
      description: 'The API answered 5xx. Impact: a read or a change asked for did not happen. See the access log.',
    });
  }

  private onSilence({ lambda }: AutoscalerFunction): void {
    this.alarm('tick-silence', lambda.metricInvocations({ period: PERIOD }), {
      threshold: 1,
      description:
        'No tick ran for 5 minutes. Impact: nothing is scaled; after ten minutes the watchdog raises what has no HPA. Check the schedules and throttling.',
      silence: true,
    });
  }

  /** A message of the function's log as a metric of its own, whatever cluster it speaks of: the log says which. */
  private onMessage(
    { log }: AutoscalerFunction,
    id: string,
    message: string,
    { ticks, description }: { readonly ticks: number; readonly description: string },
  ): void {
    const filter = new MetricFilter(this, `${id}-filter`, {
      logGroup: log,
      filterPattern: FilterPattern.stringValue('$.message', '=', message),
      metricNamespace: 'AI4K8s',
      metricName: `${Stack.of(this).stackName}-${id}`,
    });
    const metric = filter.metric({ period: PERIOD, statistic: 'Sum' });
    this.alarm(id, metric, { threshold: ticks, description });
  }

  private alarm(
    id: string,
    metric: IMetric,
    { threshold, description, silence = false }: { threshold: number; description: string; silence?: boolean },
  ): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      alarmDescription: description,
      comparisonOperator: silence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: silence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (!this.action) return;
    alarm.addAlarmAction(this.action);
    alarm.addOkAction(this.action);
  }

  private mailTo(email: string, { key }: Encryption): SnsAction {
    const displayName = 'AI4K8s alarms';
    const topic = new Topic(this, 'Alarms', { displayName, enforceSSL: true, ...(key && { masterKey: key }) });
    topic.addSubscription(new EmailSubscription(email));
    // A topic with a policy of its own, as enforceSSL makes one, no longer lets the account's alarms in by itself.
    const source = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: source }));
    return new SnsAction(topic);
  }
}
