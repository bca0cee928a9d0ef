// What comes out of the queue of looks: each message one look. None comes again: what is missed is the next look's, or the tick's.

import type { LookTask } from '../ports/look-task.ts';
import type { OpenMessage } from '../ports/task-queue.ts';
import type { QueueMessage } from '../tick/queue-event.ts';
import { type LookPorts, type LookReport, type LookSettings, runLook } from './run-look.ts';

export interface LookMessagePorts extends LookPorts {
  readonly openLook: OpenMessage<LookTask>;
}

/** Never throws. @returns what each message came to, in their order; null where it failed */
export async function lookMessages(
  ports: LookMessagePorts,
  settings: LookSettings,
  messages: readonly QueueMessage[],
): Promise<readonly (LookReport | null)[]> {
  const reports: (LookReport | null)[] = [];
  for (const { body } of messages) reports.push(await lookOnce(ports, settings, body));
  return reports;
}

async function lookOnce(ports: LookMessagePorts, settings: LookSettings, body: string): Promise<LookReport | null> {
  const opened = ports.openLook(body);
  if (opened.kind !== 'task') {
    ports.log.error('no look: its message cannot be read', { message: opened.message });
    return null;
  }
  const { cluster, at } = opened.task;
  try {
    const report = await runLook(ports, settings, opened.task);
    if (report.kind === 'dropped') ports.log.info('look dropped', { cluster, at, reason: report.reason });
    return report;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    ports.log.warn('look failed: the next one, or the tick, sees to it', { cluster, at, message });
    return null;
  }
}
