// Which mark parts the cells of a file: what a "sep=" line says, or the one under which most rows make sense.
import { isTimeName } from './column-words.ts';
import { isMissing, isNumber } from './numbers.ts';
import { type Row, type Sample, sampleRows } from './rows.ts';
import { readTime } from './times.ts';

export interface Dialect {
  /** The text behind a "sep=" line. */
  readonly text: string;
  readonly linesBefore: number;
  readonly delimiter: string;
  readonly sample: Sample;
  readonly notes: readonly string[];
}

const DELIMITERS = [',', ';', '\t', '|'];
/** Excel's own line, quoted by some. */
const SEP_LINE = /^\s*"?sep=(\\t|[^\r\n])"?[^\S\r\n]*(?:\r\n|\n|\r|$)/i;
const LEADING_COMMENTS = /^(?:#[^\r\n]*(?:\r\n|\n|\r|$)\s*)+/;
const JUDGED_ROWS = 500;

/** Where no mark makes sense of a file, spaces may: `kubectl top`, logs, and whatever is aligned by hand. */
export function dialectOf(whole: string): Dialect {
  const marked = ofMarks(whole);
  const { rows } = marked.sample;
  const isUnmarked = rows.every(({ cells }) => cells.length === 1);
  if (!isUnmarked || sense(rows) > 0) return marked;
  const spaced = ofMarks(whole.replace(/[^\S\r\n]+/g, '\t'));
  return sense(spaced.sample.rows) > 0 ? { ...spaced, notes: ['cells are parted by spaces'] } : marked;
}

function ofMarks(whole: string): Dialect {
  const [sepLine = '', mark] = SEP_LINE.exec(whole) ?? [];
  const text = withHeader(whole.slice(sepLine.length));
  const linesBefore = sepLine === '' ? 0 : 1;
  const stated = mark === '\\t' ? '\t' : mark;
  const tried = stated === undefined || stated === '"' ? DELIMITERS : [...new Set([stated, ...DELIMITERS])];
  const [first = ','] = tried;
  let best: Dialect = { text, linesBefore, delimiter: first, sample: sampleRows(text, first, linesBefore), notes: [] };
  let most = sense(best.sample.rows);
  for (const delimiter of tried.slice(1)) {
    if (!text.includes(delimiter)) continue;
    const sample = sampleRows(text, delimiter, linesBefore);
    const makes = sense(sample.rows);
    if (makes > most) {
      best = { ...best, delimiter, sample };
      most = makes;
    }
  }
  return best;
}

/** `#time,value` right before the data is its header, not a comment. */
function withHeader(text: string): string {
  const [comments = ''] = LEADING_COMMENTS.exec(text) ?? [];
  const last =
    comments
      .trimEnd()
      .split(/\r\n|\n|\r/)
      .at(-1) ?? '';
  const names = last.replace(/^#+/, '').split(/[,;\t|]/);
  if (names.length < 2 || !names.some(isTimeName)) return text;
  const start = comments.lastIndexOf(last);
  return `${text.slice(0, start)}${last.replace(/^#+/, '')}${text.slice(start + last.length)}`;
}

/** Rows that hold a time and something beside it; of two readings, the one with fewer cells that are neither wins. */
function sense(rows: readonly Row[]): number {
  return rows.slice(0, JUDGED_ROWS).reduce((sum, { cells }) => {
    const isTime = cells.map((cell) => readTime(cell) !== null);
    const understood = cells.filter((cell, i) => isTime[i] === true || isMissing(cell) || isNumber(cell)).length;
    return isTime.includes(true) && cells.length > 1 ? sum + 1 + understood / cells.length : sum;
  }, 0);
}
