// What DynamoDB and the way to it answer: which of it may be tried again, what costs one item only, and answers that were lost.
import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { makeAdviceStore } from '../../lib/adapters/dynamo/advice-store.ts';
import { makeDecisionStore } from '../../lib/adapters/dynamo/decision-store.ts';
import { toAdapterError } from '../../lib/adapters/dynamo/errors.ts';
import { makeFloorStore } from '../../lib/adapters/dynamo/floor-store.ts';
import { makePolicyStore } from '../../lib/adapters/dynamo/policy-store.ts';
import { makeScheduleStore } from '../../lib/adapters/dynamo/schedule-store.ts';
import type { Table } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { deleteAll } from '../../local/embedded-table.ts';
import { decisionStoreContract, SHARD } from '../contracts/decision-store.ts';
import { floorStoreContract } from '../contracts/floor-store.ts';
import { policyStoreContract } from '../contracts/policy-store.ts';
import { askedStoreContract } from '../contracts/request-store.ts';
import { scheduleStoreContract } from '../contracts/schedule-store.ts';
import { tickStoreContract, tickStoresOf } from '../contracts/tick-store.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';

const { tableBy } = embeddedTable();

/** As the SDK throws it. */
function thrown(name: string, extra: object = {}, message = 'no'): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', ...extra });
}

describe('an error of DynamoDB', () => {
  test.each([
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'Throttling',
    'ThrottledException',
    'RequestLimitExceeded',
    'RequestThrottledException',
    'TooManyRequestsException',
    'LimitExceededException',
    'ItemCollectionSizeLimitExceededException',
    'TransactionInProgressException',
    'TransactionConflictException',
    'ReplicatedWriteConflictException',
    'ResourceInUseException',
    'UnrecognizedClientException',
    'ExpiredTokenException',
    'RequestTimeTooSkewed',
    'InternalServerError',
    'InternalFailure',
    'ServiceUnavailableException',
    'ServiceUnavailable',
    'RequestTimeout',
    'TimeoutError',
  ])('%s may be tried again', (name) => {
    expect(toAdapterError(thrown(name), 't', 'PutItem')).toMatchObject({ retryable: true, code: null });
  });

  test.each([
    ['a 500 without a name that is known', thrown('Unknown', { $metadata: { httpStatusCode: 500 } })],
    ['a 503 of a proxy', thrown('SyntaxError', { $metadata: { httpStatusCode: 503 } })],
    ['a 429', thrown('Whatever', { $metadata: { httpStatusCode: 429 } })],
    ['what the SDK marks so', thrown('New', { $retryable: {} })],
    ['what is the fault of the server', thrown('New', { $fault: 'server' })],
    ...['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENETUNREACH', 'EHOSTUNREACH', 'EAI_AGAIN', 'ENOTFOUND'].map(
      (code) => [`the network's ${code}`, Object.assign(new Error('no'), { code })] as const,
    ),
    [
      'a reset inside another error',
      new Error('no', { cause: Object.assign(new Error('no'), { code: 'ECONNRESET' }) }),
    ],
  ] as const)('%s may be tried again', (_what, error) => {
    expect(toAdapterError(error, 't', 'Query').retryable).toBe(true);
  });

  test.each(['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException', 'SerializationException'])(
    '%s may not',
    (name) => {
      expect(toAdapterError(thrown(name), 't', 'PutItem')).toMatchObject({ retryable: false, code: null });
    },
  );

  test('that is its own cause ends', () => {
    const error = new Error('no');
    error.cause = error;
    expect(toAdapterError(error, 't', 'Query').retryable).toBe(false);
  });

  test.each([
    ['put', (table: Table, body: Uint8Array) => table.put({ pk: 'large', sk: 'put', v: 1, body })],
    [
      'update',
      async (table: Table, body: Uint8Array) => {
        await table.put({ pk: 'large', sk: 'update', v: 1 });
        const update = { expression: 'SET body = :body', condition: 'v = :v', values: { ':body': body, ':v': 1 } };
        return table.update({ pk: 'large', sk: 'update' }, update);
      },
    ],
  ])('an item that is too large has a name of its own, by %s', async (_how, write) => {
    await expect(
      write(
        tableBy(() => NOW),
        new Uint8Array(410 * 1024),
      ),
    ).rejects.toMatchObject({
      code: 'item_too_large',
      retryable: false,
      message: expect.stringContaining('400 KB'),
    });
  });
});

describe('a batch that is carried out in part', () => {
  const requests = Array.from({ length: 25 }, (_, i) => ({
    DeleteRequest: { Key: { pk: { S: 'a' }, sk: { S: `${i}` } } },
  }));
  /** A stand-in for the client: takes three of what it is sent, or nothing. */
  const clientOf = (taken: number) => {
    const sent: number[] = [];
    const send = (command: { input: { RequestItems: { t: unknown[] } } }) => {
      const { t } = command.input.RequestItems;
      sent.push(t.length);
      return Promise.resolve({ UnprocessedItems: t.length > taken ? { t: t.slice(taken) } : {} });
    };
    return { sent, client: { send } as unknown as Pick<DynamoDBClient, 'send'> };
  };

  test('is sent again until nothing is left', async () => {
    const { sent, client } = clientOf(10);
    await deleteAll(client, 't', requests);
    expect(sent).toEqual([25, 15, 5]);
  });

  test('is given up after eight times, and may be tried again', async () => {
    const { sent, client } = clientOf(0);
    await expect(deleteAll(client, 't', requests)).rejects.toMatchObject({ retryable: true });
    expect(sent).toHaveLength(8);
  });
});

describe('where the answer to every write is lost, and the SDK sends each twice', () => {
  tickStoreContract('with lost answers', (now) => tickStoresOf(lossy(tableBy(now))));
  askedStoreContract('with lost answers', () => makeTickStore(lossy(tableBy(() => NOW))));
  scheduleStoreContract('with lost answers', () => makeScheduleStore(lossy(tableBy(() => NOW))));
  policyStoreContract('with lost answers', () => makePolicyStore(lossy(tableBy(() => NOW))));
  floorStoreContract('with lost answers', () => makeFloorStore(lossy(tableBy(() => NOW))));
  decisionStoreContract('with lost answers', 90, (now) =>
    makeDecisionStore(lossy(tableBy(now)), { shardOf: async () => SHARD }),
  );

  test('the one call of an interval is still claimed by whoever claimed it', async () => {
    const store = makeAdviceStore(lossy(tableBy(() => NOW)));
    const ref = { cluster: `c-${randomUUID()}`, namespace: 'shop', name: 'web' };
    expect(await store.claimCall(ref, NOW, 300_000)).toEqual({ ok: true });
    expect(await store.claimCall(ref, NOW + 1, 300_000)).toEqual({ ok: false, calledAt: NOW });
  });
});

/** Each write is carried out, its answer is lost, and it is carried out again. */
function lossy(table: Table): Table {
  return {
    ...table,
    put: async (item, condition) => {
      await table.put(item, condition);
      return table.put(item, condition);
    },
    update: async (key, update) => {
      await table.update(key, update);
      return table.update(key, update);
    },
  };
}
