// A stand-in of a table in trouble, before the embedded one: it throttles, or carries a write out and loses the answer.
import type { Server } from 'node:http';
import { standBefore } from './before-server.ts';

/** One request to the table. */
interface TableCall {
  readonly operation: string;
  readonly isWrite: boolean;
  readonly pk: string;
  readonly sk: string;
}

export interface TableFaults {
  throttles: (call: TableCall) => boolean;
  losesAnswer: (call: TableCall) => boolean;
  /** Told of each throttled request, as AWS counts them. */
  onThrottled: (call: TableCall) => void;
  readonly guard: (server: Server) => void;
}

/** Those of the SDK are made by whoever starts the table; they are never disturbed. */
const READS = new Set(['GetItem', 'Query']);
const WRITES = new Set(['PutItem', 'UpdateItem']);

export function makeTableFaults(): TableFaults {
  const faults: TableFaults = {
    throttles: () => false,
    losesAnswer: () => false,
    onThrottled: () => undefined,
    guard: (server) =>
      standBefore(server, ({ headers }, body, response) => {
        const operation = String(headers['x-amz-target']).split('.')[1] ?? '';
        if (!READS.has(operation) && !WRITES.has(operation)) return false;
        const call = callOf(operation, body);
        if (faults.throttles(call)) {
          faults.onThrottled(call);
          response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
          response.end(JSON.stringify(THROTTLED));
          return true;
        }
        // The engine carries it out, and nobody hears.
        if (faults.losesAnswer(call)) response.end = () => response.destroy();
        return false;
      }),
  };
  return faults;
}

/** As an on-demand table words it. */
const THROTTLED = {
  __type: 'com.amazon.coral.availability#ThrottlingException',
  message:
    'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.',
};

function callOf(operation: string, body: Buffer): TableCall {
  const { Item, Key, ExpressionAttributeValues: values } = JSON.parse(body.toString('utf8'));
  const { pk, sk } = Item ?? Key ?? { pk: values?.[':pk'], sk: values?.[':from'] };
  return { operation, isWrite: WRITES.has(operation), pk: pk?.S, sk: sk?.S };
}
