// Quantities are exact: no rounding noise, no exponent, and the same amount however it is spelled.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compare,
  type ExactQuantity,
  exactNumber,
  exactQuantity,
  isSameAmount,
  quantityText,
  times,
} from '../../../lib/domain/workload/exact-quantity.ts';

const of = (text: string): ExactQuantity => {
  const amount = exactQuantity(text);
  if (amount === null) throw new Error(`${text} is no quantity`);
  return amount;
};
const scaled = (text: string, factor: number, resource: 'cpu' | 'memory') =>
  quantityText(times(of(text), exactNumber(factor) ?? of('1')), resource, text);

describe('a quantity times a factor', () => {
  it.each([
    ['1', 1.5, 'cpu', '1.5'],
    ['250m', 2, 'cpu', '500m'],
    ['500m', 2, 'cpu', '1'],
    ['100m', 1.1, 'cpu', '110m'],
    ['0.1', 1.2, 'cpu', '120m'],
    ['333m', 1.2, 'cpu', '400m'],
    ['1500m', 1.5, 'cpu', '2.25'],
    ['3', 0.1, 'cpu', '300m'],
    ['512Mi', 2, 'memory', '1Gi'],
    ['1Gi', 1.5, 'memory', '1.5Gi'],
    ['1Gi', 1.2, 'memory', '1229Mi'],
    ['1073741824', 1.5, 'memory', '1.5Gi'],
    ['500M', 1.2, 'memory', '600M'],
    ['12e8', 1.5, 'memory', '1.8G'],
    ['0.1Gi', 1, 'memory', '103Mi'],
    ['100Ki', 1.3, 'memory', '130Ki'],
    ['1000000001', 1.5, 'memory', '1500000002'],
  ] as const)('%s × %s (%s) is %s', (text, factor, resource, expected) => {
    expect(scaled(text, factor, resource)).toBe(expected);
  });

  it('law: never less than the product, and less than a step of its grid more; read back it is what was written', () => {
    fc.assert(
      fc.property(quantity, factor, resource, (text, by, name) => {
        const exact = times(of(text), exactNumber(by) ?? of('1'));
        const said = scaled(text, by, name);
        expect(said).toMatch(name === 'cpu' ? /^(\d+m|\d+(\.\d{1,3})?)$/ : /^\d+(\.\d{1,3})?([kMGTPE]i?)?$/i);
        const written = of(said);
        expect(compare(written, exact)).toBeGreaterThanOrEqual(0);
        const step = name === 'cpu' ? of('1m') : of(/i$/.test(text) || /^\d+$/.test(text) ? '1Mi' : '1M');
        const under = { num: written.num * step.den - step.num * written.den, den: written.den * step.den };
        expect(compare(under, exact)).toBeLessThan(0);
        // Written once more, it is the same text: nothing drifts.
        expect(quantityText(written, name, text)).toBe(said);
      }),
    );
  });

  it('law: 1024 of a unit are one of the next, and no float is between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (n) => {
        expect(isSameAmount(`${n * 1024}Mi`, `${n}Gi`)).toBe(true);
        expect(isSameAmount(`${n}000m`, `${n}`)).toBe(true);
        expect(isSameAmount(`${n}`, `${n}.000000000001`)).toBe(false);
      }),
    );
  });
});

describe('what is no quantity', () => {
  it.each(['', '-1', '1.5x', 'NaN', '1e999', '1Gi ', '1 Gi', '0x10', '.', `1${'0'.repeat(60)}`, '1e9e9', '१'])(
    '%j is none',
    (text) => {
      expect(exactQuantity(text)).toBeNull();
    },
  );

  it('law: no text takes long or throws', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void exactQuantity(text)));
  });
});

const quantity = fc
  .tuple(fc.integer({ min: 1, max: 99_999 }), fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi'))
  .map(([n, suffix]) => `${n}${suffix}`);
const factor = fc.integer({ min: 1, max: 400 }).map((n) => n / 100);
const resource = fc.constantFrom('cpu' as const, 'memory' as const);
