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
      '17 % more than is in use, and no fewer than were wanted in the last 60 minutes',
    ],
    [{ kind: 'headroom', factor: 1, windowMinutes: 5 }, '0 % more than is in use, and no fewer than'],
    [{ kind: 'price', price: 0, windowMinutes: 10 }, 'a missing replica weighed as 5 idle ones, and no fewer'],
    [{ kind: 'price', price: 10, windowMinutes: 10 }, 'a missing replica weighed as 84 idle ones, and no fewer'],
  ] as const)('%j', (expert, words) => {
    expect(describeExpert(expert)).toContain(words);
    expect(describeExpert(expert)).toMatch(/ than were wanted in the last \d+ minutes$/);
  });
});

describe('a plan', () => {
  it('tells its record, and an HPA at 70 % where it has none of its own', () => {
    expect(told({ days: 1 })).toBe(
      '10 % more than is in use, and no fewer than were wanted in the last 5 minutes. On the last day that would have ' +
        'had enough 99.9 % of the time at 1.20 × what was needed with 2.5 changes an hour; HPA at 70 % would have ' +
        'had enough 100.0 % of the time at 1.40 × what was needed',
    );
    expect(told({ days: 8 })).toContain('. On the last 8 days that would have had enough');
  });

  it('of a named load is held against an HPA at the same target', () => {
    expect(describePolicy(sizingPolicy(), 'requests')).toMatch(
      /; HPA at the same target would have had enough 100.0 % of /,
    );
  });

  it('is held against its own HPA, and names three of the metrics that were left out', () => {
    expect(own([])).toMatch(
      /; your HPA \(CPU 70 %, memory 80 %\) would have had enough 99.7 % of the time at 1.25 × what was needed$/,
    );
    expect(own(['a'])).toMatch(/; its metric a is left out$/);
    expect(own(['a', 'b', 'c'])).toMatch(/; its metrics a, b, c are left out$/);
    expect(own(['a', 'b', 'c', 'd'])).toMatch(/; its metrics a, b, c and 1 more are left out$/);
    expect(own(['a'], null)).toMatch(/; HPA at 70 % would .*; your HPA's metrics are not in the history: a$/);
  });
});
