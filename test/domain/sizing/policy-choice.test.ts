// One choice of a policy, in figures: what it promises, what it may cost, what it remembers and how far it moves.
import { describe, expect, it } from 'vitest';
import { featureColumns, SIZING_FEATURES } from '../../../lib/domain/sizing/features.ts';
import { PolicyTrials } from '../../../lib/domain/sizing/objective.ts';
import { neededBy, replayHpa } from '../../../lib/domain/sizing/replay.ts';
import { searchPolicy } from '../../../lib/domain/sizing/search.ts';
import type { FittedSizing, ReplayScore, SizingShape } from '../../../lib/domain/sizing/sizing-policy.ts';
import { usualDays } from '../../../lib/domain/sizing/usual-day.ts';

const START = Date.parse('2026-03-02T00:00:00Z');
const MINUTE_MS = 60_000;
const DAY = 1440;
/** An SLO of 99.5 % leaves half a percent of the time. */
const BUDGET = 0.5;
const INPUT = {
  startsAt: START,
  perReplica: 1,
  startupSeconds: 90,
  tickMinutes: 1,
  sloPercent: 100 - BUDGET,
  previous: null,
};

const demand = (days: number, at: (minute: number) => number) =>
  Float64Array.from({ length: days * DAY }, (_, i) => at(i));
const flat = demand(1, () => 10);
/** A rise to three times the demand every 90 minutes, for ten. */
const bursts = demand(1.25, (minute) => (minute % 90 < 10 ? 30 : 10));
const choose = (minutes: Float64Array, changes: Partial<Parameters<typeof searchPolicy>[0]> = {}): FittedSizing => {
  const chosen = searchPolicy({ ...INPUT, ...changes, minutes });
  if (chosen === null) throw new Error('no plan');
  return chosen;
};
const trialsOf = (minutes: Float64Array) => {
  const input = { minutes, needed: neededBy(minutes, 0.9), unit: 0.9, startupSeconds: 90, tickMinutes: 1 };
  return new PolicyTrials(input, featureColumns(minutes, START, 0.9, usualDays(minutes, START)));
};
/** What was chosen before, `minutes` into the history. */
const chosenBefore = (
  minutes: number,
  change: Partial<FittedSizing> = {},
  policy: Partial<FittedSizing['policy']> = {},
) => ({
  at: START + minutes * MINUTE_MS,
  sizing: { ...choose(flat), ...change, policy: { ...choose(flat).policy, ...policy } },
});
const violated = (violationPercent: number): ReplayScore => ({ violationPercent, cost: 1.1 });

describe('a plan', () => {
  it('is chosen from a whole day on', () => {
    expect(searchPolicy({ ...INPUT, minutes: flat.subarray(1) })).toBeNull();
    expect(searchPolicy({ ...INPUT, minutes: flat })).not.toBeNull();
  });

  it('says how many days it was chosen on', () => {
    expect([1, 1.4, 1.6].map((days) => choose(demand(days, () => 10)).policy.days)).toEqual([1, 1, 2]);
  });

  it('promises what a replay of it gives, and tells what an HPA at 70 % would have done', () => {
    const { policy } = choose(bursts);
    const trials = trialsOf(bursts);
    const replayed = trials.replayed(policy);
    expect(policy.expected.violationPercent).toBeCloseTo(replayed.violationPercent, 1);
    expect(policy.expected.cost).toBeCloseTo(replayed.cost, 1);
    const hpa = replayHpa(trials.input, 1);
    expect(policy.hpa70).toEqual({
      violationPercent: Number(hpa.violationPercent.toFixed(3)),
      cost: Number(hpa.cost.toFixed(3)),
    });
    expect(policy).toMatchObject(trials.describe(policy));
  });

  it('is made of few parts with four digits, and held for five or ten minutes', () => {
    const { policy } = choose(bursts);
    expect([5, 10]).toContain(policy.windowMinutes);
    for (const [feature, weight] of Object.entries(policy.weights)) {
      expect(SIZING_FEATURES).toContain(feature);
      expect(weight).toBeGreaterThan(0);
      expect(weight).toBe(Number(weight.toPrecision(4)));
    }
  });

  it('of flat demand carries it at the ideal cost', () => {
    expect(choose(flat).policy.expected).toEqual({ violationPercent: 0, cost: 1 });
  });

  it('keeps the usual of seven hours from half an hour before now on, once there is a day before', () => {
    const { usual } = choose(bursts);
    expect(usual.from).toBe(START + (1.25 * DAY - 31) * MINUTE_MS);
    expect([usual.levels.length, usual.rises.length]).toEqual([84, 84]);
    expect(choose(flat).usual.levels).toEqual([]);
  });
});

describe('law: no plain headroom is clearly better than what is chosen', () => {
  const loss = (minutes: Float64Array, shape: SizingShape) => {
    const { cost, changesPerHour, shortMinutes, episodes } = trialsOf(minutes).replayed(shape);
    const likely = episodes === 0 ? 0 : (100 * shortMinutes * (1 + 1 / Math.sqrt(episodes))) / minutes.length;
    // Past 85 % of the budget, a whole budget of violations costs as much as the ideal.
    return cost + 0.004 * changesPerHour + Math.max(0, likely - 0.85 * BUDGET) / BUDGET;
  };

  it.each([
    { name: 'of flat demand', minutes: flat },
    { name: 'of bursts', minutes: bursts },
    {
      name: 'of a day that rises and falls',
      minutes: demand(1, (minute) => 10 - 8 * Math.cos((2 * Math.PI * minute) / DAY)),
    },
  ])('$name', ({ minutes }) => {
    const chosen = loss(minutes, choose(minutes).policy);
    for (const feature of ['peak5', 'peak20', 'peak60'] as const)
      for (const weight of [1, 1.04, 1.22, 1.6, 3.2])
        expect(chosen).toBeLessThan(loss(minutes, { weights: { [feature]: weight }, windowMinutes: 5 }) + 0.06);
  });
});

