// What is kept of an object is never what was made when something else was said of it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptBy } from '../../../lib/app/api/kept-by.ts';

test('law: it is what would be made now, and made once for the same object while the same is said', () => {
  const step = fc.record({ of: fc.nat(2), said: fc.constantFrom('a', 'b') });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const [objects, kept, lastSaid] = [[{}, {}, {}], keptBy<object, string>(), new Map<object, string>()];
      for (const { of, said } of steps) {
        const object = objects[of] ?? {};
        let isMade = false;
        const value = kept(object, said, () => {
          isMade = true;
          return `${of} ${said}`;
        });
        expect(value).toBe(`${of} ${said}`);
        expect(isMade).toBe(lastSaid.get(object) !== said);
        lastSaid.set(object, said);
      }
    }),
  );
});
