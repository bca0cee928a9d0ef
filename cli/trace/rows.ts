// Text to rows of cells. The cells are read by csv-parse; here is only how it is asked, and what its errors mean.
import { CsvError, type Options, parse } from 'csv-parse/sync';
import { TraceRefusal } from './refusal.ts';

export interface Row {
  readonly cells: readonly string[];
  /** Of the file, from 1: where the row ends. */
  readonly line: number;
}

/** A record beyond this is an unclosed quote rather than a row. */
const LONGEST_ROW_CHARS = 1_000_000;
const SAMPLE_CHARS = 300_000;
const SAMPLE_ROWS = 2000;

/**
 * Every row that is neither blank nor a comment, in order.
 * @param linesBefore lines of the file that are not part of `text`
 * @throws TraceRefusal where a quote is opened and never closed
 */
export function eachRow(text: string, delimiter: string, linesBefore: number, onRow: (row: Row) => void): void {
  let lastLine = linesBefore;
  try {
    parse(text, {
      ...asPeopleWrite(delimiter),
      on_record: (cells: string[], { lines }) => {
        lastLine = linesBefore + lines;
        if (!isBlankOrComment(cells)) onRow({ cells, line: lastLine });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new TraceRefusal(
      'broken_quotes',
      `after line ${lastLine}: a quote is opened there and not closed in its row`,
      {
        cause: error,
      },
    );
  }
}

export interface Sample {
  readonly rows: readonly Row[];
  /** Why they end where they do, where that is not the end of the sample. */
  readonly broken: TraceRefusal | null;
}

/** The first rows. */
export function sampleRows(text: string, delimiter: string, linesBefore: number): Sample {
  const rows: Row[] = [];
  const start = text.length > SAMPLE_CHARS ? text.slice(0, text.lastIndexOf('\n', SAMPLE_CHARS) + 1) : text;
  try {
    eachRow(start || text.slice(0, SAMPLE_CHARS), delimiter, linesBefore, (row) => {
      if (rows.length < SAMPLE_ROWS) rows.push(row);
    });
  } catch (error) {
    if (!(error instanceof TraceRefusal)) throw error;
    return { rows, broken: error };
  }
  return { rows, broken: null };
}

function asPeopleWrite(delimiter: string): Options<string[]> {
  return {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    comment: '#',
    comment_no_infix: true,
    trim: true,
    relax_quotes: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW_CHARS,
  };
}

function isBlankOrComment(cells: readonly string[]): boolean {
  return cells[0]?.startsWith('#') === true || cells.every((cell) => cell === '');
}
