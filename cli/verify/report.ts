// How the findings of `ai4k8s verify` are read: by a person, a line each; by a program, as JSON.
import { jsonText, oneLined } from '../terminal.ts';
import { type CheckStatus, isProven, type Section } from './check.ts';
import type { Verified } from './verify.ts';

const WORDS: Readonly<Record<CheckStatus, string>> = {
  ok: 'ok',
  warn: 'warn',
  failed: 'FAILED',
  not_tried: 'not tried',
};
const WIDTH = Math.max(...Object.values(WORDS).map((word) => word.length));

export function verifyText({ sections }: Verified): string {
  const lines = oneLined(sections).flatMap(({ title, checks }) => [
    title,
    ...checks.map(
      ({ name, status, saw, todo }) =>
        `  ${WORDS[status].padEnd(WIDTH)}  ${name}: ${saw}${todo === null ? '' : ` → ${todo}`}`,
    ),
    '',
  ]);
  return [...lines, verdict(sections)].join('\n');
}

/** One object: `ok`, the checks with what they are about, and the figures that were measured. */
export function verifyJson({ sections, measured, bill, trial }: Verified): string {
  const checks = sections.flatMap(({ title, checks }) => checks.map((check) => ({ about: title, ...check })));
  return jsonText({ ok: isProven(sections), checks, measured, bill, trial }, 2);
}

function verdict(sections: readonly Section[]): string {
  const all = sections.flatMap(({ checks }) => checks);
  const counts = (Object.keys(WORDS) as CheckStatus[]).map(
    (status) => `${all.filter((check) => check.status === status).length} ${WORDS[status].toLowerCase()}`,
  );
  return `${isProven(sections) ? 'The stack works as deployed' : 'The stack is not proven'}: ${counts.join(', ')}.`;
}
