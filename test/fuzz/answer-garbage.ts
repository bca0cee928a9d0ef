// What is no answer: noise, pieces of markup in any order, and texts made to cost time.
import type { Random } from './random.ts';

const PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '\\',
  '\\"',
  '`',
  '```',
  '```json\n',
  ':',
  ',',
  '<think>',
  '</think>',
  '<|channel|>',
  'analysis',
  'final',
  '<|message|>',
  '<|end|>',
  'assistant',
  '"action":',
  '"target_replicas":',
  '"scale_up"',
  '"scale_down"',
  '3',
  '8',
  '1e309',
  '"reasoning":',
  '"__proto__":',
  'null',
  'None',
  'true',
  '{"action":',
  '{action:',
  '{\\"action\\":',
  'scale up to 8 replicas. ',
  'do not ',
  'Wait, ',
  '/*',
  '*/',
  '//',
  '#',
  '\n',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  '\u200b',
  '\ufeff',
  '“',
  '”',
  '◁think▷',
  '[THINK]',
  '-',
  '.',
  '😀',
] as const;
const SIZES = [10, 100, 1_000, 20_000] as const;

export function garbage(random: Random) {
  const [name, make] = random.pick(KINDS);
  return { text: make(random), cut: random.chance(0.1), recipe: `garbage:${name}` };
}

const KINDS: readonly (readonly [string, (random: Random) => string])[] = [
  ['pieces', (random) => piecesOf(random, random.pick(SIZES))],
  ['noise', (random) => noiseOf(random, random.pick(SIZES))],
  ['few pieces', (random) => piecesOf(random, random.pick(SIZES), 3)],
  [
    'one piece',
    (random) => `${piecesOf(random, 3)}${random.pick(PIECES).repeat(random.pick(SIZES))}${piecesOf(random, 3)}`,
  ],
  ['too much', (random) => (random.chance(0.05) ? random.pick(PIECES).repeat(1_000_000) : piecesOf(random, 50))],
  ['in an object', (random) => `{"action": "scale_up", "reasoning": ${piecesOf(random, random.pick(SIZES))}}`],
  ['in quotes', (random) => JSON.stringify(piecesOf(random, random.pick(SIZES)))],
];

function piecesOf(random: Random, count: number, kinds: number = PIECES.length): string {
  const from = kinds === PIECES.length ? PIECES : Array.from({ length: kinds }, () => random.pick(PIECES));
  return Array.from({ length: random.below(count) + 1 }, () => random.pick(from)).join('');
}

function noiseOf(random: Random, count: number): string {
  return String.fromCharCode(...Array.from({ length: random.below(count) + 1 }, () => random.below(65_536)));
}
