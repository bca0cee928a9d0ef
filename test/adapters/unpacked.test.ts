// What is kept of unpacked items is never of other bytes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Item } from '../../lib/adapters/dynamo/table.ts';
import { keptUnpacked } from '../../lib/adapters/dynamo/unpacked.ts';

const item = fc.record(
  {
    pk: fc.constantFrom('A', 'B'),
    sk: fc.constantFrom('x', 'y'),
    v: fc.constantFrom(1, 2),
    body: fc.uint8Array({ maxLength: 2, max: 1 }),
    loads: fc.uint8Array({ maxLength: 1, max: 1 }),
    rev: fc.constantFrom(0, -0, 1, '1'),
  },
  { requiredKeys: ['pk', 'sk', 'v'] },
);
const made = (one: Item, part: string) =>
  JSON.stringify([Object.entries(one).map(([name, value]) => [name, typeof value, String(value)]), part]);

test('law: it is what would be made of the item as it is now, whichever items and parts came before', () => {
  const step = fc.record({ one: item, part: fc.constantFrom('web', 'api') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (steps, most) => {
      const unpacked = keptUnpacked<string>(most);
      for (const { one, part } of steps) expect(unpacked(one, () => made(one, part), part)).toBe(made(one, part));
    }),
  );
});

test('an item that is read again is unpacked once, and what cannot be unpacked is tried again', () => {
  const unpacked = keptUnpacked<number>(2);
  const read = (): Item => ({ pk: 'A', sk: 'x', v: 1, body: Uint8Array.of(1, 2) });
  let times = 0;
  const unpack = () => {
    times++;
    if (times === 1) throw new Error('broken');
    return times;
  };
  expect(() => unpacked(read(), unpack)).toThrow('broken');
  expect([unpacked(read(), unpack), unpacked(read(), unpack)]).toEqual([2, 2]);
});
