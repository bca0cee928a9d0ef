// Numbers as they are typed behind options: none of them arrives as another, and what is no number arrives as it is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberOrText } from '../../cli/number-option.ts';

describe('a number behind an option', () => {
  it.each([
    ['8', 8],
    ['-1', -1],
    ['7.6', 7.6],
    ['1e3', 1000],
    ['', ''],
    ['  ', '  '],
    ['abc', 'abc'],
    ['8 replicas', '8 replicas'],
    ['off', 'off'],
    ['1e400', '1e400'],
    ['Infinity', 'Infinity'],
    ['NaN', 'NaN'],
    ['\u001b[31m8', '\u001b[31m8'],
  ])('%j is %j', (typed, expected) => expect(numberOrText(typed)).toBe(expected));

  it('law: as JSON it is never null, which would hide what was typed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String)), (typed) => {
        expect(JSON.stringify(numberOrText(typed))).not.toBe('null');
      }),
    );
  });
});
