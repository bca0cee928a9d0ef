// What asking comes to where there is no advice: a named reason, dated as the assessment is.

import type { AdviceResult, NotAsked } from '../../domain/advice/advice.ts';
import type { Assessment } from '../../domain/assessment/assessment.ts';
import { cleanText } from '../../domain/text/clean-text.ts';
import type { RejectionCode } from '../../domain/workload/reason-code.ts';

const DETAIL_MAX_CHARS = 300;

export function notAsked(assessment: Assessment, why: NotAsked, model: string | null = null): AdviceResult {
  return { ...rejection(assessment, why.code, why.detail, model), notAsked: why };
}

export function rejection(
  { now }: Assessment,
  code: RejectionCode,
  detail: string,
  model: string | null = null,
  raw: string | null = null,
): Extract<AdviceResult, { kind: 'rejection' }> {
  return { kind: 'rejection', code, detail: cleanText(detail, DETAIL_MAX_CHARS), model, at: now, raw };
}
