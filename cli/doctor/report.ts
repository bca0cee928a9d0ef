// How the doctor's findings are read: by a person, a line each with what to run below it; by a program, as JSON.
import { jsonText, oneLined } from '../terminal.ts';
import { type CheckStatus, isBroken, type Section } from './check.ts';

const MARKS: Readonly<Record<CheckStatus, string>> = { ok: '✓', broken: '✗', warning: '!', skipped: '–' };

export function doctorText(sections: readonly Section[]): string {
  const lines = oneLined(sections).flatMap(({ title, checks }) => [
    title,
    ...checks.flatMap(({ name, status, message, mend }, i) => [
      `  ${MARKS[status]} ${name}: ${message}`,
      // What mends several in a row stands below the last of them.
      ...(mend === null || mend === checks[i + 1]?.mend ? [] : [`      → ${mend}`]),
    ]),
    '',
  ]);
  return [...lines, verdict(sections)].join('\n');
}

/** One object: `ok`, and the checks with the subject they belong to. */
export function doctorJson(sections: readonly Section[]): string {
  const checks = sections.flatMap(({ title, checks }) => checks.map((check) => ({ about: title, ...check })));
  return jsonText({ ok: !isBroken(sections), checks }, 2);
}

function verdict(sections: readonly Section[]): string {
  const count = (status: CheckStatus) =>
    sections.flatMap(({ checks }) => checks).filter((check) => check.status === status).length;
  const parts = [`${count('ok')} in order`, `${count('broken')} broken`, `${count('warning')} to know`];
  const rest = count('skipped') === 0 ? '' : `, ${count('skipped')} not asked`;
  const what = isBroken(sections) ? 'AI4K8s cannot work here yet' : 'AI4K8s can work here';
  return `${what}: ${parts.join(', ')}${rest}.`;
}
