// What a change of the replica count costs: the dearer it is said to be, the fewer are chosen, and the SLO comes first.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describePolicy } from '../../../lib/domain/sizing/describe.ts';
import { choose } from '../../../lib/domain/sizing/experts/choice.ts';
import { EXPERTS } from '../../../lib/domain/sizing/experts/experts.ts';
import type { ExpertRecord } from '../../../lib/domain/sizing/experts/record.ts';
import { walkGiven } from '../../../lib/domain/sizing/experts/walk.ts';
import { scored } from '../../../lib/domain/sizing/replay.ts';

const WEEK = 7 * 1440;
/** Percent of the time. */
const BUDGET = 0.5;

describe('laws of the cost of a change', () => {
  it('a dearer change never makes for more of them, nor for fewer replicas', () => {
    fc.assert(
      fc.property(records(), minutes(), minutes(), (record, one, other) => {
        const cheap = choose(record, BUDGET, Math.min(one, other));
        const dear = choose(record, BUDGET, Math.max(one, other));
        // Headroom is taken for a twentieth dearer than it is.
        expect(dear.changesPerHour).toBeLessThanOrEqual(1.05 * cheap.changesPerHour + 1e-9);
        expect(1.05 * dear.cost).toBeGreaterThanOrEqual(cheap.cost - 1e-9);
      }),
    );
  });

  it('a change that costs nothing does not count, and replica-time alone decides', () => {
    fc.assert(
      fc.property(records(), (record) => {
        const still = { ...record, walked: record.walked.map((one) => ({ ...one, changes: 0 })) };
        expect(choose(record, BUDGET, 0).expert).toEqual(choose(still, BUDGET, 60).expert);
      }),
    );
  });

  it('what keeps the budget is never given up for fewer changes', () => {
    fc.assert(
      fc.property(records(), minutes(), (record, restartMinutes) => {
        const within = (restart: number) => choose(record, BUDGET, restart).violationPercent <= BUDGET;
        expect(within(restartMinutes)).toBe(within(0));
      }),
    );
  });

  it('the score of given replicas counts the minutes in which they change', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 200 }), (given) => {
        const replicas = Int32Array.from(given);
        const course = { needed: replicas, delaySeconds: 0, everyMinutes: 1, cooldownDownMinutes: 0 };
        const changes = given.filter((count, i) => i > 0 && count !== given[i - 1]).length;
        expect(walkGiven(course, replicas).changes).toBe(changes);
        expect(scored(course, replicas).changesPerHour).toBeCloseTo((60 * changes) / given.length, 2);
      }),
    );
  });
});

describe('the sentence', () => {
  const score = { violationPercent: 0.3, cost: 1.2 };
  const policy = {
    expert: { kind: 'headroom', factor: 1.25, windowMinutes: 5 },
    expected: score,
    changesPerHour: 2.96,
    days: 7,
  } as const;

  it('tells the changes of the choice beside those of the HPA', () => {
    expect(describePolicy({ ...policy, hpa70: { ...score, changesPerHour: 4.04 } })).toMatch(
      / with 3\.0 changes an hour; HPA at 70 % would have had .* at 1\.20 × what was needed with 4\.0 changes an hour$/,
    );
  });

  it('tells none of an HPA of which an older release has counted none', () => {
    expect(describePolicy({ ...policy, hpa70: score })).toMatch(
      /HPA at 70 % would have had enough 99\.7 % of the time at 1\.20 × what was needed$/,
    );
  });
});

function minutes() {
  return fc.double({ min: 0, max: 60, noNaN: true });
}

/** A week of every way of sizing: some keep the budget, some do not. */
function records(): fc.Arbitrary<ExpertRecord> {
  const walked = fc.record({
    shortMinutes: fc.double({ min: 0, max: 200, noNaN: true }),
    episodes: fc.integer({ min: 1, max: 100 }),
    spent: fc.integer({ min: WEEK, max: 4 * WEEK }),
    changes: fc.integer({ min: 0, max: 2000 }),
  });
  return fc
    .array(walked, { minLength: EXPERTS.length, maxLength: EXPERTS.length })
    .map((all) => ({ minutes: WEEK, ideal: WEEK, walked: all, came: { minutes: 0, shortMinutes: 0 } }));
}
