// How the findings of `ai4k8s verify` are read: is the stack as it was deployed, and does it work.
import { isProven } from '../check.ts';
import { checksFor, checksText } from '../check-report.ts';
import type { Verified } from './verify.ts';

export function verifyText({ sections }: Verified): string {
  return checksText(sections, isProven(sections) ? 'The stack works as deployed' : 'The stack is not proven');
}

/** One object: `ok`, the checks with what they are about, and the figures that were measured. */
export function verifyData({ sections, measured, bill, trial }: Verified) {
  return { ok: isProven(sections), checks: checksFor(sections), measured, bill, trial };
}
