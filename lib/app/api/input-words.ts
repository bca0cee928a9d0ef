// How a refusal words a value: what was sent, and what would have been accepted. zod leaves the value out.
import * as z from 'zod';
import { cleanText } from '../../domain/text/clean-text.ts';

const SHOWN_CHARS = 60;

/** The parts of zod's issues that say what would have been accepted. */
interface Expected {
  readonly expected?: string;
  readonly values?: readonly unknown[];
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly origin?: string;
}

const WORDED = ['invalid_type', 'too_big', 'too_small', 'invalid_value'];

z.config({
  customError: (issue) => {
    const wanted = issue as unknown as Expected;
    if (!WORDED.includes(issue.code ?? '')) return undefined;
    return `is ${shown(issue.input)}, expected ${expectedOf(wanted)}`;
  },
});

/** Numbers as they are, also those that JSON has no words for; the rest as JSON, cut. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value);
  const text = cleanText(JSON.stringify(value) ?? typeof value, SHOWN_CHARS + 1);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}

function expectedOf({ expected, values, minimum, maximum, origin }: Expected): string {
  if (values !== undefined) return `one of ${values.join(', ')}`;
  const unit = origin === 'string' ? ' characters' : origin === 'array' ? ' values' : '';
  if (minimum !== undefined) return `at least ${minimum}${unit}`;
  if (maximum !== undefined) return `at most ${maximum}${unit}`;
  if (expected === 'int') return 'a whole number';
  return expected === undefined ? 'a different value' : `${/^[aeiou]/.test(expected) ? 'an' : 'a'} ${expected}`;
}
