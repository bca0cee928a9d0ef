// What wakes somebody: alarms, each worded by its impact, and where they are told.
import { Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Encryption } from './encryption.ts';

export interface AlarmProps {
  readonly metric: IMetric;
  /** Reached, or for silence not reached. */
  readonly threshold: number;
  /** Periods of the metric that are looked at; one unless given. */
  readonly periods?: number;
  /** In so many of them; all unless given. */
  readonly inPeriods?: number;
  /** What happened, and what that means for whoever is scaled. */
  readonly description: string;
  /** Too little is what is told, and no data is too little. */
  readonly silence?: boolean;
}

export interface Told {
  /** A mailbox; it gets a topic of its own. */
  readonly alarmEmail?: string | undefined;
  /** A topic that is there already. */
  readonly alarmTopicArn?: string | undefined;
}

export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  private readonly actions: readonly SnsAction[];

  constructor(scope: Construct, id: string, { alarmEmail, alarmTopicArn }: Told, encryption: Encryption) {
    super(scope, id);
    this.actions = [
      ...(alarmEmail === undefined ? [] : [new SnsAction(this.topicOf(alarmEmail, encryption))]),
      ...(alarmTopicArn === undefined ? [] : [new SnsAction(Topic.fromTopicArn(this, 'Told', alarmTopicArn))]),
    ];
  }

  raise(
    id: string,
    { metric, threshold, periods = 1, inPeriods = periods, description, silence = false }: AlarmProps,
  ): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: periods,
      datapointsToAlarm: inPeriods,
      alarmDescription: `${description} See "Alarms" in docs/runbook.md.`,
      comparisonOperator: silence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: silence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(...this.actions);
    alarm.addOkAction(...this.actions);
    this.all.push(alarm);
  }

  private topicOf(email: string, { key }: Encryption): Topic {
    const displayName = 'AI4K8s alarms';
    const topic = new Topic(this, 'Topic', { displayName, enforceSSL: true, ...(key && { masterKey: key }) });
    topic.addSubscription(new EmailSubscription(email));
    // A topic with a policy of its own, as enforceSSL makes one, no longer lets the account's alarms in by itself.
    const source = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: source }));
    return topic;
  }
}
