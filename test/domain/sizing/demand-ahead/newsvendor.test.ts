// The number that a price of shortage wants: what a search through all numbers finds, and more where shortage is dearer.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Distribution,
  learnDistribution,
  NeedAhead,
} from '../../../../lib/domain/sizing/demand-ahead/distribution.ts';
import { BAND, CHOICES, newsvendor, PRICES } from '../../../../lib/domain/sizing/demand-ahead/newsvendor.ts';
import { log, type Readings, readingsOf } from '../../../../lib/domain/sizing/demand-ahead/readings.ts';
import { highestAhead } from '../../../../lib/domain/sizing/experts/out-of-sample.ts';

/** Chances of needing more than `least`, `least` + 1 and so on, falling to none. */
interface Chances {
  readonly least: number;
  readonly beyond: readonly number[];
}

describe('laws of the newsvendor’s number', () => {
  it('replicas and shortage together cost no less at any other number', () => {
    fc.assert(
      fc.property(chances(), ({ least, beyond }) => {
        const numbers = numbersOf({ least, beyond });
        for (const [i, price] of PRICES.entries()) {
          const cost = (n: number) => n + price * (n - least < beyond.length ? (beyond[n - least] ?? 0) : 0);
          const lowest = Math.min(...beyond.map((_, over) => cost(least + over)));
          expect(cost(numbers[i] ?? 0)).toBeCloseTo(lowest, 6);
        }
      }),
    );
  });

  it('dearer shortage never wants fewer, and no price fewer than the present or more than can come', () => {
    fc.assert(
      fc.property(chances(), ({ least, beyond }) => {
        const numbers = numbersOf({ least, beyond });
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        expect(numbers[0]).toBeGreaterThanOrEqual(least);
        expect(numbers.at(-1)).toBeLessThanOrEqual(least + beyond.length - 1);
      }),
    );
  });

  it('of the first prices alone it is what it is of all', () => {
    fc.assert(
      fc.property(chances(), fc.integer({ min: 1, max: PRICES.length }), (some, count) => {
        expect(numbersOf(some, count)).toEqual(numbersOf(some).slice(0, count));
      }),
    );
  });
});

it('prices rise by a third, and each that may be chosen has one to come down by', () => {
  const ratios = PRICES.slice(1).map((price, i) => price / (PRICES[i] ?? 1));
  expect(new Set(ratios.map((ratio) => ratio.toFixed(6)))).toEqual(new Set(['1.320000']));
  expect(PRICES[CHOICES - 1 + BAND]).toBe(PRICES.at(-1));
});

describe('laws of the chances of what may come', () => {
  const learned = learnedOf(600);

  it('they fall from minute to minute’s need on, from at most one to none', () => {
    const { distribution, readings, replicas } = learned;
    const need = new NeedAhead(distribution, readings, 0, replicas.length);
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 599 }), fc.double({ min: 0, max: 40, noNaN: true }), (row, present) => {
        need.at(row, present);
        const beyond = need.beyond.slice(0, need.most - need.least + 1);
        expect(need.least).toBe(Math.max(1, Math.ceil(present - 1e-6)));
        expect(beyond[0]).toBeLessThanOrEqual(1 + 1e-9);
        expect(beyond.at(-1)).toBe(0);
        expect([...beyond]).toEqual([...beyond].toSorted((a, b) => b - a));
        const falls = [...beyond.keys()].filter((over) => over === 0 || (beyond[over] ?? 0) < (beyond[over - 1] ?? 0));
        expect([...need.steps.subarray(0, need.stepCount)]).toEqual(falls.reverse());
      }),
    );
  });

  it('from a present of nothing they add up to one: something is needed', () => {
    const { distribution, readings, replicas } = learned;
    const need = new NeedAhead(distribution, readings, 0, replicas.length);
    const alone = new NeedAhead(distribution, readings, 599, 600);
    for (const row of [60, 200, 599]) {
      need.at(row, 0);
      // Demand is never under five there, so that more than one is needed for sure.
      expect(need.beyond[0]).toBeCloseTo(1, 9);
    }
    alone.at(599, 0);
    expect([alone.least, alone.most, alone.beyond]).toEqual([need.least, need.most, need.beyond]);
  });

  it('what is read of one minute leaves nothing behind for the next', () => {
    const { distribution, readings, replicas } = learned;
    const [fresh, used] = [0, 1].map(() => new NeedAhead(distribution, readings, 0, replicas.length));
    if (!fresh || !used) throw new Error('two are made');
    used.at(100, 0);
    used.at(300, 2);
    used.at(400, 5);
    fresh.at(400, 5);
    const read = ({ least, most, beyond }: NeedAhead) => [least, most, [...beyond.subarray(0, most - least + 1)]];
    expect(read(used)).toEqual(read(fresh));
  });

  it('a demand a thousandfold is bounded: no more than a thousand over the present', () => {
    const { distribution, readings, replicas } = learned;
    const huge = { ...distribution, location: { ...distribution.location, intercept: 20, highest: 20 } };
    const need = new NeedAhead(huge, readings, 0, replicas.length);
    need.at(100, 3);
    expect([need.least, need.most]).toEqual([3, 1003]);
    const numbers = new Int32Array(PRICES.length);
    newsvendor(need, numbers);
    expect(numbers.at(-1)).toBe(1003);
  });
});

function chances(): fc.Arbitrary<Chances> {
  const falling = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 })
    .map((some) => [...some.toSorted((a, b) => b - a), 0]);
  return fc.record({ least: fc.integer({ min: 1, max: 2000 }), beyond: falling });
}

function numbersOf({ least, beyond }: Chances, count = PRICES.length): readonly number[] {
  const into = new Int32Array(count);
  const steps = [...beyond.keys()]
    .filter((over) => over === 0 || (beyond[over] ?? 0) < (beyond[over - 1] ?? 0))
    .reverse();
  const need = { least, beyond: Float64Array.from(beyond), steps: Int32Array.from(steps), stepCount: steps.length };
  newsvendor(need, into);
  return [...into];
}

function learnedOf(length: number): {
  readonly distribution: Distribution;
  readonly readings: Readings;
  readonly replicas: Float64Array;
} {
  const replicas = Float64Array.from({ length }, (_, i) => 12 + 6 * Math.sin(i / 30) + ((i * 7919) % 97) / 97);
  const readings = readingsOf(replicas, 0, () => null, 3);
  const rows = Int32Array.from({ length: length - 63 }, (_, i) => 60 + i);
  const distribution = learnDistribution(readings, highestAhead(replicas, 3, log), rows, new Int32Array())(false);
  return { distribution, readings, replicas };
}
