// A task as a message: JSON, compressed, as text, beside a version. What comes out of a queue is opened as carefully as anything else.
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import * as z from 'zod';
import type { Opened, OpenMessage } from '../../app/ports/task-queue.ts';

/** Raised where a task's shape changes: a release leaves the tasks of another to the next tick. */
const TASK_VERSION = 1;
/** Some sixty workloads of 32 KB each; what is larger was never packed here. */
const OPENED_MAX_BYTES = 16 * 2 ** 20;
/** Takes gzip's time and leaves a fifth less, see items.ts of the table. */
const BROTLI = {
  params: { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_QUALITY]: 5 },
};

const envelopeSchema = z.object({ v: z.number(), task: z.base64() });

/** @param about what stands beside it in plain words, for whoever finds it among the dead letters */
export function packTask(task: unknown, about: Readonly<Record<string, string | number>> = {}): string {
  const body = brotliCompressSync(JSON.stringify(task), BROTLI);
  return JSON.stringify({ ...about, v: TASK_VERSION, task: body.toString('base64') });
}

/** @param schema what tells a task from anything else; the rest is as this release wrote it */
export function openerOf<T>(schema: z.ZodType): OpenMessage<T> {
  return (body) => {
    try {
      const { v, task } = envelopeSchema.parse(JSON.parse(body));
      if (v !== TASK_VERSION) return otherRelease(v);
      const limits = { maxOutputLength: OPENED_MAX_BYTES };
      const opened: unknown = JSON.parse(brotliDecompressSync(Buffer.from(task, 'base64'), limits).toString('utf8'));
      const checked = schema.safeParse(opened);
      if (!checked.success) return { kind: 'unreadable', message: z.prettifyError(checked.error) };
      return { kind: 'task', task: opened as T };
    } catch (error) {
      return { kind: 'unreadable', message: error instanceof Error ? error.message : String(error) };
    }
  };
}

function otherRelease<T>(v: number): Opened<T> {
  const message = `it has version ${v} and this release reads ${TASK_VERSION}`;
  return { kind: 'other_release', message };
}
