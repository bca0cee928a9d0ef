// What changed in many objects, by place: put on what was there before it makes what is there now.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnsOfChange, withChanges } from '../../lib/adapters/dynamo/columns-of-change.ts';

const parsed = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const put = (before: readonly unknown[], after: readonly unknown[]) => {
  const base = parsed(before);
  const changed = withChanges(base, parsed(columnsOfChange(base, parsed(after))));
  expect(JSON.stringify(base), "what was there before is somebody else's").toBe(JSON.stringify(parsed(before)));
  return changed;
};

describe('columns of change', () => {
  test('law: of any two lists of JSON, the one with its changes is the other', () => {
    const rows = fc.integer({ min: 0, max: 6 }).chain((length) => {
      const list = fc.array(fc.jsonValue({ maxDepth: 4 }), { minLength: length, maxLength: length });
      return fc.tuple(list, list);
    });
    fc.assert(
      fc.property(rows, ([before, after]) => {
        expect(JSON.stringify(sorted(put(before, after)))).toBe(JSON.stringify(sorted(parsed(after))));
      }),
      { numRuns: 500 },
    );
  });

  test('law: also of objects that differ in few places', () => {
    const entry = fc.record(
      {
        at: fc.constantFrom(1, 2),
        past: fc.array(fc.record({ at: fc.nat(3), to: fc.option(fc.nat(3)) }), { maxLength: 3 }),
        hpa: fc.option(fc.record({ name: fc.constantFrom('a', 'b'), metrics: fc.array(fc.nat(2), { maxLength: 2 }) })),
        standing: fc.dictionary(fc.constantFrom('paused', '__proto__', 'constructor', 'length'), fc.nat(2)),
      },
      { requiredKeys: ['at'] },
    );
    const rows = fc.tuple(
      fc.array(entry, { minLength: 5, maxLength: 5 }),
      fc.array(entry, { minLength: 5, maxLength: 5 }),
    );
    fc.assert(
      fc.property(rows, ([before, after]) => {
        expect(JSON.stringify(sorted(put(before, after)))).toBe(JSON.stringify(sorted(parsed(after))));
      }),
      { numRuns: 500 },
    );
  });

  test('say nothing of what is the same', () => {
    const rows = [{ at: 1, list: [], none: null, of: {} }, { at: 2 }];
    expect(columnsOfChange(parsed(rows), parsed(rows))).toEqual([]);
  });

  test('name a place once, and no rows where all of them changed', () => {
    const before = [
      { at: 1, cpu: { demand: 1 } },
      { at: 1, cpu: { demand: 2 } },
    ];
    const after = [
      { at: 2, cpu: { demand: 1 } },
      { at: 2, cpu: { demand: 3 } },
    ];
    expect(columnsOfChange(before, after)).toEqual([
      [['at'], 0, [2, 2]],
      [['cpu', 'demand'], [1], [3]],
    ]);
  });

  test('a field that is called __proto__ is a field', () => {
    const after = JSON.parse('[{"annotations":{"__proto__":{"polluted":true}}}]');
    const [read] = put([{ annotations: {} }], after) as [{ annotations: object }];
    expect(Object.keys(read.annotations)).toEqual(['__proto__']);
    expect('polluted' in read.annotations).toBe(false);
  });
});

/** Fields in one order: in which they stand is of no matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => [name, sorted(part)]);
}
