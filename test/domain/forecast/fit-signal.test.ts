// What is learned of a signal, field by field, on demand that shows it.
import { describe, expect, it } from 'vitest';
import { fitSignal, unfitted } from '../../../lib/domain/forecast/fit.ts';
import { type FittedSignal, HORIZONS_SECONDS } from '../../../lib/domain/forecast/fitted.ts';
import { floorOf, fromScale, toScale } from '../../../lib/domain/forecast/log-transform.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import { DAY, daily, END, HOUR, history, noise, STEP } from '../../make/histories.ts';

const learnedOf = (series: Series): FittedSignal => {
  const learned = fitSignal(series, 'cpu');
  if (learned === undefined) throw new Error('nothing was learned');
  return learned;
};
const random = () => {
  let state = 7;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

describe('what is learned of flat demand', () => {
  const flat = () => learnedOf(history(3, () => 5));

  it('is its level, in four digits, and a floor of a fiftieth of it', () => {
    const learned = flat();
    expect(learned).toMatchObject({ highest: 5, floor: 0.1, usual: expect.closeTo(0, 9) });
    expect(fromScale(learned.day, learned.floor)).toBeCloseTo(5, 2);
  });

  it('is a day without a shape', () => {
    const learned = flat();
    expect(learned.profile).toHaveLength(48);
    expect(99 * learned.profileStep).toBeCloseTo(0, 9);
  });

  it('has no skill over the last value, which is never wrong', () => {
    const learned = flat();
    expect(learned.skill).toEqual([0, 0, 0, 0]);
  });

  it('has a line per horizon, weights in percent', () => {
    const learned = flat();
    expect(learned.weights).toHaveLength(HORIZONS_SECONDS.length);
    for (const weights of learned.weights) {
      expect(weights.every((weight) => Number.isInteger(weight) && weight >= 0 && weight <= 100)).toBe(true);
    }
    expect([learned.skill, learned.residuals].map((of) => of.length)).toEqual([4, 4]);
  });
});

describe('what counts as history', () => {
  const highest = (series: Series) => learnedOf(series).highest;
  /** Of the last `hours`, what is told; one before. */
  const lately = (hours: number, demand: number, days = 3) =>
    history(days, (at) => (at > END - hours * HOUR ? demand : 1));

  it('is the last two weeks', () => {
    const early = (days: number) => history(days, (at) => (at <= END - 14 * DAY ? 9 : 1));
    expect([highest(early(15)), highest(early(14))]).toEqual([1, 1]);
    expect(highest(history(15, (at) => (at <= END - 13 * DAY ? 9 : 1)))).toBe(9);
  });

  it('is whole cells of five minutes: a sample at a boundary closes one, a sample after it opens one that does not count', () => {
    const open = (at: number) => history(2, (when) => (when > END ? 9 : 1), at);
    expect(highest(lately(2, 9))).toBe(9);
    expect(
      fitSignal(
        history(STEP / DAY, () => 3),
        'cpu',
      )?.highest,
    ).toBe(3);
    expect(
      fitSignal(
        history(STEP / DAY, () => 3, END + 1000),
        'cpu',
      ),
    ).toBeUndefined();
    expect(highest(open(END + 1000))).toBe(1);
  });

  it('is nothing that is no number', () => {
    const broken = history(2, (at) => (at % HOUR === 0 ? Number.POSITIVE_INFINITY : 2));
    expect(highest(broken)).toBe(2);
    expect(
      fitSignal(
        history(2, () => Number.NaN),
        'cpu',
      ),
    ).toBeUndefined();
    expect(
      fitSignal(
        history(2, () => Number.POSITIVE_INFINITY),
        'cpu',
      ),
    ).toBeUndefined();
  });

  it('the highest is what all but the rarest thousandth stay under', () => {
    const rare = (cells: number) => history(7, (at) => (at > END - DAY && at <= END - DAY + cells * STEP ? 9 : 1));
    // Seven days are 2,016 cells: two of them are rare.
    expect([highest(rare(2)), highest(rare(3))]).toEqual([1, 9]);
  });
});

describe('a fault of the reading', () => {
  /** Every hour five minutes of `height` among minutes of one. */
  const spiky = (height: number, cells = 1) => history(2, (at) => (at % HOUR < cells * STEP ? height : 1));

  it('is five minutes over twenty times what is before, after and typical: it is taken for missing', () => {
    expect([learnedOf(spiky(20)).highest, learnedOf(spiky(20.1)).highest]).toEqual([20, 1]);
  });

  it('is not what lasts for ten minutes', () => {
    expect(learnedOf(spiky(50, 2)).highest).toBe(50);
  });

  it('is not load where there is none otherwise', () => {
    expect(learnedOf(history(2, (at) => (at % (6 * HOUR) === 0 ? 3 : 0))).highest).toBe(3);
  });
});

describe('the day to come', () => {
  const ofDays = () => learnedOf(history(7, (at) => daily(at) + 0.05 * noise(at)));

  it('has the shape of the days before, in whole steps of two digits', () => {
    const learned = ofDays();
    expect(learned.profile).toHaveLength(48);
    expect(Math.max(...learned.profile.map(Math.abs))).toBe(99);
    expect(learned.profile.every(Number.isInteger)).toBe(true);
    for (const halfHour of [0, 12, 24, 36, 47]) {
      const z = learned.day + (learned.profile[halfHour] ?? 0) * learned.profileStep;
      expect(fromScale(z, learned.floor)).toBeCloseTo(daily((halfHour + 0.5) * 1_800_000), 0);
    }
  });

  it('weighs by the day where that is what foretells, and shows skill', () => {
    const learned = ofDays();
    expect(learned.method).toBe('daily_profile');
    expect(learned.skill.every((skill) => skill !== null && skill > 0.3 && skill <= 1)).toBe(true);
    expect(learned.usual).toBeGreaterThan(0);
    expect(learned.residuals.every((misses) => misses !== null)).toBe(true);
  });

  it('is not known within the first day', () => {
    expect(learnedOf(history(0.9, daily)).profile).toEqual([]);
    expect(learnedOf(history(0.9, daily))).toMatchObject({ profileStep: 0 });
  });

  it('bridges up to four half-hours that are missing, and is no rhythm with more', () => {
    const without = (halfHours: number) =>
      learnedOf(
        history(1.5, (at) =>
          at > END - 20 * HOUR && at <= END - 20 * HOUR + halfHours * 1_800_000 ? Number.NaN : daily(at),
        ),
      );
    expect([without(4).profile.length, without(5).profile.length]).toEqual([48, 0]);
    // What is missing is taken for as before.
    const { profile } = without(4);
    const missing = Array.from({ length: 5 }, (_, i) => profile[(20 + i - 1) % 48]);
    expect(new Set(missing).size).toBe(1);
  });

  it('of a week with weekends is a week', () => {
    const weekend = (at: number) => [0, 6].includes(new Date(at).getUTCDay());
    const office = (at: number) => (weekend(at) ? 1 : daily(at)) + 0.02 * noise(at);
    expect(learnedOf(history(14, office)).method).toBe('weekly_profile');
  });
});

describe('skill', () => {
  it('is not judged on fewer than twenty-four forecasts', () => {
    const known = (hours: number) => learnedOf(history(hours / 24, daily)).skill[0];
    // One each half hour; a quarter of an hour ahead the first is known soon.
    expect(known(10)).toBeNull();
    expect(known(20)).not.toBeNull();
    expect(learnedOf(history(14 / 24, daily)).skill).toEqual([expect.any(Number), expect.any(Number), null, null]);
  });

  it('is judged on the last three days: what was foretold before does not count', () => {
    const draw = random();
    const changed = (days: number) =>
      learnedOf(history(10, (at) => (at > END - days * DAY ? 3 + 4 * draw() : daily(at)))).skill[1] ?? Number.NaN;
    expect(learnedOf(history(10, daily)).skill[1]).toBeGreaterThan(0.5);
    expect(changed(5)).toBeLessThan(0.5);
    const again = random();
    const mended = learnedOf(history(10, (at) => (at > END - 4 * DAY ? daily(at) : 3 + 4 * again()))).skill[1];
    expect(mended).toBeGreaterThan(0.3);
  });

  it('of noise around a level is that of a mean over the last value', () => {
    const draw = random();
    const learned = learnedOf(history(7, () => 10 + 4 * draw()));
    expect(learned.method).not.toBe('last_value');
    expect(learned.skill[1]).toBeGreaterThan(0.1);
    expect(learned.skill[1]).toBeLessThan(0.5);
  });
});

describe('what is assumed before anything was learned', () => {
  it('is the last value, on a scale of its own, with nothing claimed of days, skill or misses', () => {
    const assumed = unfitted(3);
    expect(assumed).toEqual({
      method: 'last_value',
      floor: 0.06,
      highest: 3,
      day: 0,
      usual: 0,
      profileStep: 0,
      profile: [],
      weights: HORIZONS_SECONDS.map(() => [100, 0, 0, 0, 0, 0, 0]),
      skill: [null, null, null, null],
      residuals: [null, null, null, null],
    });
  });
});

describe('the scale', () => {
  it('counts equal shares alike above its floor, knows zero, and leads back', () => {
    const floor = 0.02;
    expect(toScale(0, floor)).toBe(0);
    expect(toScale(4, floor) - toScale(2, floor)).toBeCloseTo(toScale(8, floor) - toScale(4, floor), 1);
    for (const demand of [0, 0.001, 1, 1e6]) expect(fromScale(toScale(demand, floor), floor)).toBeCloseTo(demand, 6);
    expect(fromScale(-1, floor)).toBe(0);
  });

  it('has a floor of a fiftieth of the typical demand, a nanocore at least, and one where there is no demand', () => {
    const floors = [[1, 1, 100], [0, 0, 3, 5], [0], [], [1e-12]].map((of) => floorOf(Float64Array.from(of)));
    expect(floors).toEqual([0.02, 0.08, 1, 1, 1e-9]);
  });
});
