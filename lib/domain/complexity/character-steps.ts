// What each character adds to the length of a run: blanks part words, and scripts without blanks are counted by characters.

/**
 * A run longer than this counts once for every 64 characters begun, of letters or of blanks: neither five megabytes without a
 * space nor a page of spaces before what is really asked is one word.
 */
export const LONGEST_RUN = 64;

type Range = readonly [from: number, to: number];

/** Controls and what Unicode calls white space, with the zero-width space that parts words in Thai and Khmer. */
const BLANKS: readonly Range[] = [
  [0x00, 0x20],
  [0x7f, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200b],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
/** Thai, Lao, Burmese and Khmer: about five characters make a word. */
const UNSPACED: readonly Range[] = [
  [0x0e01, 0x0eff],
  [0x1000, 0x109f],
  [0x1780, 0x17ff],
];
/** Kana and Chinese characters, and the first halves of those beyond the first plane: each is a word. */
const IDEOGRAPHS: readonly Range[] = [
  [0x3041, 0x30ff],
  [0x31f0, 0x31ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xf900, 0xfaff],
  [0xd840, 0xd88f],
];

/** By UTF-16 unit: 0 for blanks, and the sooner `LONGEST_RUN` is passed, the fewer characters make a word. */
export const STEPS: Uint8Array = stepsOf();

/** By UTF-16 unit: 1 for what a word of letters goes on with. All of other scripts are: `prédesign` is no `design`. */
export const LETTERS: Uint8Array = STEPS.map((step, code) => (isLatin(code) || (code >= 0x80 && step === 1) ? 1 : 0));

function isLatin(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

function stepsOf(): Uint8Array {
  const steps = new Uint8Array(0x10000).fill(1);
  const fill = (ranges: readonly Range[], step: number) => {
    for (const [from, to] of ranges) steps.fill(step, from, to + 1);
  };
  fill(BLANKS, 0);
  fill(UNSPACED, Math.floor(LONGEST_RUN / 5));
  fill(IDEOGRAPHS, LONGEST_RUN + 1);
  return steps;
}
