// What counts as advice: the schema the model is held to, and the checks its answer must pass before anyone looks at it.
import * as z from 'zod';
import { cleanText } from '../text/clean-text.ts';
import type { RejectionCode } from '../workload/reason-code.ts';
import type { Advice } from './advice.ts';
import { ACTIONS, type AdviceFields, LEVELS, PERFORMANCE, TIMINGS } from './answer-fields.ts';
import { parseAnswer } from './answer-parsing.ts';
import type { AdviceLimits } from './prose-parsing.ts';
import { asksOfLevels } from './signal-lines.ts';

export type ReadAdvice =
  | { readonly ok: true; readonly advice: Advice }
  | {
      readonly ok: false;
      readonly code: RejectionCode;
      readonly detail: string;
      /** What came, cut to 2,000 characters and without control characters. */
      readonly raw: string;
    };

/** Seed 2 §6.2: shorter is no explanation. */
const REASONING_MIN_CHARS = 50;
export const REASONING_MAX_CHARS = 2_000;
export const RAW_MAX_CHARS = 2_000;
const FACTORS_MAX = 10;
export const FACTOR_MAX_CHARS = 200;
export const DETAIL_MAX_CHARS = 300;

/**
 * Parses and validates what a model wrote (seed 2 §6). Never throws; costs time linear in at most 100,000 characters.
 *
 * @param limits Replicas now and the policy's bounds, which the answer must keep.
 * @param options.cut The model stopped at its completion limit: only whole JSON objects are then believed.
 * @returns The advice, or the named reason why it is none, with what came.
 */
export function readAdvice(text: string, limits: AdviceLimits, options: { cut?: boolean } = {}): ReadAdvice {
  const parsed = parseAnswer(text, limits, options.cut ?? false);
  if (parsed.kind === 'nothing') return rejected(parsed.code, parsed.detail, text);
  const checked = checkedAdvice(parsed.fields, limits);
  return checked.ok ? checked : rejected(checked.code, checked.detail, text);
}

/** Whether fields make up advice: schema, lengths, bounds, and an action that fits its number. Texts come back cut and cleaned. */
export function checkedAdvice(
  fields: AdviceFields,
  limits: AdviceLimits,
): { readonly ok: true; readonly advice: Advice } | ({ readonly ok: false } & Objection) {
  const answer = ANSWER.safeParse(fields);
  if (!answer.success) return { ok: false, code: 'schema', detail: wordedIssues(answer.error, fields) };
  const advice = toAdvice(answer.data);
  if (advice.reasoning.length < REASONING_MIN_CHARS) {
    const detail = `reasoning has ${advice.reasoning.length} of at least ${REASONING_MIN_CHARS} characters`;
    return { ok: false, code: 'schema', detail };
  }
  const objection = outOfBounds(advice, limits) ?? contradiction(advice, limits);
  return objection ? { ok: false, ...objection } : { ok: true, advice };
}

/** What decides, and the reasoning, must be right; what is only shown has a default, and is absent where it was not readable. */
const ANSWER = z.object({
  action: z.enum(ACTIONS),
  target_replicas: z.int(),
  confidence: z.number().min(0).max(1).default(0.5),
  reasoning: z.string(),
  factors_considered: z.array(z.string()).default([]),
  risk_assessment: z.enum(LEVELS).default('medium'),
  cost_impact: z.enum(LEVELS).default('medium'),
  performance_impact: z.enum(PERFORMANCE).default('neutral'),
  recommended_timing: z.enum(TIMINGS).default('immediate'),
  threshold_ratio: z.number().optional(),
  threshold_sigmas: z.number().optional(),
});

