// Why a model gave no answer: what each refusal is called, and whether another model may do better.
import type { OutOfQuota } from '../../domain/advice/quota.ts';
import type { Asker } from '../../domain/advice/quota-share.ts';
import type { RejectionCode } from '../../domain/workload/reason-code.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ModelReply } from '../ports/world.ts';

export type Refusal = Extract<ModelReply, { kind: 'failure' }>;
export interface Failure {
  readonly kind: 'failed';
  readonly model: string | null;
  readonly code: RejectionCode;
  readonly detail: string;
  /** Whether the next model is worth a try. */
  readonly next: boolean;
  /** Until when a quota or a back-off keeps the model from being asked; null where none does. */
  readonly until: EpochMs | null;
  /** What the server sent instead, cut and cleaned; null where it sent nothing. */
  readonly raw: string | null;
}

/** What each refusal is called, and whether another model may do better. */
export const REFUSALS: Readonly<Record<Refusal['code'], { code: RejectionCode; next: boolean }>> = {
  model_not_found: { code: 'no_model', next: true },
  rate_limited: { code: 'rate_limited', next: true },
  // Groq answers 413 where prompt and completion cap together exceed the tokens per minute.
  too_many_tokens: { code: 'quota_exhausted', next: true },
  capacity: { code: 'server_error', next: true },
  server_error: { code: 'server_error', next: true },
  network: { code: 'network', next: true },
  timeout: { code: 'timeout', next: false },
  request_refused: { code: 'request_refused', next: false },
  too_large: { code: 'too_large', next: false },
  empty: { code: 'empty', next: true },
};

/**
 * A model that hangs, fails or cannot be reached is left alone too: a tick has many workloads, and each would wait for it, spend a
 * share of the day's quota on it and have its line in the log.
 */
export const BLOCKING: ReadonlySet<Refusal['code']> = new Set([
  'rate_limited',
  'too_many_tokens',
  'capacity',
  'timeout',
  'network',
  'server_error',
]);

export function outOfTime(model: string): Failure {
  return failed(model, 'timeout', 'the time budget is used up', false);
}

export function tableAway(model: string): Failure {
  return failed(model, 'network', 'advice store unavailable', false);
}

export function outOfQuota(model: string, taken: OutOfQuota, asker: Asker): Failure {
  const code = taken.limit === 'blocked' ? 'backing_off' : 'quota_exhausted';
  const until = new Date(taken.until).toISOString();
  const whose = code === 'quota_exhausted' && asker === 'people' ? " of people's share (LLM_PEOPLE_PERCENT)" : '';
  const detail = `${model}: ${taken.limit.replaceAll('_', ' ')}${whose}, until ${until}`;
  return failed(model, code, detail, true, { until: taken.until });
}

export function failed(
  model: string | null,
  code: RejectionCode,
  detail: string,
  next: boolean,
  { until = null, raw = null }: Partial<Pick<Failure, 'until' | 'raw'>> = {},
): Failure {
  return { kind: 'failed', model, code, detail, next, until, raw };
}
