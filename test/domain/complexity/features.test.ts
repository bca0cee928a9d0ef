// What a prompt looks like in numbers: what counts as a word, and that no text is too large or too strange to be counted.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featuresOf, type Prompt } from '../../../lib/domain/complexity/features.ts';
import { groupsOf } from '../../../lib/domain/complexity/keywords.ts';

const of = (task: string, more: Partial<Prompt> = {}) => featuresOf({ task, context: [], ...more });
const wordsOf = (task: string) => of(task).taskWords;

describe('words', () => {
  it('are what white space parts, however much of it there is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.stringMatching(/^[!-~é-ſ]{1,64}$/), fc.stringMatching(/^[ \t\n\r\u2003]{1,20}$/))),
        (pieces) => {
          const text = pieces.flat().join('');
          expect(wordsOf(text)).toBe(text.split(/\s+/).filter((word) => word !== '').length);
        },
      ),
    );
  });

  it.each([
    ['nothing', '', 0],
    ['blanks', ' \t\n', 0],
    ['one', 'word', 1],
    ['one of 64 letters', 'x'.repeat(64), 1],
    ['one of 65 letters: once for every 64 begun', 'x'.repeat(65), 2],
    ['128 letters', 'x'.repeat(128), 2],
    ['129 letters', 'x'.repeat(129), 3],
    ['64 blanks between two words', `a${' '.repeat(64)}b`, 2],
    ['65 blanks between two words: a run of blanks is text as well', `a${' '.repeat(65)}b`, 3],
    ['Chinese: every character', '请解释这个', 5],
    ['Chinese with a word in between', '请design一下', 4],
    ['Japanese kana', 'おはよう', 4],
    ['Korean, which has spaces', '안녕 하세요', 2],
    ['Thai, about five characters a word', 'สวัสดีชาวโลกทั้งหลาย', 4],
    ['an ideograph beyond the first plane, by its halves', '\u{20000}', 2],
    ['emoji', '👍👍', 1],
    ['lone surrogates', '\ud800 \udc00\udc00', 2],
    ['control characters part words', 'a\u0000b\u0007c', 3],
  ])('%s', (_, text, count) => {
    expect(wordsOf(text)).toBe(count);
  });

  it('of the context are all but those of the task', () => {
    expect(of('one two', { context: ['three', 'four five', ''] })).toMatchObject({
      taskWords: 2,
      contextWords: 3,
      messages: 4,
    });
  });
});

describe('keywords', () => {
  it.each([
    ['of the seed', 'Architecture, design and refactor', 3, ['design', 'refactor']],
    [
      'by their stems, in any case, after punctuation',
      '(REFACTORING) re-Designed "architectural"',
      3,
      ['design', 'refactor'],
    ],
    ['once each', 'design designs designing', 1, ['design']],
    ['not within a word', 'predesign undesigned prédesign éproof', 0, []],
    ['not in part', 'desig archit refacto', 0, []],
    ['nor of words that begin alike', 'the these provide approve improve algebra', 0, []],
    ['of reasoning', 'prove the theorem', 2, ['reasoning']],
    ['at the very end', 'a proof', 1, ['reasoning']],
    ['cut off at the very end', 'a proo', 0, []],
    ['beside Chinese', '请design一下', 1, ['design']],
  ])('%s', (_, text, count, groups) => {
    const { keywords, keywordBits } = of(text);
    expect(keywords).toBe(count);
    expect(groupsOf(keywordBits)).toEqual(groups);
  });

  it('are looked for in what is asked alone', () => {
    expect(of('hello', { context: ['refactor the architecture'] }).keywords).toBe(0);
  });
});

describe('the rest', () => {
  it('counts bytes as UTF-8 has them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(of('', { context: [text] }).contextBytes).toBe(Buffer.byteLength(text));
      }),
    );
  });

  it.each([
    ['a block', '```ts\nx\n```', 1],
    ['one that is not closed', 'see ```\nx', 1],
    ['two', '```\na\n```\nand\n````\nb\n````', 2],
    ['none of two backticks', '``a`` and `b`', 0],
  ])('fences: %s', (_, text, count) => {
    expect(of(text).code).toBe(count);
    expect(of('', { context: [text] }).code).toBe(count);
  });

  it.each([
    [
      { images: 2, maxTokens: 256 },
      { images: 2, maxTokens: 256 },
    ],
    [{}, { images: 0, maxTokens: null }],
    [
      { images: -1, maxTokens: -1 },
      { images: 0, maxTokens: null },
    ],
    [
      { images: Number.NaN, maxTokens: Number.NaN },
      { images: 0, maxTokens: null },
    ],
    [
      { images: 0.5, maxTokens: 0.5 },
      { images: 0, maxTokens: null },
    ],
    [
      { images: Number.POSITIVE_INFINITY, maxTokens: 1e300 },
      { images: 1e9, maxTokens: 1e9 },
    ],
  ])('%j from outside is %j', (given, read) => {
    expect(of('', given)).toMatchObject(read);
  });
});

describe('what is beyond the first 64 kB', () => {
  const kilobytes = (n: number) => 'seven7s '.repeat(n * 128);

  it('counts as if it went on so', () => {
    expect(wordsOf(kilobytes(64))).toBe(8192);
    expect(wordsOf(kilobytes(10_000))).toBe(1_280_000);
    expect(of('', { context: [kilobytes(40), kilobytes(40), kilobytes(20)] })).toMatchObject({
      contextWords: 12_800,
      contextBytes: 102_400,
    });
  });

  it.each([
    ['one word', 'x'.repeat(5_000_000)],
    ['blanks before what is asked', ' '.repeat(5_000_000) + kilobytes(10)],
    ['zero bytes', '\u0000'.repeat(5_000_000)],
    ['lone halves of pairs', '\udc00'.repeat(5_000_000)],
    ['Chinese', '请'.repeat(5_000_000)],
    ['backticks', '`'.repeat(5_000_000)],
  ])('hides nothing: %s of 5 MB are many words', (_, text) => {
    expect(wordsOf(text)).toBeGreaterThan(50_000);
  });

  it('a million empty messages are no work of words', () => {
    expect(of('a', { context: new Array(1e6).fill('') })).toMatchObject({ contextWords: 0, messages: 1e6 + 1 });
  });
});

it('is finite, whole and at least 0 in every field of any prompt', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\ud83d', '\udc00', '`', ' ', 'd') }),
  );
  fc.assert(
    fc.property(text, fc.array(text), fc.double(), fc.double(), (task, context, images, maxTokens) => {
      const features = featuresOf({ task, context, images, maxTokens });
      for (const value of Object.values(features))
        if (value !== null) expect(Number.isInteger(value) && value >= 0).toBe(true);
      expect(featuresOf({ task, context, images, maxTokens })).toEqual(features);
    }),
  );
});
