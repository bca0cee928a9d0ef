// What an operator looks at, on one page: is it well, do ticks come in time, what waits, what failed, what changed last.
import { Stack } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryVisualizationType,
  LogQueryWidget,
  type YAxisProps,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Alarms } from './alarms.ts';
import type { ClusterMetrics } from './cluster-metrics.ts';
import type { AutoscalerFunction } from './functions.ts';
import { WHY_IT_SCALED } from './log-queries.ts';
import { tableMetric } from './monitoring.ts';
import type { Pace } from './pace.ts';
import type { WorkQueues } from './work-queues.ts';

export interface Shown {
  readonly alarms: Alarms;
  readonly metrics: ClusterMetrics;
  readonly functions: readonly AutoscalerFunction[];
  readonly queues: WorkQueues;
  readonly table: TableV2;
  readonly api: HttpApi;
  readonly pace: Pace;
}

const WIDTH = 12;
const FULL = 24;
const FROM_ZERO: YAxisProps = { min: 0, showUnits: false };

export class OperatorsDashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { alarms, metrics, functions, queues, table, api, pace }: Shown) {
    super(scope, id);
    const period = pace.tick;
    const graph = (title: string, left: IMetric[]) =>
      new GraphWidget({ title, left, width: WIDTH, leftYAxis: FROM_ZERO });
    const each = (title: string, of: (fn: AutoscalerFunction) => IMetric) => graph(title, functions.map(of));
    const dashboard = new Dashboard(this, 'Dashboard', {
      widgets: [
        ...inTurns(alarms.all).map((some) => [
          new AlarmStatusWidget({ title: 'Alarms', alarms: some, width: FULL, height: heightFor(some.length) }),
        ]),
        [
          graph('Ticks: seconds from their time to their end, by cluster', [
            metrics.ofAll('tickSeconds', 'Maximum', period),
          ]),
          graph('Problems, by cluster', [metrics.ofAll('problems', 'Maximum', period)]),
        ],
        [
          graph('On hold, by cluster', [metrics.ofAll('onHold', 'Maximum', period)]),
          graph('At the blast radius, by cluster', [metrics.ofAll('blastRadius', 'Sum', pace.ticks(5))]),
        ],
        [
          each('Functions: errors', ({ lambda, entry }) => lambda.metricErrors({ period, label: entry })),
          each('Functions: longest run (ms)', ({ lambda, entry }) =>
            lambda.metricDuration({ period, statistic: 'Maximum', label: entry }),
          ),
        ],
        [
          each('Functions: throttles', ({ lambda, entry }) => lambda.metricThrottles({ period, label: entry })),
          graph('Queues: age of the oldest message (s), messages put aside', [
            ...[queues.shards, queues.learning, queues.looks].map(({ queue }) =>
              queue.metricApproximateAgeOfOldestMessage({ period }),
            ),
            // Looks are put aside where learning is.
            ...[queues.shards, queues.learning].map(({ putAside }) =>
              putAside.metricApproximateNumberOfMessagesVisible({ period }),
            ),
          ]),
        ],
        [
          graph('Table: units used, and throttles', [
            ...[
              'ConsumedReadCapacityUnits',
              'ConsumedWriteCapacityUnits',
              'ReadThrottleEvents',
              'WriteThrottleEvents',
            ].map((name) => tableMetric(table, name, period)),
          ]),
          graph('API: requests, refused, failed', [
            api.metricCount({ period, statistic: 'Sum' }),
            api.metricClientError({ period, statistic: 'Sum' }),
            api.metricServerError({ period, statistic: 'Sum' }),
          ]),
        ],
        [
          new LogQueryWidget({
            title: 'Changes and refusals, latest first',
            logGroupNames: functions.map(({ log }) => log.logGroupName),
            queryLines: WHY_IT_SCALED.filter((line) => !line.includes('#')),
            view: LogQueryVisualizationType.TABLE,
            width: FULL,
            height: 10,
          }),
        ],
      ],
    });
    this.name = dashboard.dashboardName;
  }

  get url(): string {
    const { region } = Stack.of(this);
    return `https://console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards:name=${this.name}`;
  }
}

/** A widget shows a hundred. */
function inTurns(alarms: readonly Alarm[]): Alarm[][] {
  return Array.from({ length: Math.ceil(alarms.length / 100) }, (_, i) => alarms.slice(i * 100, (i + 1) * 100));
}

/** Four alarms a row of the widget, as the console lays them out. */
function heightFor(alarms: number): number {
  return Math.min(12, 2 + Math.ceil(alarms / 4));
}
