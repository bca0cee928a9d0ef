// Laws of who may do what: nothing without a grant, exactly what a grant says, more grants never take anything away.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Granted, mayCall, mayCallSomewhere, RIGHTS } from '../../../lib/app/api/rights.ts';

const names = fc.constantFrom('prod', 'shop', 'a', '', '*', '__proto__', 'constructor');
const listed = fc.array(names, { maxLength: 3 });
const right = fc.constantFrom(...RIGHTS);
const granted: fc.Arbitrary<Granted> = fc.record({
  rights: fc.array(right, { maxLength: 3 }),
  clusters: listed,
  namespaces: listed,
});
const where = fc.option(names);
const token = (all: readonly Granted[]) => ({ kind: 'token', name: 'x', groups: [], granted: all }) as const;

describe('a caller with a token', () => {
  it('may nothing without a grant, anywhere', () => {
    fc.assert(
      fc.property(right, where, where, (one, cluster, namespace) => {
        expect(mayCall(token([]), one, cluster, namespace)).toBe(false);
        expect(mayCallSomewhere(token([]), one, cluster ?? 'prod')).toBe(false);
      }),
    );
  });

  it('may only by one grant that has the right, the cluster and the namespace together', () => {
    fc.assert(
      fc.property(fc.array(granted, { maxLength: 4 }), right, names, names, (all, one, cluster, namespace) => {
        const has = (list: readonly string[], name: string) =>
          list.includes('*') || (name !== '*' && list.includes(name));
        const expected = all.some(
          ({ rights, clusters, namespaces }) =>
            rights.includes(one) && has(clusters, cluster) && has(namespaces, namespace),
        );
        expect(mayCall(token(all), one, cluster, namespace)).toBe(expected);
      }),
    );
  });

  it('may a whole only where it may every part, and a part only where it is in sight', () => {
    fc.assert(
      fc.property(fc.array(granted, { maxLength: 4 }), right, names, names, (all, one, cluster, namespace) => {
        const caller = token(all);
        if (mayCall(caller, one, null, null)) expect(mayCall(caller, one, cluster, null)).toBe(true);
        if (mayCall(caller, one, cluster, null)) expect(mayCall(caller, one, cluster, namespace)).toBe(true);
        if (mayCall(caller, one, cluster, namespace)) expect(mayCallSomewhere(caller, one, cluster)).toBe(true);
      }),
    );
  });

  it('loses nothing by another grant', () => {
    fc.assert(
      fc.property(fc.array(granted), granted, right, where, where, (all, more, one, cluster, namespace) => {
        if (mayCall(token(all), one, cluster, namespace))
          expect(mayCall(token([...all, more]), one, cluster, namespace)).toBe(true);
      }),
    );
  });
});
