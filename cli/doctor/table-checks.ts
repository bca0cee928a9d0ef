// The checks of the table: is it there, has it our keys, does it forget, is its clock ours, do ticks arrive.
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { toAdapterError } from '../../lib/adapters/dynamo/errors.ts';
import { makePolicyStore } from '../../lib/adapters/dynamo/policy-store.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { openTable, type Table } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { WITHOUT_HPA_REMEDY, withoutHpa } from '../../lib/app/watchdog/without-hpa.ts';
import { DEFAULT_POLICY } from '../../lib/domain/workload/policy.ts';
import { policyOf } from '../../lib/domain/workload/policy-from-annotations.ts';
import { statedIn } from '../../lib/domain/workload/stated.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { broken, type Check, ok, skipped, warning } from '../check.ts';
import { clockCheck } from './clock.ts';

export interface TablePlace {
  readonly tableName: string;
  /** An embedded table's; the SDK's own chain without. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const DEPLOY = 'npx cdk deploy, then set TABLE_NAME to its output TableName (and AWS_REGION to its region)';
const LIMITS = { requestTimeout: 3000, throwOnRequestTimeout: true, connectionTimeout: 1000 };

/** Throws nothing. */
export async function tableChecks(
  place: TablePlace,
  clusters: readonly string[],
  now: () => EpochMs,
): Promise<readonly Check[]> {
  const { tableName, ...access } = place;
  const client = new DynamoDBClient({ ...access, maxAttempts: 2, requestHandler: LIMITS });
  const dateOfAnswer = watchDate(client);
  try {
    const asked = now();
    const { Table: found } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    const answered = now();
    return [
      tableCheck(tableName, found, answered - asked),
      await forgettingCheck(client, place),
      clockCheck('table clock', 'the table', dateOfAnswer(), { asked, answered }).check,
      ...(await ticksChecks(place, clusters, now)),
    ];
  } catch (error) {
    const { message } = toAdapterError(error, tableName, 'DescribeTable');
    return [broken('table', message, /credentials/i.test(message) ? 'aws sts get-caller-identity' : DEPLOY)];
  } finally {
    client.destroy();
  }
}

function tableCheck(name: string, found: TableDescription | undefined, ms: number): Check {
  const keys = (found?.KeySchema ?? []).map(({ AttributeName, KeyType }) => {
    const type = found?.AttributeDefinitions?.find((other) => other.AttributeName === AttributeName)?.AttributeType;
    return `${AttributeName} ${KeyType} ${type}`;
  });
  const wanted = 'pk HASH S, sk RANGE S';
  if (keys.join(', ') !== wanted)
    return broken('table', `${name} has the keys ${keys.join(', ') || 'unknown'}; ours are ${wanted}`, DEPLOY);
  if (found?.TableStatus !== 'ACTIVE')
    return broken('table', `${name} is ${found?.TableStatus}`, `aws dynamodb wait table-exists --table-name ${name}`);
  return ok('table', `${name} has our keys (${ms} ms)`);
}

/** Reads compare `expires_at` themselves: without TTL nothing is wrong, the table only grows. */
async function forgettingCheck(client: DynamoDBClient, { tableName, endpoint }: TablePlace): Promise<Check> {
  const name = 'table forgets';
  if (endpoint !== undefined) return skipped(name, 'the embedded table sweeps by itself');
  const specification = 'Enabled=true,AttributeName=expires_at';
  const mend = `aws dynamodb update-time-to-live --table-name ${tableName} --time-to-live-specification ${specification}`;
  try {
    const { TimeToLiveDescription: ttl } = await client.send(new DescribeTimeToLiveCommand({ TableName: tableName }));
    if (ttl?.TimeToLiveStatus?.startsWith('ENABL') && ttl.AttributeName === 'expires_at')
      return ok(name, 'TTL is on expires_at');
    return warning(name, 'TTL is off: expired items stay and are billed', mend);
  } catch (error) {
    return skipped(name, toAdapterError(error, tableName, 'DescribeTimeToLive').message);
  }
}

const SILENT_AFTER_MS = 3 * 60_000;

async function ticksChecks(
  place: TablePlace,
  clusters: readonly string[],
  now: () => EpochMs,
): Promise<readonly Check[]> {
  const table = openTable({ ...place, now });
  const ticks = makeTickStore(table);
  try {
    const checks: Check[] = [];
    for (const cluster of clusters)
      checks.push(
        tickCheck(cluster, (await ticks.last(cluster))?.finishedAt ?? null, now()),
        ...(await withoutHpaChecks(table, cluster)),
      );
    return checks;
  } catch (error) {
    return [broken('ticks', error instanceof Error ? error.message : String(error), DEPLOY)];
  } finally {
    table.close();
  }
}

function tickCheck(cluster: string, finishedAt: EpochMs | null, now: EpochMs): Check {
  const name = `ticks of ${cluster}`;
  const mend = 'npm start -- --kubeconfig here; on AWS: aws scheduler list-schedules, and the log of the Tick function';
  if (finishedAt === null) return warning(name, 'no tick has finished yet', mend);
  const age = now - finishedAt;
  const found = `the last one finished ${Math.round(age / 1000)} s ago`;
  return age <= SILENT_AFTER_MS ? ok(name, found) : warning(name, `${found}: nothing is scaled`, mend);
}

const NAMED = 5;

/** A hint, not a fault: they are raised while ticks are away, and by nothing else. */
async function withoutHpaChecks(table: Table, cluster: string): Promise<readonly Check[]> {
  const series = makeSeriesStore(table);
  const [shards, policies] = await Promise.all([series.shards(cluster), makePolicyStore(table).list(cluster)]);
  const latest = await Promise.all(shards.map((shard) => series.readLatest(cluster, shard)));
  const entries = latest.flatMap((shard) => [...shard.values()]);
  const rows = entries.map((entry) => {
    const { observation } = entry;
    const stated = statedIn(policies, observation.workload);
    return { entry, policy: policyOf(observation, stated, DEFAULT_POLICY.tickSeconds, entry) };
  });
  const keys = withoutHpa(rows);
  if (keys.length === 0) return [];
  const named = `${keys.slice(0, NAMED).join(', ')}${keys.length > NAMED ? ` and ${keys.length - NAMED} more` : ''}`;
  const found = `${keys.length} of cluster ${cluster} have none: ${named}; should ticks stop, only the watchdog raises them`;
  return [warning('HPA under workloads', found, WITHOUT_HPA_REMEDY)];
}

/** The SDK keeps the Date header to itself; it is on the raw answer, whether that is an error or not. */
function watchDate(client: DynamoDBClient): () => string | undefined {
  let date: string | undefined;
  client.middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request);
      const { headers } = result.response as { headers?: Record<string, string> };
      date = headers?.date ?? date;
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'watchDate' },
  );
  return () => date;
}
