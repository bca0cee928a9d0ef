// The closed list of keywords that the rule knows: stems at the start of a word, in groups that an explanation may name.

/** What a keyword speaks of. The seed's three words and their like; English only. */
export const KEYWORD_GROUPS = {
  design: ['architect', 'rearchitect', 'blueprint', 'design', 'redesign'],
  refactor: ['refactor', 'restructur', 'rewrit', 'moderni', 'migrat'],
  reasoning: ['prove', 'proof', 'deriv', 'theorem', 'algorithm', 'optimi'],
} as const;

export type KeywordGroup = keyof typeof KEYWORD_GROUPS;

interface Stem {
  readonly group: KeywordGroup;
  readonly letters: readonly number[];
  readonly bit: number;
}

const STEMS: readonly Stem[] = Object.entries(KEYWORD_GROUPS)
  .flatMap(([group, stems]) => stems.map((stem) => ({ group: group as KeywordGroup, stem })))
  .map(({ group, stem }, i) => ({ group, letters: [...stem].map((letter) => letter.charCodeAt(0)), bit: 1 << i }));

const LETTERS = 26;
const A = 97;
/** A word is held against the few stems that begin as it does. */
const BY_FIRST_LETTER: readonly (readonly Stem[])[] = Array.from({ length: LETTERS }, (_, i) =>
  STEMS.filter(({ letters }) => letters[0] === A + i),
);

/** The bits of the stems that a word starting at `from` begins with; 0 for none. At most as many characters are read as the longest stem has. */
export function stemsAt(text: string, from: number): number {
  let bits = 0;
  for (const { letters, bit } of BY_FIRST_LETTER[(text.charCodeAt(from) | 32) - A] ?? [])
    if (letters.every((letter, i) => (text.charCodeAt(from + i) | 32) === letter)) bits |= bit;
  return bits;
}

/** How many different stems these bits stand for. */
export function stemCount(bits: number): number {
  return STEMS.filter(({ bit }) => (bits & bit) !== 0).length;
}

/** The groups that these bits touch, in the order of the list. */
export function groupsOf(bits: number): readonly KeywordGroup[] {
  return [...new Set(STEMS.filter(({ bit }) => (bits & bit) !== 0).map(({ group }) => group))];
}
