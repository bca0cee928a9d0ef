// Words, bytes, fences and keywords of a text in one pass without a regular expression: a prompt is attacker input.
import { LONGEST_RUN, STEPS } from './character-steps.ts';
import { stemsAt } from './keywords.ts';

/** Adds up over texts. Numbers alone: nothing of the text is kept. */
export interface TextCounts {
  /** UTF-16 units that were looked at. */
  chars: number;
  words: number;
  /** In UTF-8. */
  bytes: number;
  /** Runs of three backticks or more. */
  fences: number;
  /** Bits of the stems of the closed list that were found (`keywords.ts`). */
  stems: number;
}

const BACKTICK = 96;
const FENCE = 3;

export function noCounts(): TextCounts {
  return { chars: 0, words: 0, bytes: 0, fences: 0, stems: 0 };
}

/** Adds what the first `most` characters hold to `counts`. A word is a run without blanks; `character-steps.ts` says what else counts. */
export function countText(text: string, most: number, counts: TextCounts): void {
  const end = Math.min(text.length, most);
  let run = 0;
  let blanks = 0;
  let ticks = 0;
  let isInWord = false;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    const step = STEPS[code] as number;
    counts.bytes += bytesOf(code);
    if (step === 0) {
      run = 0;
      if (++blanks > LONGEST_RUN) {
        counts.words++;
        blanks = 1;
      }
    } else {
      blanks = 0;
      run += step;
      if (run === step || run > LONGEST_RUN) {
        counts.words++;
        run = step;
      }
    }
    const isLetter = isLetterOf(code, step);
    if (isLetter && !isInWord) counts.stems |= stemsAt(text, i);
    isInWord = isLetter;
    if (code === BACKTICK) ticks++;
    else if (ticks > 0) {
      if (ticks >= FENCE) counts.fences++;
      ticks = 0;
    }
  }
  if (ticks >= FENCE) counts.fences++;
  counts.chars += end;
}

/** Of a letter before which a stem may not begin: `prédesign` is no `design`. */
function isLetterOf(code: number, step: number): boolean {
  return code < 128 ? ((code | 32) - 97) >>> 0 < 26 : step === 1;
}

/** Each half of a surrogate pair is two of its four. */
function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  return code < 0x800 || (code & 0xf800) === 0xd800 ? 2 : 3;
}
