// The closed list of keywords that the rule knows: stems at the start of a word, in groups that an explanation may name.

/** What a keyword speaks of. The seed's three words and their like; English only. */
const KEYWORD_GROUPS = {
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

/** A word is held against the few stems that begin with its first two letters: most words meet none. */
const BY_FIRST_TWO: readonly (readonly Stem[] | undefined)[] = Array.from({ length: 1 << 10 }, (_, i) => {
  const stems = STEMS.filter(({ letters: [first, second] }) => pairOf(first, second) === i);
  return stems.length > 0 ? stems : undefined;
});

/** The bits of the stems that a word starting at `from` begins with; 0 for none. No more characters are read than a stem has. */
export function stemsAt(text: string, from: number): number {
  const stems = BY_FIRST_TWO[pairOf(text.charCodeAt(from), text.charCodeAt(from + 1))];
  if (stems === undefined) return 0;
  let bits = 0;
  for (const stem of stems) if (startsWith(text, from, stem.letters)) bits |= stem.bit;
  return bits;
}

function startsWith(text: string, from: number, letters: readonly number[]): boolean {
  // Upper case differs by one bit; past the end is NaN, which is no letter.
  for (let i = 0; i < letters.length; i++) if ((text.charCodeAt(from + i) | 32) !== letters[i]) return false;
  return true;
}

/** By five bits each: in them the two cases of a letter are one. */
function pairOf(first = 0, second = 0): number {
  return ((first & 31) << 5) | (second & 31);
}

/** How many different stems these bits stand for. */
export function stemCount(bits: number): number {
  return STEMS.filter(({ bit }) => (bits & bit) !== 0).length;
}

/** The groups that these bits touch, in the order of the list. */
export function groupsOf(bits: number): readonly KeywordGroup[] {
  return [...new Set(STEMS.filter(({ bit }) => (bits & bit) !== 0).map(({ group }) => group))];
}
