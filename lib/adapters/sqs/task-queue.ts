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
/** Ten thousand workloads are sixteen calls: a queue that hangs costs a tick the time of one. */
const CALLS_AT_ONCE = 20;

interface Packed<T> {
  readonly task: T;
  readonly body: string;
}

/** What a call did not hand on. */
interface Left<T> {
  /** Refused by themselves, or too long together: worth one more try, each alone. */
  readonly refused: readonly Packed<T>[];
  /** The call failed, as often as the SDK tries: there is no time for more. */
  readonly lost: readonly Packed<T>[];
}

/**
 * @param url of the queue
 * @param about what a message says of its task in plain words
 * @param delaySeconds how long the queue holds a task back, at most 900; not at all unless given
 */
export function makeTaskQueue<T>(
  url: string,
  log: Log,
  about: (task: T) => Readonly<Record<string, string | number>>,
  config: SQSClientConfig = {},
  delaySeconds?: (task: T) => number,
): TaskQueue<T> {
  const patience = { requestTimeout: 3000, throwOnRequestTimeout: true, connectionTimeout: 1000 };
  const client = new SQSClient({ requestHandler: patience, ...config });
  const sendCall = async (some: readonly Packed<T>[]): Promise<Left<T>> => {
    const entries = some.map(({ task, body }, i) => ({
      Id: String(i),
      MessageBody: body,
      ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds(task) }),
    }));
    try {
      const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }));
      return { refused: refusedOf(some, answer.Successful ?? []), lost: [] };
    } catch (cause) {
      const { name, detail, remedy } = sdkError(cause);
      if (/BatchRequestTooLong$/.test(name) && some.length > 1) return { refused: some, lost: [] };
      const advice = remedy ?? 'Grant sqs:SendMessage on it where access is denied; else see the cause.';
      log.warn('tasks were not handed on', {
        queue: url,
        tasks: some.length,
        message: `${name}: ${detail}. ${advice}`,
      });
      return { refused: [], lost: some };
    }
  };
  const sendAll = async (calls: readonly (readonly Packed<T>[])[]): Promise<Left<T>> => {
    const limit = pLimit(CALLS_AT_ONCE);
    const left = await Promise.all(calls.map((some) => limit(() => sendCall(some))));
    return { refused: left.flatMap(({ refused }) => refused), lost: left.flatMap(({ lost }) => lost) };
  };
  return {
    async send(tasks) {
      const packed = tasks.map((task) => ({ task, body: packTask(task, about(task)) }));
      const [small, large] = [packed.filter(fits), packed.filter((one) => !fits(one))];
      if (large.length > 0) log.warn('tasks are too large for a message', { queue: url, tasks: large.length });
      const first = await sendAll(callsOf(small));
      // Some regions may still take a quarter of what others do, in a call as in a message.
      const second = await sendAll(first.refused.map((one) => [one]));
      return [...large, ...first.lost, ...second.refused, ...second.lost].map(({ task }) => task);
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
