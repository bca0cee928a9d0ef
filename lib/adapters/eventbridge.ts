// Tells the bus what was decided and done, in batches of ten, as EventBridge takes them.
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AdapterError, type AutoscalerEvent, type EventSink } from '../app/ports/world.ts';
import { sdkError } from '../aws/sdk-error.ts';

const BATCH = 10;
const SOURCE = 'ai4k8s.autoscaler';
/** Raised where a field of any event's detail is renamed, removed or means another thing; new ones raise nothing. */
const DETAIL_VERSION = 1;

/** An EventSink on one bus. Failures of single entries are reported together, after all batches were tried. */
export function makeEventBridge(busName: string): EventSink {
  const client = new EventBridgeClient({ requestHandler: { requestTimeout: 3000, connectionTimeout: 1000 } });
  return {
    async publish(events) {
      const failures: string[] = [];
      for (let start = 0; start < events.length; start += BATCH)
        failures.push(...(await putBatch(client, busName, events.slice(start, start + BATCH))));
      if (failures.length === 0) return;
      const message = `${failures.length} of ${events.length} events were not accepted by ${busName}: ${failures[0]}`;
      throw new AdapterError('eventbridge', message, { retryable: true });
    },
  };
}

async function putBatch(
  client: EventBridgeClient,
  busName: string,
  events: readonly AutoscalerEvent[],
): Promise<readonly string[]> {
  try {
    const answer = await client.send(
      new PutEventsCommand({
        Entries: events.map((event) => ({
          EventBusName: busName,
          Source: SOURCE,
          DetailType: event.type,
          Time: new Date(event.at),
          Detail: JSON.stringify({ version: DETAIL_VERSION, ...event.detail }),
        })),
      }),
    );
    return (answer.Entries ?? []).flatMap(({ ErrorCode, ErrorMessage }) =>
      ErrorCode === undefined ? [] : [`${ErrorCode}: ${ErrorMessage ?? ''}`],
    );
  } catch (cause) {
    const { name, detail, remedy } = sdkError(cause);
    const advice = remedy ?? 'Grant events:PutEvents on it where access is denied; else see the cause.';
    const message = `could not put events on ${busName} (${name}: ${detail}). ${advice}`;
    throw new AdapterError('eventbridge', message, { retryable: true, cause });
  }
}
