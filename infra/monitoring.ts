// Alarms of what all clusters share: functions, clocks, queues, table and API. What AWS counts for nothing is all they need.
import type { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Alarms } from './alarms.ts';
import type { AutoscalerFunction } from './functions.ts';
import type { Pace } from './pace.ts';
import type { ClusterSchedule } from './schedule.ts';
import type { WorkQueue } from './work-queue.ts';
import type { WorkQueues } from './work-queues.ts';

export interface Watched {
  readonly tick: AutoscalerFunction;
  readonly evaluate: AutoscalerFunction;
  readonly watchdog: AutoscalerFunction;
  readonly watchdogSchedule: ClusterSchedule;
  readonly queues: WorkQueues;
  readonly api: HttpApi;
  readonly table: TableV2;
  readonly pace: Pace;
}

/** One tick may meet an API server that is just being replaced; three in five are no accident. */
const TICK_ERRORS = 3;
/** Of what a function may take; beyond it the next tick waits, and soon a tick is cut off half-way. */
const NEAR_LIMIT = 0.8;
const TICKS_NEAR_LIMIT = 3;

/**
 * Query and command have none of their own: what fails or is throttled there is a 5xx of the API. The table's SystemErrors are
 * errors of whoever asked it.
 */
export function raiseSharedAlarms(alarms: Alarms, watched: Watched): void {
  const { tick, evaluate, watchdog, watchdogSchedule, queues, api, table, pace } = watched;
  const period = pace.ticks(5);
  onErrors(alarms, tick, TICK_ERRORS, period);
  onErrors(alarms, evaluate, TICK_ERRORS, period);
  onErrors(alarms, watchdog, 1, period);
  for (const fn of [tick, evaluate]) onHaste(alarms, fn, pace);
  for (const fn of [tick, watchdog]) onDrops(alarms, fn, period);
  alarms.raise('watchdog-not-called', {
    metric: watchdogSchedule.dropped(period),
    threshold: 1,
    description: `The schedule could not call the watchdog. Impact: ${watchdog.errorImpact}. Look at the role of the schedule and at throttling.`,
  });
  onPutAside(
    alarms,
    queues.shards,
    'evaluate',
    'shards of up to 64 workloads were not evaluated in their tick',
    period,
  );
  onPutAside(
    alarms,
    queues.learning,
    'learn',
    'what those shards learned grows old, or, where it is a message of looks, nothing is scaled up between two ticks; ticks scale on',
    period,
    'learn or look',
  );
  for (const what of ['Read', 'Write'])
    alarms.raise(`table-${what.toLowerCase()}-throttled`, {
      metric: tableMetric(table, `${what}ThrottleEvents`, period),
      threshold: 1,
      description: `The table throttled ${what.toLowerCase()}s. Impact: ticks take longer and may fail; an on-demand table has its capacity some minutes later.`,
    });
  alarms.raise('api-5xx', {
    metric: api.metricServerError({ period, statistic: 'Sum' }),
    threshold: 1,
    description:
      'The API answered 5xx. Impact: a read or a change asked for did not happen; scaling goes on. Look at the access log, and at the logs of query and command.',
  });
}

function onErrors(
  alarms: Alarms,
  { entry, errorImpact, lambda }: AutoscalerFunction,
  threshold: number,
  period: Duration,
): void {
  alarms.raise(`${entry}-errors`, {
    metric: lambda.metricErrors({ period }),
    threshold,
    description: `Function ${entry} failed. Impact: ${errorImpact}. Its log has the cause.`,
  });
}

/** Too slow for its time, or for its share of the account's concurrency. */
function onHaste(alarms: Alarms, { entry, errorImpact, lambda, timeoutSeconds }: AutoscalerFunction, pace: Pace): void {
  alarms.raise(`${entry}-near-limit`, {
    metric: lambda.metricDuration({ period: pace.tick, statistic: 'Maximum' }),
    threshold: timeoutSeconds * 1000 * NEAR_LIMIT,
    periods: TICKS_NEAR_LIMIT,
    description: `Function ${entry} takes more than ${NEAR_LIMIT * 100} % of its ${timeoutSeconds} s. Impact: soon ${errorImpact}. Give it more memory, or watch fewer namespaces.`,
  });
  alarms.raise(`${entry}-throttled`, {
    metric: lambda.metricThrottles({ period: pace.ticks(5) }),
    threshold: 1,
    description: `Function ${entry} was throttled. Impact: it comes late, and where it lasts ${errorImpact}. Raise the account's concurrency, or lower what else uses it.`,
  });
}

/** An asynchronous call that Lambda gave up: nobody else is told. */
function onDrops(alarms: Alarms, { entry, errorImpact, lambda }: AutoscalerFunction, period: Duration): void {
  alarms.raise(`${entry}-dropped`, {
    metric: lambda.metric('AsyncEventsDropped', { period, statistic: 'Sum' }),
    threshold: 1,
    description: `Calls of function ${entry} by its schedule were dropped unrun. Impact: ${errorImpact}. Look at throttling.`,
  });
}

/** @param whose the functions whose messages end there */
function onPutAside(
  alarms: Alarms,
  { putAside }: WorkQueue,
  entry: string,
  impact: string,
  period: Duration,
  whose = entry,
): void {
  alarms.raise(`${entry}-put-aside`, {
    metric: putAside.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
    threshold: 1,
    description: `Function ${whose} failed three times at a message. Impact: ${impact}. The message is in the dead-letter queue for four days, the cause in the log of ${whose}.`,
  });
}

/** By the name that CloudWatch has for it; a sum. */
export function tableMetric(table: TableV2, metricName: string, period: Duration): IMetric {
  const dimensionsMap = { TableName: table.tableName };
  return new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap, statistic: 'Sum', period });
}
