// How findings are read: by a person, a line each with what to run below it; by a program, as JSON.
import type { CheckStatus, Section } from './check.ts';
import { oneLined } from './terminal.ts';

const MARKS: Readonly<Record<CheckStatus, string>> = { ok: '✓', broken: '✗', warning: '!', skipped: '–' };

/** @param verdict the last line, ahead of how many checks came out how */
export function checksText(sections: readonly Section[], verdict: string): string {
  const lines = oneLined(sections).flatMap(({ title, checks }) => [
    title,
    ...checks.flatMap(({ name, status, message, mend }, i) => [
      `  ${MARKS[status]} ${name}: ${message}`,
      // What mends several in a row stands below the last of them.
      ...(mend === null || mend === checks[i + 1]?.mend ? [] : [`      → ${mend}`]),
    ]),
    '',
  ]);
  return [...lines, `${verdict}: ${counted(sections)}.`].join('\n');
}

/** With the subject that each belongs to. */
export function checksFor(sections: readonly Section[]) {
  return sections.flatMap(({ title, checks }) => checks.map((check) => ({ about: title, ...check })));
}

function counted(sections: readonly Section[]): string {
  const count = (status: CheckStatus) =>
    sections.flatMap(({ checks }) => checks).filter((check) => check.status === status).length;
  const parts = [`${count('ok')} in order`, `${count('broken')} broken`, `${count('warning')} to know`];
  return [...parts, ...(count('skipped') === 0 ? [] : [`${count('skipped')} not asked`])].join(', ');
}
