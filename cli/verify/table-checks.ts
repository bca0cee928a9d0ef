// Whether the table is as the template has it: there, with our keys, paid by use, forgetting, recoverable, protected.
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { broken, type Check, ok, warning } from '../check.ts';
import { asking, LIMITS } from './asking.ts';
import { type Installation, ofType } from './installation.ts';

/** What AWS::DynamoDB::GlobalTable says of it. */
const wantedSchema = z.object({
  BillingMode: z.string(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }),
  Replicas: z.tuple([
    z.object({
      DeletionProtectionEnabled: z.boolean(),
      PointInTimeRecoverySpecification: z.object({ PointInTimeRecoveryEnabled: z.boolean() }),
    }),
  ]),
});

export interface TableSeen {
  readonly checks: readonly Check[];
  /** As AWS last counted, some hours ago; null where it is not known. */
  readonly bytes: number | null;
}

/** Throws nothing. */
export async function tableChecks({ tableName, region, resources }: Installation): Promise<TableSeen> {
  const [, table] = ofType(resources, 'AWS::DynamoDB::GlobalTable')[0] ?? [];
  const wanted = wantedSchema.safeParse(table?.properties);
  if (!wanted.success) {
    const saw = 'the template has no table as this release makes it';
    return { checks: [broken('table', saw, 'verify with the release that was deployed')], bytes: null };
  }
  const { BillingMode, TimeToLiveSpecification: ttl, Replicas } = wanted.data;
  const [{ DeletionProtectionEnabled, PointInTimeRecoverySpecification: recovery }] = Replicas;
  const client = new DynamoDBClient({ ...LIMITS, region });
  const TableName = tableName;
  let bytes: number | null = null;
  const question = (name: string, action: string) => ({
    name,
    action: `dynamodb:${action}`,
    subject: `table ${tableName}`,
  });
  const redeploy = 'find out who changed it, and deploy again';

  const described = await asking(question('table', 'DescribeTable'), async () => {
    const { Table: found } = await client.send(new DescribeTableCommand({ TableName }));
    bytes = found?.TableSizeBytes ?? null;
    const keys = (found?.KeySchema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(', ');
    const mode = found?.BillingModeSummary?.BillingMode ?? 'PROVISIONED';
    const saw = `${tableName} is ${found?.TableStatus}, keys ${keys}, ${mode}`;
    if (!/^(ACTIVE|UPDATING)$/.test(found?.TableStatus ?? '') || keys !== 'pk HASH, sk RANGE')
      return broken('table', `${saw}; expected ACTIVE, keys pk HASH, sk RANGE`, redeploy);
    if (mode !== BillingMode)
      return broken('table', `${saw}; the template says ${BillingMode}: ticks may be throttled`, redeploy);
    if (DeletionProtectionEnabled && found?.DeletionProtectionEnabled !== true)
      return warning('table', `${saw}; its protection against deletion is off`, redeploy);
    return ok('table', saw);
  });
  const forgets = await asking(question('table forgets', 'DescribeTimeToLive'), async () => {
    const { TimeToLiveDescription: found } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    const saw = `TTL is ${found?.TimeToLiveStatus ?? 'unknown'}${found?.AttributeName === undefined ? '' : ` on ${found.AttributeName}`}`;
    const isOn = found?.TimeToLiveStatus?.startsWith('ENABL') && found.AttributeName === ttl.AttributeName;
    if (isOn || !ttl.Enabled) return ok('table forgets', saw);
    return broken('table forgets', `${saw}; the template says ${ttl.AttributeName}: it grows for ever`, redeploy);
  });
  const recovers = await asking(question('table recovers', 'DescribeContinuousBackups'), async () => {
    const { ContinuousBackupsDescription: found } = await client.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    const status = found?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus ?? 'unknown';
    const saw = `point-in-time recovery is ${status}`;
    if (status === 'ENABLED' || !recovery.PointInTimeRecoveryEnabled) return ok('table recovers', saw);
    return broken('table recovers', `${saw}; the template has it on: what is lost stays lost`, redeploy);
  });
  client.destroy();
  return { checks: [...described, ...forgets, ...recovers], bytes };
}
