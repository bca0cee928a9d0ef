// What the stack took lately, as AWS counts it: durations of its functions, units of its table, requests of its queues, its logs.
import { CloudWatchClient, type MetricDataQuery, paginateGetMetricData } from '@aws-sdk/client-cloudwatch';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { LIMITS } from './asking.ts';
import { type Installation, ofType } from './installation.ts';

export interface Measured {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly functions: readonly FunctionUse[];
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly queueRequests: number;
  readonly logBytes: number;
}

export interface FunctionUse {
  /** `tick`, `evaluate` … */
  readonly name: string;
  readonly memoryMb: number;
  readonly runs: number;
  readonly seconds: number;
  readonly longestSeconds: number;
}

const MINUTE_MS = 60_000;
/** AWS has counted what is older. */
const LAG_MS = 3 * MINUTE_MS;
const LONGEST_MS = 60 * MINUTE_MS;
/** Fewer minutes say too little of a month. */
const LEAST_MS = 5 * MINUTE_MS;
const QUEUE_REQUESTS = [
  'NumberOfMessagesSent',
  'NumberOfMessagesReceived',
  'NumberOfMessagesDeleted',
  'NumberOfEmptyReceives',
];

/** The last hour, or what has passed since the last deployment; null where that is too little. What the SDK throws is thrown on. */
export async function measure(installation: Installation, now: EpochMs): Promise<Measured | null> {
  const to = floorToMinute(now - LAG_MS);
  const from = Math.max(to - LONGEST_MS, floorToMinute(installation.changedAt) + MINUTE_MS);
  if (to - from < LEAST_MS) return null;
  const figures = figuresOf(installation);
  const values = await ask(installation.region, figures, from, to);
  const valuesOf = (key: string) => values.get(key) ?? [];
  const sumOf = (key: string) => valuesOf(key).reduce((total, value) => total + value, 0);
  const sumOfAll = (prefix: string) =>
    [...values.keys()].filter((key) => key.startsWith(prefix)).reduce((total, key) => total + sumOf(key), 0);
  return {
    from,
    to,
    functions: functionsOf(installation).map(({ name, memoryMb }) => ({
      name,
      memoryMb,
      runs: sumOf(`runs ${name}`),
      seconds: sumOf(`duration ${name}`) / 1000,
      longestSeconds: Math.max(0, ...valuesOf(`longest ${name}`)) / 1000,
    })),
    writeUnits: sumOf('written'),
    readUnits: sumOf('read'),
    queueRequests: sumOfAll('queue '),
    logBytes: sumOfAll('log '),
  };
}

/** One metric by the minute. */
interface Figure {
  readonly key: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimension: readonly [name: string, value: string];
  readonly statistic: 'Sum' | 'Maximum';
}

function figuresOf(installation: Installation): readonly Figure[] {
  const { resources, tableName } = installation;
  const functions = functionsOf(installation).flatMap(({ name, physicalId }): Figure[] => {
    const common = { namespace: 'AWS/Lambda', dimension: ['FunctionName', physicalId] } as const;
    return [
      { ...common, key: `runs ${name}`, metric: 'Invocations', statistic: 'Sum' },
      { ...common, key: `duration ${name}`, metric: 'Duration', statistic: 'Sum' },
      { ...common, key: `longest ${name}`, metric: 'Duration', statistic: 'Maximum' },
    ];
  });
  const table = { namespace: 'AWS/DynamoDB', dimension: ['TableName', tableName], statistic: 'Sum' } as const;
  const queues = ofType(resources, 'AWS::SQS::Queue').flatMap(([id, { physicalId }]) =>
    QUEUE_REQUESTS.map((metric): Figure => {
      const dimension = ['QueueName', physicalId.split('/').at(-1) ?? ''] as const;
      return { key: `queue ${id} ${metric}`, namespace: 'AWS/SQS', metric, dimension, statistic: 'Sum' };
    }),
  );
  const logs = ofType(resources, 'AWS::Logs::LogGroup').map(([id, { physicalId }]): Figure => {
    const dimension = ['LogGroupName', physicalId] as const;
    return { key: `log ${id}`, namespace: 'AWS/Logs', metric: 'IncomingBytes', dimension, statistic: 'Sum' };
  });
  return [
    ...functions,
    { ...table, key: 'written', metric: 'ConsumedWriteCapacityUnits' },
    { ...table, key: 'read', metric: 'ConsumedReadCapacityUnits' },
    ...queues,
    ...logs,
  ];
}

function functionsOf({ resources }: Installation) {
  return ofType(resources, 'AWS::Lambda::Function').flatMap(([id, { physicalId, properties }]) => {
    const [, name] = /^(\w+?)Function[0-9A-F]{8}$/.exec(id) ?? [];
    return name === undefined
      ? []
      : [{ name: name.toLowerCase(), physicalId, memoryMb: Number(properties.MemorySize) }];
  });
}

async function ask(
  region: string,
  figures: readonly Figure[],
  from: EpochMs,
  to: EpochMs,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const client = new CloudWatchClient({ ...LIMITS, region });
  const queries = figures.map(
    ({ namespace, metric, dimension: [Name, Value], statistic }, i): MetricDataQuery => ({
      Id: `m${i}`,
      MetricStat: {
        Metric: { Namespace: namespace, MetricName: metric, Dimensions: [{ Name, Value }] },
        Period: MINUTE_MS / 1000,
        Stat: statistic,
      },
    }),
  );
  const values = new Map<string, number[]>();
  const request = { MetricDataQueries: queries, StartTime: new Date(from), EndTime: new Date(to) };
  try {
    for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, request))
      for (const { Id = '', Values = [] } of MetricDataResults) {
        const key = figures[Number(Id.slice(1))]?.key;
        if (key !== undefined) values.set(key, [...(values.get(key) ?? []), ...Values]);
      }
  } finally {
    client.destroy();
  }
  return values;
}

function floorToMinute(at: EpochMs): EpochMs {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}
