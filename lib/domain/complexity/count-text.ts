// Words, bytes, fences and keywords of a text character by character, without a regular expression: a prompt is attacker input.
import { LETTERS, LONGEST_RUN, STEPS } from './character-steps.ts';
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
  // Locals, not fields of `counts`: half the time.
  let { words, bytes, fences, stems } = counts;
  // Blanks are a run as well, below 0, which counts only where it is too long to part words.
  let run = 0;
  let ticks = 0;
  let wasLetter = 0;
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i);
    const isLetter = LETTERS[code] as number;
    bytes += bytesOf(code);
    // Within a word, which most characters are, there is nothing else to look for.
    if (isLetter + wasLetter === 2 && run < LONGEST_RUN) {
      run++;
      continue;
    }
    const step = STEPS[code] as number;
    run = runAfter(run, step);
    if (run === step || run > LONGEST_RUN || run < -LONGEST_RUN) {
      words++;
      run = step === 0 ? -1 : step;
    }
    if (isLetter > wasLetter) stems |= stemsAt(text, i);
    wasLetter = isLetter;
    if (code !== BACKTICK) ticks = 0;
    else if (++ticks === FENCE) fences++;
  }
  Object.assign(counts, { chars: counts.chars + end, words, bytes, fences, stems });
}

function runAfter(run: number, step: number): number {
  if (step === 0) return run > 0 ? -1 : run - 1;
  return run < 0 ? step : run + step;
}

/** Each half of a surrogate pair is two of its four. */
function bytesOf(code: number): number {
  if (code < 0x80) return 1;
  return code < 0x800 || (code & 0xf800) === 0xd800 ? 2 : 3;
}
