// A plan in words: what is done, how its record has it, and the HPA that it is held against.
import { describe, expect, it } from 'vitest';
import { describeExpert, describePolicy } from '../../../lib/domain/sizing/describe.ts';
import { sizingPolicy } from '../../make/sizings.ts';

const score = { violationPercent: 0.3, cost: 1.25 };
const told = (change: Parameters<typeof sizingPolicy>[0]) => describePolicy(sizingPolicy(change));
const own = (leftOut: readonly string[], of: typeof score | null = score) =>
  told({ ownHpa: { targets: { cpu: 70, memory: 80 }, leftOut, score: of } });

describe('a way of sizing', () => {
  it.each([
    [
      { kind: 'headroom', factor: 1.17, windowMinutes: 60 },
      '17 % headroom and the highest number of the last 60 minutes',
    ],
    [{ kind: 'headroom', factor: 1, windowMinutes: 5 }, '0 % headroom and the highest number of the last 5 minutes'],
    [{ kind: 'price', price: 0, windowMinutes: 10 }, 'a missing replica weighed as 5 idle ones, and the highest'],
    [{ kind: 'price', price: 10, windowMinutes: 10 }, 'a missing replica weighed as 84 idle ones, and the highest'],
  ] as const)('%j', (expert, words) => {
    expect(describeExpert(expert)).toContain(words);
    expect(describeExpert(expert)).toMatch(/ of the last \d+ minutes on the way down$/);
  });
});

describe('a plan', () => {
  it('tells its record, and an HPA at 70 % where it has none of its own', () => {
    expect(told({ days: 1 })).toBe(
      'chose 10 % headroom and the highest number of the last 5 minutes on the way down: on the last day that would have ' +
        'kept 99.9 % at 1.20 × the ideal with 2.5 changes an hour; HPA at 70 % would have kept 100.0 % at 1.40 × the ideal',
    );
    expect(told({ days: 8 })).toContain(': on the last 8 days that would have kept');
  });

  it('of a named load is held against an HPA at the same target', () => {
    expect(describePolicy(sizingPolicy(), 'requests')).toMatch(/; HPA at the same target would have kept 100.0 % /);
  });

  it('is held against its own HPA, and names three of the metrics that were left out', () => {
    expect(own([])).toMatch(/; your HPA \(CPU 70 %, memory 80 %\) would have kept 99.7 % at 1.25 × the ideal$/);
    expect(own(['a'])).toMatch(/; its metric a is left out$/);
    expect(own(['a', 'b', 'c'])).toMatch(/; its metrics a, b, c are left out$/);
    expect(own(['a', 'b', 'c', 'd'])).toMatch(/; its metrics a, b, c and 1 more are left out$/);
    expect(own(['a'], null)).toMatch(/; HPA at 70 % would .*; your HPA's metrics are not in the history: a$/);
  });
});
