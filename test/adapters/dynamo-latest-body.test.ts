// What LATEST says, made without the detour through text: it must be what the text would have said.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shortNumber } from '../../lib/adapters/dynamo/items.ts';
import { changed, changesOf, shortened } from '../../lib/adapters/dynamo/latest-body.ts';
import type { WorkloadMemory } from '../../lib/domain/decision/workload-memory.ts';

/** All that may stand in what is remembered, and some that should not: NaN, −0, nothing, names that objects have themselves. */
const { part } = fc.letrec<{ part: unknown }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.double(),
    fc.integer(),
    fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, undefined, null, true, 0.1 + 0.2, 1e21 / 3),
    fc.string(),
    fc.array(tie('part'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString', '7')), tie('part'), { maxKeys: 4 }),
  ),
}));
const entries = fc.uniqueArray(
  fc.tuple(
    fc.string().map((name) => `shop/${name}`),
    part,
  ),
  {
    selector: ([name]) => name,
    maxLength: 5,
  },
);

function memories(all: readonly (readonly [string, unknown])[]): readonly (readonly [string, WorkloadMemory])[] {
  return all.map(([name, held]) => [name, { observation: { signals: {}, held }, peaks: {} } as never]);
}

it('law: what is kept is what its JSON would give back', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const given = memories(all);
      const byText = JSON.parse(JSON.stringify(Object.fromEntries(given), shortNumber));
      expect(shortened(given)).toStrictEqual(byText);
      expect(JSON.stringify(shortened(given))).toBe(JSON.stringify(byText));
    }),
  );
});

it('law: a base and what has changed since give back what there is now', () => {
  fc.assert(
    fc.property(entries, entries, (before, after) => {
      const base = shortened(memories(before));
      const text = JSON.stringify(base);
      const now = shortened(memories(after));
      const stored = JSON.parse(JSON.stringify(changesOf(base, now)));
      expect(changed(base, stored)).toStrictEqual(now);
      // It is kept, and put under what changed later.
      expect(JSON.stringify(base)).toBe(text);
    }),
  );
});

it('law: in whatever order a tick has them, no name is told again', () => {
  const shuffled = entries.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, ([all, otherwise]) => {
      expect(changesOf(shortened(memories(all)), shortened(memories(otherwise)))).toEqual({ columns: [] });
    }),
  );
});
