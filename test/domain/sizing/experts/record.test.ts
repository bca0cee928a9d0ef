// How each way of sizing has done: fading by the day, and kept in two bytes a number.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPERTS } from '../../../../lib/domain/sizing/experts/experts.ts';
import {
  type ExpertRecord,
  extended,
  NO_RECORD,
  packRecord,
  unpackRecord,
} from '../../../../lib/domain/sizing/experts/record.ts';
import type { Walked } from '../../../../lib/domain/sizing/experts/walk.ts';

const DAY = 1440;
const FIELDS = ['shortMinutes', 'episodes', 'spent', 'changes'] as const;
const walkedAs = (one: Partial<Walked>): readonly Walked[] =>
  EXPERTS.map(() => ({ shortMinutes: 0, episodes: 0, spent: 0, changes: 0, ...one }));
const since = { minutes: DAY, ideal: 2 * DAY, shortMinutes: null };

describe('a record', () => {
  it('of ten days ago has faded to a third, and of the sizing in force of seven', () => {
    let record = extended(NO_RECORD, walkedAs({ spent: 900, shortMinutes: 3 }), { ...since, shortMinutes: 30 });
    expect(record).toMatchObject({ minutes: DAY, ideal: 2 * DAY, came: { minutes: DAY, shortMinutes: 30 } });
    for (let day = 0; day < 10; day++) record = extended(record, walkedAs({}), { ...since, shortMinutes: 0 });
    expect(record.walked[0]?.spent).toBeCloseTo(900 / Math.E, 6);
    expect(record.walked.at(-1)?.shortMinutes).toBeCloseTo(3 / Math.E, 6);
    expect(record.came.shortMinutes).toBeCloseTo(30 * Math.exp(-10 / 7), 6);
  });

  it('of many days is worth ten, and of the sizing in force seven', () => {
    let record = NO_RECORD;
    for (let day = 0; day < 100; day++) record = extended(record, walkedAs({}), { ...since, shortMinutes: 1 });
    expect(record.minutes / DAY).toBeCloseTo(1 / (1 - Math.exp(-1 / 10)), 2);
    expect(record.came.minutes / DAY).toBeCloseTo(1 / (1 - Math.exp(-1 / 7)), 2);
  });

  it('does not hear of the sizing in force where none was', () => {
    const before = extended(NO_RECORD, walkedAs({}), { ...since, shortMinutes: 5 });
    expect(extended(before, walkedAs({}), since).came).toEqual(before.came);
  });

  it('law: half of the minutes and then the other half fade a sum no more than all at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 3000 }), (a, b) => {
        const start = extended(NO_RECORD, walkedAs({ spent: 5000 }), since);
        const spentAfter = (...parts: readonly number[]) =>
          parts.reduce((record, minutes) => extended(record, walkedAs({}), { ...since, minutes }), start).walked[3]
            ?.spent;
        expect(spentAfter(a, b)).toBeCloseTo(spentAfter(a + b) ?? 0, 6);
      }),
    );
  });
});

describe('a record as it is kept', () => {
  it('law: comes back within a hundredth of a minute and 0.04 %, up to what ten thousand replicas take in a fortnight', () => {
    fc.assert(
      fc.property(records(), (record) => {
        const text = packRecord(record);
        const again = unpackRecord(text);
        expect(text).toHaveLength(4 * Math.ceil((2 * (4 + 4 * EXPERTS.length)) / 3));
        near(again?.minutes, record.minutes);
        near(again?.ideal, record.ideal);
        near(again?.came.minutes, record.came.minutes);
        near(again?.came.shortMinutes, record.came.shortMinutes);
        for (const [i, one] of record.walked.entries())
          for (const field of FIELDS) near(again?.walked[i]?.[field], one[field]);
        // What was rounded once is not rounded again.
        if (again !== null) expect(packRecord(again)).toBe(text);
      }),
    );
  });

  it('is null where other experts wrote it, or it was cut', () => {
    const text = packRecord(NO_RECORD);
    for (let length = 0; length < text.replaceAll('=', '').length; length++)
      expect(unpackRecord(text.slice(0, length))).toBeNull();
    expect(unpackRecord(`${text}AAAA`)).toBeNull();
    expect(unpackRecord('no base64!')).toBeNull();
  });
});

function near(found: number | undefined, value: number): void {
  expect(Math.abs((found ?? Number.NaN) - value)).toBeLessThanOrEqual(0.01 + 0.0004 * value);
}

function records(): fc.Arbitrary<ExpertRecord> {
  const amount = (max: number) => fc.oneof(fc.constant(0), fc.double({ min: 0, max, noNaN: true }));
  const most = 10_000 * 10 * DAY;
  const walked = fc.record({
    shortMinutes: amount(15_000),
    episodes: amount(1000),
    spent: amount(most),
    changes: amount(15_000),
  });
  return fc.record({
    minutes: amount(15_000),
    ideal: amount(most),
    walked: fc.array(walked, { minLength: EXPERTS.length, maxLength: EXPERTS.length }),
    came: fc.record({ minutes: amount(15_000), shortMinutes: amount(15_000) }),
  });
}
