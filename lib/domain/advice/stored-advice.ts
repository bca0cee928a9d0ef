// Advice that comes back from the table, where more functions may write than the one that reads it: checked as if the LLM had just said it.
import * as z from 'zod';
import { cleanText } from '../text/clean-text.ts';
import { REJECTION_CODES } from '../workload/reason-code.ts';
import type { EpochMs } from '../workload/time.ts';
import type { AdviceResult } from './advice.ts';
import { type AdviceFields, adviceFields } from './answer-fields.ts';
import { CALL_INTERVAL_MS } from './call-interval.ts';
import { actionNow } from './present-terms.ts';
import type { AdviceLimits } from './prose-parsing.ts';
import { checkedAdvice, DETAIL_MAX_CHARS, RAW_MAX_CHARS } from './validation.ts';

type ReadStored =
  | { readonly ok: true; readonly key: string; readonly result: AdviceResult }
  | { readonly ok: false; readonly detail: string };

const NAME_MAX_CHARS = 200;
const instant = z.number().min(0).max(8.64e15);
const ADVICE = z.object({
  kind: z.literal('advice'),
  advice: z.object({
    action: z.unknown(),
    targetReplicas: z.unknown(),
    confidence: z.unknown(),
    reasoning: z.unknown(),
    factors: z.unknown(),
    risk: z.unknown(),
    costImpact: z.unknown(),
    performanceImpact: z.unknown(),
    timing: z.unknown(),
    thresholds: z.object({ ratio: z.unknown(), sigmas: z.unknown() }).partial().optional(),
  }),
  model: z.string().max(NAME_MAX_CHARS),
  at: instant,
  nextCallAt: instant.optional(),
});
const REJECTION = z.object({
  kind: z.literal('rejection'),
  code: z.enum(REJECTION_CODES),
  detail: z.string(),
  model: z.string().max(NAME_MAX_CHARS).nullable(),
  at: instant,
  raw: z.string().nullable(),
  nextCallAt: instant.optional(),
});
const STORED = z.object({
  key: z.string().max(NAME_MAX_CHARS),
  result: z.discriminatedUnion('kind', [ADVICE, REJECTION]),
});

/**
 * @param value as the table has it, whoever wrote it
 * @param limits of the workload now: what no longer lies within them is not read
 * @returns what it says in words of ours only, or why it says nothing
 */
export function readStored(value: unknown, now: EpochMs, limits: AdviceLimits): ReadStored {
  const parsed = STORED.safeParse(value);
  if (!parsed.success) return { ok: false, detail: issuesOf(parsed.error) };
  const { key, result } = parsed.data;
  const model = result.model === null ? null : cleanText(result.model, NAME_MAX_CHARS);
  // Nobody may bar a workload from its next call for longer than a call does.
  const next =
    result.nextCallAt === undefined ? {} : { nextCallAt: Math.min(result.nextCallAt, now + CALL_INTERVAL_MS) };
  const { at } = result;
  if (result.kind === 'rejection') {
    const detail = cleanText(result.detail, DETAIL_MAX_CHARS);
    const raw = result.raw === null ? null : cleanText(result.raw, RAW_MAX_CHARS);
    return { ok: true, key, result: { kind: 'rejection', code: result.code, detail, model, at, raw, ...next } };
  }
  const checked = checkedAdvice(fieldsOf(result.advice, limits), limits);
  if (!checked.ok) return { ok: false, detail: checked.detail };
  const { advice } = checked;
  return { ok: true, key, result: { kind: 'advice', advice, model: model ?? '', at, cached: true, key, ...next } };
}

/** In the spelling of an answer, so that one check serves both. */
function fieldsOf(stored: z.infer<typeof ADVICE>['advice'], limits: AdviceLimits): AdviceFields {
  const { thresholds } = stored;
  const fields = {
    action: actionNow(stored.action, stored.targetReplicas, limits),
    target_replicas: stored.targetReplicas,
    confidence: stored.confidence,
    reasoning: stored.reasoning,
    factors_considered: stored.factors,
    risk_assessment: stored.risk,
    cost_impact: stored.costImpact,
    performance_impact: stored.performanceImpact,
    recommended_timing: stored.timing,
    ...(thresholds && { threshold_ratio: thresholds.ratio, threshold_sigmas: thresholds.sigmas }),
  };
  return adviceFields(fields) ?? fields;
}

function issuesOf(error: z.ZodError): string {
  const said = error.issues.map(({ path, message }) => `${path.join('.') || 'advice'}: ${message}`).join('; ');
  return cleanText(said, DETAIL_MAX_CHARS);
}