describe('the price of a violation', () => {
  const priceOf = (minutes: Float64Array, price?: number) =>
    choose(minutes, price === undefined ? {} : { previous: chosenBefore(minutes.length - 1, { price }) }).price;

  it('begins at 0.15 per budget and falls by a third where nothing is violated', () => {
    expect(priceOf(flat)).toBe(short((0.67 * 0.15) / BUDGET));
    expect(choose(flat, { sloPercent: 99 }).price).toBe(short(0.67 * 0.15));
    expect(priceOf(flat, 1)).toBe(0.67);
  });

  it('never falls under a hundredth per budget', () => {
    expect(priceOf(flat, 0.02)).toBe(0.01 / BUDGET);
    expect(priceOf(flat, 0.025)).toBe(0.01 / BUDGET);
  });

  it('follows what is likely over what is allowed: a few episodes are doubted, and of the budget 85 % may be promised', () => {
    const four = demand(1, (minute) => (minute % 360 === 70 ? 1000 : 1));
    // Four minutes of 1,440, and half as much again because they are four; a tenth of a budget is added on both sides.
    const likely = ((100 * 4) / DAY) * 1.5;
    expect(priceOf(four, 1)).toBe(short((likely + 0.1 * BUDGET) / (0.85 * BUDGET + 0.1 * BUDGET)));
  });

  it('rises by half at the most where more is violated than allowed, and never over one ideal per budget', () => {
    // Nobody is ready for single minutes of a thousand times the demand, and being it always costs a hundred times as much.
    const hopeless = demand(1, (minute) => (minute % 144 === 70 ? 1000 : 1));
    expect(priceOf(hopeless, 0.1)).toBe(0.15);
    expect(priceOf(hopeless, 1.9)).toBe(1 / BUDGET);
  });
});

function short(value: number): number {
  return Number(value.toPrecision(4));
}

describe('what earlier plans promised and what came of it', () => {
  const tallyOf = (minutes: Float64Array, previous: ReturnType<typeof chosenBefore>) =>
    choose(minutes, { previous }).tally;

  it('is nothing for the first, and stays where no minute has passed since the last', () => {
    expect(choose(flat).tally).toEqual({ promised: 0, came: 0 });
    const tally = { promised: 7, came: 3 };
    expect(tallyOf(flat, chosenBefore(DAY - 1, { tally }))).toEqual(tally);
    expect(tallyOf(flat, chosenBefore(DAY + 60, { tally }))).toEqual(tally);
  });

  it('grows by the promise for each minute since, the budget at the most, and by what a replay shows', () => {
    const since = (percent: number) =>
      tallyOf(flat, chosenBefore(DAY - 101, { tally: { promised: 0, came: 0 } }, { expected: violated(percent) }));
    expect(since(0.2)).toEqual({ promised: 20, came: 0 });
    expect(since(9)).toEqual({ promised: 50, came: 0 });
    const late = demand(1, (minute) => (minute >= DAY - 50 && minute < DAY - 40 ? 60 : 10));
    const policy = { weights: { peak5: 1.2 }, windowMinutes: 5 } as const;
    const { shortMinutes } = trialsOf(late).replayed(policy, DAY - 101);
    expect(shortMinutes).toBeGreaterThan(2);
    expect(tallyOf(late, chosenBefore(DAY - 101, { tally: { promised: 0, came: 0 } }, policy)).came).toBe(
      short(100 * shortMinutes),
    );
  });

  it('fades over four days', () => {
    const { promised, came } = tallyOf(
      flat,
      chosenBefore(DAY - 101, { tally: { promised: 1000, came: 500 } }, { expected: violated(0) }),
    );
    const fade = Math.exp(-100 / (4 * DAY));
    expect([promised, came]).toEqual([short(1000 * fade), short(500 * fade)]);
  });

  it('begins with the history where the last choice was made before it', () => {
    const old = {
      ...chosenBefore(0, { tally: { promised: 0, came: 0 } }, { expected: violated(0.1) }),
      at: START - 5 * DAY * MINUTE_MS,
    };
    expect(tallyOf(flat, old).promised).toBe(short(0.1 * (DAY - 1)));
  });
});

describe('care', () => {
  it('grows where more came than was promised: the same past is carried with more in hand', () => {
    // Two rises a day that nobody sees coming: being ready for them all day is worth it only for who doubts his luck.
    const uneven = demand(1, (minute) => ([400, 1000].includes(10 * Math.floor(minute / 10)) ? 30 : 10));
    const costWith = (came: number) =>
      choose(uneven, {
        previous: chosenBefore(DAY - 1, { tally: { promised: 100, came }, price: 1 }, choose(uneven).policy),
      }).policy.expected.cost;
    expect(costWith(4000)).toBeGreaterThan(costWith(100));
  });

  it('moves a plan by degrees where little is lost by that, and at once where much is', () => {
    const lavish = { weights: { peak5: 1.3 }, windowMinutes: 5 } as const;
    const level = demand(1, () => 100);
    const near = { weights: { peak5: 1.06 }, windowMinutes: 5 } as const;
    const next = choose(level, { previous: chosenBefore(DAY - 1, {}, near) }).policy.weights.peak5 ?? 0;
    expect(next).toBeGreaterThan(1);
    expect(next).toBeLessThan(1.06);
    // What is clearly too much is left at once.
    expect(choose(level, { previous: chosenBefore(DAY - 1, {}, lavish) }).policy.expected.cost).toBe(1);
  });
});
