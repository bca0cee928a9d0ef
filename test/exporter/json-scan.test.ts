// Whatever a body is, what was seen of it is told, and nothing is thrown.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from '../../lib/exporter/json-scan.ts';

type Leaf = readonly [path: string, value: unknown];

function scanned(text: string): Leaf[] {
  const leaves: Leaf[] = [];
  scanJson(text, (path, value) => leaves.push([JSON.stringify(path), value]));
  return leaves;
}

function leavesOf(value: unknown, path: readonly (string | number)[] = []): Leaf[] {
  if (Array.isArray(value)) return value.flatMap((each, i) => leavesOf(each, [...path, i]));
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]));
  return [[JSON.stringify(path), Object.is(value, -0) ? 0 : value]];
}

const json = fc.json({ maxDepth: 4, noUnicodeString: false } as fc.JsonSharedConstraints);

describe('a scan of JSON', () => {
  it('tells of whole JSON what a parser tells, with the same paths', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
        const value = JSON.parse(text);
        const told = scanned(JSON.stringify(value, null, indent)).map(([path, leaf]) => [
          path,
          Object.is(leaf, -0) ? 0 : leaf,
        ]);
        expect(told).toEqual(leavesOf(value));
      }),
    );
  });

  it('of JSON cut anywhere tells the same beginning, and only its last text can be a part', () => {
    fc.assert(
      fc.property(json, fc.nat(), (text, at) => {
        const whole = scanned(text);
        const cut = scanned(text.slice(0, at % (text.length + 1)));
        expect(whole.slice(0, Math.max(0, cut.length - 1))).toEqual(cut.slice(0, -1));
      }),
    );
  });

  it('of anything at all throws nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[[\]{}",:\\01tn ]*$/)), (text) => void scanned(text)),
    );
  });

  it('is linear in depth and in backslashes: a megabyte of either takes no time to speak of', () => {
    expect(scanned('['.repeat(1e6))).toEqual([]);
    expect(scanned(`"${'\\"'.repeat(5e5)}"`)).toEqual([['[]', '"'.repeat(5e5)]]);
    expect(scanned(']'.repeat(1e6))).toEqual([]);
    expect(scanned('"\\'.repeat(5e5))).toHaveLength(1);
  });
});
