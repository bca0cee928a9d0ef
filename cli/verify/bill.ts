// A month's bill from what AWS counted: the stack's own figures in the place of the ones that docs/deploy.md computes with.
import { dollarsOf, type Line } from '../../lib/bill/line.ts';
import * as prices from '../../lib/bill/prices.ts';
import { type Installation, ofType } from './installation.ts';
import type { Measured } from './measured.ts';

export interface MeasuredBill {
  readonly lines: readonly Line[];
  readonly dollarsAMonth: number;
  /** Null where no workload was seen. */
  readonly centsAWorkload: number | null;
}

const HOUR_MS = 3_600_000;
const GIB = 1024 ** 3;
/** infra/pace.ts: the watchdog looks every five ticks. */
const SCHEDULED_A_TICK = 1 + 1 / 5;
/** Steadily; others are sent while something is wrong. */
const METRICS_A_CLUSTER = 1;

/** What it does not hold: the API's requests, events, and the LLM's own price. */
export const NOT_IN_IT = 'without events, API requests and the LLM';

/** @param tableBytes null where it is not known: then storage is left out */
export function measuredBill(
  { clusters, tickSeconds, resources }: Installation,
  measured: Measured,
  tableBytes: number | null,
  workloads: number,
): MeasuredBill {
  const hours = (measured.to - measured.from) / HOUR_MS;
  const aMonth = (amount: number) => (amount / hours) * prices.HOURS_A_MONTH;
  const gb = (tableBytes ?? 0) / GIB;
  const ticks = (prices.HOURS_A_MONTH * 3600) / tickSeconds;
  const countOf = (type: string) => ofType(resources, type).length;
  const lines: Line[] = [
    ...measured.functions.map(({ name, memoryMb, runs, seconds }): Line => {
      const gbSeconds = seconds * (memoryMb / 1024);
      const dollars = aMonth(gbSeconds * prices.LAMBDA_GB_SECOND + runs * prices.LAMBDA_REQUEST);
      return { service: 'Lambda', item: name, dollars };
    }),
    { service: 'DynamoDB', item: 'written', dollars: aMonth(measured.writeUnits * prices.WRITE_UNIT) },
    { service: 'DynamoDB', item: 'read', dollars: aMonth(measured.readUnits * prices.READ_UNIT) },
    { service: 'DynamoDB', item: 'storage and recovery', dollars: gb * (prices.STORED_GB + prices.RECOVERY_GB) },
    {
      service: 'EventBridge',
      item: 'schedules',
      dollars: clusters.length * ticks * SCHEDULED_A_TICK * prices.SCHEDULED,
    },
    { service: 'SQS', item: 'requests', dollars: aMonth(measured.queueRequests * prices.SQS_REQUEST) },
    { service: 'CloudWatch', item: 'logs', dollars: aMonth((measured.logBytes / GIB) * prices.LOG_GB) },
    { service: 'CloudWatch', item: 'alarms', dollars: countOf('AWS::CloudWatch::Alarm') * prices.ALARM },
    { service: 'CloudWatch', item: 'metrics', dollars: clusters.length * METRICS_A_CLUSTER * prices.CUSTOM_METRIC },
    { service: 'Secrets Manager', item: 'secret', dollars: countOf('AWS::SecretsManager::Secret') * prices.SECRET },
  ];
  const dollarsAMonth = dollarsOf(lines);
  return { lines, dollarsAMonth, centsAWorkload: workloads === 0 ? null : (100 * dollarsAMonth) / workloads };
}
