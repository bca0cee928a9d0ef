// The week after clocks have changed, of loads that follow them: with their time zone ours is short less, and hardly dearer.
import { describe, expect, it } from 'vitest';
import { runBacktest } from '../../../lib/app/backtest/backtest.ts';
import { makePolicy } from '../../../lib/app/backtest/policies.ts';
import { officeWeeks, type Season } from '../../make/office-hours.ts';

const STARTUP_SECONDS = 300;
const SETTINGS = { capacity: 1, min: 1, max: 200, sloPercent: 99.5, tickSeconds: 60 } as const;
/** One such week may go either way. */
const SEEDS = [1, 2, 3];

describe('the week after a change of daylight saving', () => {
  it.each(['spring', 'autumn'] as const)(
    'of %s is short less with the zone than without, at a cost within 1 %%',
    (season) => {
      const [utc, local] = [weeksAfter(season), weeksAfter(season, 'Europe/Berlin')];
      expect(local.violationPct).toBeLessThan(0.9 * utc.violationPct);
      expect(local.cost).toBeLessThan(1.01 * utc.cost);
    },
  );
});

/** Means over the seeds, scored from the change on. */
function weeksAfter(season: Season, timeZone?: string): Score {
  const scores = SEEDS.map((seed) => weekAfter(season, seed, timeZone));
  const mean = (of: (score: Score) => number) => scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  return { violationPct: mean(({ violationPct }) => violationPct), cost: mean(({ cost }) => cost) };
}

interface Score {
  readonly violationPct: number;
  readonly cost: number;
}

function weekAfter(season: Season, seed: number, timeZone?: string): Score {
  const { trace, changesAt: scoredFrom } = officeWeeks(season, seed);
  const settings = { ...SETTINGS, ...(timeZone !== undefined && { timeZone }) };
  const run = { ...trace, startupSeconds: STARTUP_SECONDS };
  const policy = makePolicy('ours', settings, run);
  if (policy === null) throw new Error('there is no policy ours');
  const { violationPct, cost } = runBacktest({ ...run, ...settings, scoredFrom }, policy);
  return { violationPct, cost: cost ?? Number.NaN };
}
