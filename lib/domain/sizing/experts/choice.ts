// Which way of sizing is in force next: the cheapest whose record keeps the budget, doubted by how little was seen of it.
import { DAY_MINUTES } from '../../workload/time.ts';
import { PRICES } from '../demand-ahead/newsvendor.ts';
import { EXPERTS, type Expert } from './experts.ts';
import type { ExpertRecord } from './record.ts';
import type { Walked } from './walk.ts';

/** Of the SLO's budget, what a choice may promise to use: days ahead are never quite like the days behind. */
const BUDGET_SHARE = 0.88;
/** Episodes come and go like a Poisson count: so many standard deviations are added to what was seen. */
const DOUBT = 0.5;
/** Pacing: what came in the last week moves what may be promised between these. */
const LEAST_PACE = 0.4;
const MOST_PACE = 2;
/** Known well enough to pace by. */
const PACED_AFTER_MINUTES = 5 * DAY_MINUTES;
/** Plain headroom knows nothing of what may come: it must be clearly cheaper, or it is chosen by luck and stays too long. */
const HEADROOM_SURCHARGE = 0.05;
/** A price of x replicas is short about 45/x percent of the time, whatever the workload: that counts as much as a day. */
const PRICE_PRIOR_PERCENT = 45;
const PRIOR_MINUTES = DAY_MINUTES;

export interface Choice {
  readonly expert: Expert;
  /** As its record has it: percent of the time short, cost ÷ ideal, changes an hour. */
  readonly violationPercent: number;
  readonly cost: number;
  readonly changesPerHour: number;
}

/**
 * @param budget percent of the time that the SLO allows to be short
 * @param restartMinutes replica-minutes that a change of the count is worth
 * @returns the cheapest whose doubted shortage is within the paced budget; where none is, the least short
 */
export function choose(record: ExpertRecord, budget: number, restartMinutes: number): Choice {
  const allowed = BUDGET_SHARE * budget * pace(record, budget);
  const all = EXPERTS.flatMap((expert, i) => {
    const walked = record.walked[i];
    if (walked === undefined) return [];
    const surcharge = expert.kind === 'headroom' ? HEADROOM_SURCHARGE : 0;
    const spent = (1 + surcharge) * (walked.spent + restartMinutes * walked.changes);
    return [{ expert, walked, spent, likely: likelyPercent(record.minutes, expert, walked) }];
  });
  const within = all.filter(({ likely }) => likely <= allowed);
  const { expert, walked } =
    within.length > 0 ? leastOf(within, ({ spent }) => spent) : leastOf(all, ({ likely }) => likely);
  const minutes = Math.max(1, record.minutes);
  return {
    expert,
    violationPercent: (100 * walked.shortMinutes) / minutes,
    cost: walked.spent / Math.max(1, record.ideal),
    changesPerHour: (60 * walked.changes) / minutes,
  };
}

/** The first of the least. @param all at least one */
function leastOf<T>(all: readonly T[], by: (one: T) => number): T {
  return all.reduce((best, one) => (by(one) < by(best) ? one : best));
}

/** More may be promised where less came than was allowed, and less where more did. */
function pace({ came }: ExpertRecord, budget: number): number {
  const share = BUDGET_SHARE * budget;
  if (came.minutes === 0 || share <= 0) return 1;
  const known = Math.min(1, came.minutes / PACED_AFTER_MINUTES);
  const used = (100 * came.shortMinutes) / came.minutes / share;
  return Math.min(MOST_PACE, Math.max(LEAST_PACE, 1 + known * (1 - used)));
}

/** Percent of the time that it will be short. */
function likelyPercent(minutes: number, expert: Expert, { shortMinutes, episodes }: Walked): number {
  const seen = episodes > 0 ? 100 * shortMinutes * (1 + DOUBT / Math.sqrt(episodes)) : 0;
  if (expert.kind === 'headroom') return seen / Math.max(1, minutes);
  const prior = (PRICE_PRIOR_PERCENT / (PRICES[expert.price] ?? 1)) * PRIOR_MINUTES;
  return (seen + prior) / (minutes + PRIOR_MINUTES);
}
