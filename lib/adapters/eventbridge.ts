// Tells the bus what was decided and done, in batches as EventBridge takes them; what it refuses is sent once more, then counted.
import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { AdapterError, type AutoscalerEvent, type EventSink } from '../app/ports/world.ts';
import { sdkError } from '../aws/sdk-error.ts';

const SOURCE = 'ai4k8s.autoscaler';
/** Entries of one call, and their bytes together. */
const MOST_ENTRIES = 10;
const MOST_BYTES = 256 * 1024;
/** Of an entry beside its detail: source, type and time, as the bus counts them. */
const FRAME_BYTES = 256;
/** For all calls of one publish: a tick has other things to do. */
const BUDGET_MS = 8000;
/** The bus is asked for patience by throttling: at once is too soon. */
const PAUSE_MS = 200;

type Entry = PutEventsRequestEntry & { readonly Detail: string };

export interface EventBridgeOptions {
  readonly budgetMs?: number;
  /** Of an AWS client, for tests. */
  readonly client?: ConstructorParameters<typeof EventBridgeClient>[0];
}

/** An EventSink on one bus. What was not taken is reported together, after all was tried. */
export function makeEventBridge(busName: string, options: EventBridgeOptions = {}): EventSink {
  const { budgetMs = BUDGET_MS } = options;
  const requestHandler = { requestTimeout: 3000, connectionTimeout: 1000 };
  const client = new EventBridgeClient({ maxAttempts: 2, requestHandler, ...options.client });
  return {
    async publish(events) {
      const budget = AbortSignal.timeout(budgetMs);
      const entries = events.map((event) => entryOf(busName, event));
      const fitting = entries.filter((entry) => bytesOf(entry) <= MOST_BYTES);
      const first = await putAll(client, fitting, budget);
      const left = first.refused.length === 0 ? first : await again(client, first, budget);
      const lost = left.refused.length + entries.length - fitting.length;
      if (lost === 0) return;
      const why = left.why ?? { message: `an event is larger than the ${MOST_BYTES} bytes that a bus takes` };
      const message = `${lost} of ${events.length} events were not accepted by ${busName}: ${why.message}`;
      throw new AdapterError('eventbridge', message, { retryable: true, cause: why.cause });
    },
  };
}

function entryOf(busName: string, { type, at, detail }: AutoscalerEvent): Entry {
  return {
    EventBusName: busName,
    Source: SOURCE,
    DetailType: type,
    Time: new Date(at),
    Detail: JSON.stringify(detail),
  };
}

interface Put {
  readonly refused: readonly Entry[];
  /** Of the first of them. */
  readonly why: { readonly message: string; readonly cause?: unknown } | null;
}

async function again(client: EventBridgeClient, first: Put, budget: AbortSignal): Promise<Put> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const second = await putAll(client, first.refused, budget);
  return { refused: second.refused, why: second.why ?? first.why };
}

/** A call that fails as a whole is the last one: the others would wait for the same. */
async function putAll(client: EventBridgeClient, entries: readonly Entry[], budget: AbortSignal): Promise<Put> {
  const refused: Entry[] = [];
  let why: Put['why'] = null;
  const batches = batchesOf(entries);
  for (const [i, batch] of batches.entries()) {
    try {
      const answer = await client.send(new PutEventsCommand({ Entries: [...batch] }), { abortSignal: budget });
      for (const [k, { ErrorCode, ErrorMessage }] of (answer.Entries ?? []).entries()) {
        const entry = batch[k];
        if (ErrorCode === undefined || entry === undefined) continue;
        refused.push(entry);
        why ??= { message: `${ErrorCode}: ${ErrorMessage ?? ''}` };
      }
    } catch (cause) {
      return { refused: [...refused, ...batches.slice(i).flat()], why: { message: inWords(cause), cause } };
    }
  }
  return { refused, why };
}

function batchesOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const batches: Entry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const more = bytesOf(entry);
    const last = batches.at(-1);
    if (last === undefined || last.length === MOST_ENTRIES || bytes + more > MOST_BYTES) {
      batches.push([entry]);
      bytes = more;
    } else {
      last.push(entry);
      bytes += more;
    }
  }
  return batches;
}

function bytesOf({ Detail }: Entry): number {
  return Buffer.byteLength(Detail) + FRAME_BYTES;
}

function inWords(cause: unknown): string {
  const { name, detail, remedy } = sdkError(cause);
  const advice = remedy ?? 'Grant events:PutEvents on it where access is denied; else see the cause.';
  return `${name}: ${detail}. ${advice}`;
}
