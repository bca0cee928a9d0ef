// Hands tasks on through SQS: ten messages a call, as far as they fit into one; what is not taken is told, not thrown.
import {
  SendMessageBatchCommand,
  type SendMessageBatchResultEntry,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import type { TaskQueue } from '../../app/ports/task-queue.ts';
import type { Log } from '../../app/ports/world.ts';
import { sdkError } from '../../aws/sdk-error.ts';
import { packTask } from './packing.ts';

/** What SQS takes, a message and a call alike, without what its frame takes. */
const LARGEST_BYTES = 2 ** 20 - 4096;
const MESSAGES_A_CALL = 10;
const CALLS_AT_ONCE = 8;

interface Packed<T> {
  readonly task: T;
  readonly body: string;
}

/**
 * @param url of the queue
 * @param about what a message says of its task in plain words
 */
export function makeTaskQueue<T>(
  url: string,
  log: Log,
  about: (task: T) => Readonly<Record<string, string | number>>,
  config: SQSClientConfig = {},
): TaskQueue<T> {
  const patience = { requestTimeout: 3000, throwOnRequestTimeout: true, connectionTimeout: 1000 };
  const client = new SQSClient({ requestHandler: patience, ...config });
  const sendCall = async (some: readonly Packed<T>[]): Promise<readonly Packed<T>[]> => {
    const entries = some.map(({ body }, i) => ({ Id: String(i), MessageBody: body }));
    try {
      const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }));
      return refusedOf(some, answer.Successful ?? []);
    } catch (cause) {
      const { name, detail, remedy } = sdkError(cause);
      const advice = remedy ?? 'Grant sqs:SendMessage on it where access is denied; else see the cause.';
      log.warn('tasks were not handed on', {
        queue: url,
        tasks: some.length,
        message: `${name}: ${detail}. ${advice}`,
      });
      return some;
    }
  };
  const sendAll = async (packed: readonly Packed<T>[]): Promise<readonly Packed<T>[]> => {
    const limit = pLimit(CALLS_AT_ONCE);
    const refused = await Promise.all(callsOf(packed).map((some) => limit(() => sendCall(some))));
    return refused.flat();
  };
  return {
    async send(tasks) {
      const packed = tasks.map((task) => ({ task, body: packTask(task, about(task)) }));
      const [small, large] = [packed.filter(fits), packed.filter((one) => !fits(one))];
      if (large.length > 0) log.warn('tasks are too large for a message', { queue: url, tasks: large.length });
      const refused = await sendAll(small);
      const again = refused.length === 0 ? [] : await sendAll(refused);
      return [...large, ...again].map(({ task }) => task);
    },
  };
}

function fits<T>({ body }: Packed<T>): boolean {
  return body.length <= LARGEST_BYTES;
}

/** In their order; one by one where each is large. */
function callsOf<T>(packed: readonly Packed<T>[]): readonly (readonly Packed<T>[])[] {
  const calls: Packed<T>[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of packed) {
    const last = calls.at(-1);
    if (last === undefined || last.length >= MESSAGES_A_CALL || bytes + one.body.length > LARGEST_BYTES) {
      calls.push([one]);
      bytes = one.body.length;
    } else {
      last.push(one);
      bytes += one.body.length;
    }
  }
  return calls;
}

function refusedOf<T>(some: readonly Packed<T>[], taken: readonly SendMessageBatchResultEntry[]): readonly Packed<T>[] {
  const ids = new Set(taken.map(({ Id }) => Id));
  return some.filter((_, i) => !ids.has(String(i)));
}