const PROPERTIES = {
  action: { type: 'string', enum: ACTIONS },
  target_replicas: { type: 'integer' },
  confidence: { type: 'number' },
  reasoning: { type: 'string' },
  factors_considered: { type: 'array', items: { type: 'string' } },
  risk_assessment: { type: 'string', enum: LEVELS },
  cost_impact: { type: 'string', enum: LEVELS },
  performance_impact: { type: 'string', enum: PERFORMANCE },
  recommended_timing: { type: 'string', enum: TIMINGS },
} as const satisfies Partial<Record<keyof z.infer<typeof ANSWER>, unknown>>;

/** Asked for only where the workload names levels. */
const THRESHOLD_PROPERTIES = {
  threshold_ratio: { type: ['number', 'null'] },
  threshold_sigmas: { type: ['number', 'null'] },
} as const;

/** For models with strict structured output: everything required, nothing besides, and no bounds, which Groq refuses. */
export const ADVICE_SCHEMA = schemaOf('scaling_advice', PROPERTIES);

const LEVEL_ADVICE_SCHEMA = schemaOf('scaling_advice_with_levels', { ...PROPERTIES, ...THRESHOLD_PROPERTIES });

/** What an answer about this workload is held to. */
export function adviceSchema(assessment: Parameters<typeof asksOfLevels>[0]) {
  return asksOfLevels(assessment) ? LEVEL_ADVICE_SCHEMA : ADVICE_SCHEMA;
}

function schemaOf(name: string, properties: Readonly<Record<string, unknown>>) {
  const required = Object.keys(properties);
  return { name, schema: { type: 'object', properties, required, additionalProperties: false } } as const;
}

function toAdvice(answer: z.infer<typeof ANSWER>): Advice {
  return {
    action: answer.action,
    targetReplicas: answer.target_replicas,
    confidence: answer.confidence,
    reasoning: cleanText(answer.reasoning, REASONING_MAX_CHARS),
    factors: answer.factors_considered.slice(0, FACTORS_MAX).map((factor) => cleanText(factor, FACTOR_MAX_CHARS)),
    risk: answer.risk_assessment,
    costImpact: answer.cost_impact,
    performanceImpact: answer.performance_impact,
    timing: answer.recommended_timing,
    ...thresholdsIn(answer),
  };
}

function thresholdsIn({
  threshold_ratio: ratio,
  threshold_sigmas: sigmas,
}: z.infer<typeof ANSWER>): Pick<Advice, 'thresholds'> {
  if (ratio === undefined && sigmas === undefined) return {};
  return { thresholds: { ...(ratio !== undefined && { ratio }), ...(sigmas !== undefined && { sigmas }) } };
}

interface Objection {
  readonly code: RejectionCode;
  readonly detail: string;
}

function outOfBounds({ targetReplicas: target }: Advice, { min, max }: AdviceLimits): Objection | null {
  if (target >= min && target <= max) return null;
  return { code: 'out_of_bounds', detail: `target_replicas ${target} is outside ${min}…${max}` };
}

function contradiction({ action, targetReplicas: target }: Advice, limits: AdviceLimits): Objection | null {
  const { current, max } = limits;
  const agrees = {
    scale_up: target > current,
    scale_down: target < current,
    maintain: target === current,
    at_max: target === max,
  }[action];
  if (agrees) return null;
  return { code: 'contradiction', detail: `${action} to ${target} contradicts ${current} replicas now and max ${max}` };
}

function wordedIssues(error: z.ZodError, fields: AdviceFields): string {
  return error.issues
    .map((issue) => `${issue.path.join('.')}: ${issue.message}${given(fields[String(issue.path[0])])}`)
    .join('; ');
}

const GIVEN_MAX_CHARS = 60;

function given(value: unknown): string {
  if (value === undefined || typeof value === 'object') return '';
  const told = typeof value === 'string' ? JSON.stringify(value.slice(0, GIVEN_MAX_CHARS)) : String(value);
  return ` (given: ${told})`;
}

function rejected(code: RejectionCode, detail: string, text: string): ReadAdvice {
  return { ok: false, code, detail: cleanText(detail, DETAIL_MAX_CHARS), raw: cleanText(text, RAW_MAX_CHARS) };
}
