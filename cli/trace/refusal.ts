// Why a file is no trace: a closed list of reasons, each told in one line that names the place and what to do.
import { cleanText } from '../../lib/domain/text/clean-text.ts';

export type TraceRefusalCode =
  | 'unreadable'
  | 'too_large'
  | 'empty'
  | 'not_text'
  | 'broken_quotes'
  | 'too_few_rows'
  | 'no_time'
  | 'bad_time'
  | 'two_digit_year'
  | 'ambiguous_dates'
  | 'no_demand'
  | 'no_such_column'
  | 'several_columns'
  | 'several_series'
  | 'surplus_cells'
  | 'bad_number'
  | 'negative'
  | 'ambiguous_numbers'
  | 'mixed_units'
  | 'gap'
  | 'too_long';

const QUOTED_CHARS = 60;
const LISTED = 8;

/** Its message is one clean line, whatever the file holds. */
export class TraceRefusal extends Error {
  readonly code: TraceRefusalCode;

  constructor(code: TraceRefusalCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TraceRefusal';
    this.code = code;
  }
}

/** @param line of the file, from 1 */
export function badLine(
  code: TraceRefusalCode,
  line: number,
  found: string,
  expected: string,
  detail?: string,
): TraceRefusal {
  const more = detail === undefined ? '' : ` (${detail})`;
  return new TraceRefusal(code, `line ${line}: found ${quote(found)}${more}, expected ${expected}`);
}

/** What a file holds, fit for a message. */
export function quote(text: string): string {
  const shown = cleanText(text, QUOTED_CHARS);
  return shown === '' ? 'nothing' : `"${shown}${text.length > QUOTED_CHARS ? '…' : ''}"`;
}

/** The first few, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return `${names.slice(0, LISTED).map(quote).join(', ')}${more}`;
}

export function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
