// A write with an `Idempotency-Key` is done once: sent again it gets its first answer again, and its key is good for nothing else.
import { createHash } from 'node:crypto';
import type { AnswerStore } from '../ports/answer-store.ts';
import type { Log } from '../ports/world.ts';
import type { Answer } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import { problemAnswer } from './problem.ts';

const IDEMPOTENCY_KEY = 'idempotency-key';
const REPLAYED = 'idempotency-replayed';
/** What a key may be: printable, and no longer than a name. */
export const KEY = /^[\x21-\x7e]{1,255}$/;
const AGAIN_AFTER_SECONDS = 5;

interface Parts {
  readonly answers: AnswerStore;
  readonly log: Log;
  /** Whose key it is: the same of another caller is another. */
  readonly caller: string | null;
}

/**
 * @param serve does the write, and answers whatever comes of it; failures (500 and above) are not kept
 * @returns 400 where the key is none, 409 while the same is being done, 422 where the key was given to another request
 */
export async function onceOnly(
  { answers, log, caller }: Parts,
  request: ApiRequest,
  serve: () => Promise<Answer>,
): Promise<Answer> {
  const given = request.headers[IDEMPOTENCY_KEY];
  if (given === undefined) return serve();
  if (!KEY.test(given)) return noKey(given);
  const key = digest([caller, given]);
  const fingerprint = digest([request.method, request.path, request.query.toString(), request.body]);
  const claim = await answers.claim(key, fingerprint);
  switch (claim.kind) {
    case 'answered':
      return { ...claim.answer, headers: { ...claim.answer.headers, [REPLAYED]: 'true' } };
    case 'running': {
      const detail = `the same request is being done: ask again in ${AGAIN_AFTER_SECONDS} s`;
      return problemAnswer(409, 'Still running', detail, {}, { 'retry-after': String(AGAIN_AFTER_SECONDS) });
    }
    case 'other':
      return problemAnswer(422, 'Key used before', 'this Idempotency-Key was given to another request: take a new one');
    case 'ours': {
      const answer = await serve();
      await keep(answers, log, { key, fingerprint, answer });
      return answer;
    }
  }
}

/** What was done stays done where it cannot be kept: then the claim ends by itself, and the caller has his answer. */
async function keep(
  answers: AnswerStore,
  log: Log,
  { key, fingerprint, answer }: { key: string; fingerprint: string; answer: Answer },
): Promise<void> {
  try {
    const { status, headers, body } = answer;
    if (status >= 500 || typeof body === 'string') await answers.release(key);
    else await answers.settle(key, fingerprint, { status, headers, body });
  } catch (error) {
    log.warn('answer not kept', { why: error instanceof Error ? error.message : String(error) });
  }
}

function noKey(given: string): Answer {
  const message = `has ${given.length} characters, expected 1 to 255 printable ones without spaces`;
  const errors = [{ field: IDEMPOTENCY_KEY, message }];
  return problemAnswer(400, 'Invalid request', `${IDEMPOTENCY_KEY}: ${message}`, { errors });
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
