// A failure before it is cut to what may be shown: what was said, and what to do about it.
import type { ModelReply } from '../../app/ports/world.ts';
import { withoutKeys } from './redaction.ts';

type Failure = Extract<ModelReply, { kind: 'failure' }>;
export type Text = Extract<ModelReply, { kind: 'text' }>;
export interface Said extends Omit<Failure, 'detail' | 'raw' | 'retryAfterMs'> {
  readonly said: string;
  readonly remedy: string;
  readonly retryAfterMs?: number | null;
}

const DETAIL_MAX_CHARS = 300;
const RAW_MAX_CHARS = 2_000;

export function failure(
  code: Failure['code'],
  said: string,
  remedy: string,
  more: Pick<Said, 'retryAfterMs' | 'refused' | 'usage'> = {},
): Said {
  return { kind: 'failure', code, said, remedy, ...more };
}

/**
 * @param key the key that was sent: it is in nothing that is shown
 * @param body what came back
 * @returns the remedy whole, however much was said
 */
export function presentable(reply: Text | Said, key: string, body: string): ModelReply {
  if (reply.kind === 'text') return reply;
  const { said, remedy, retryAfterMs = null, ...rest } = reply;
  const told = withoutKeys(said.replace(/\s+/g, ' '), key, DETAIL_MAX_CHARS - remedy.length - 2);
  const raw = withoutKeys(body, key, RAW_MAX_CHARS) || null;
  return { ...rest, detail: `${told}: ${remedy}`, retryAfterMs, raw };
}
