// What each way of sizing wants at each minute of a stretch that the distribution has not seen.

import { rollingMax } from '../../workload/rolling-window.ts';
import { type Distribution, NeedAhead } from '../demand-ahead/distribution.ts';
import { BAND, newsvendor, PRICES } from '../demand-ahead/newsvendor.ts';
import type { Readings } from '../demand-ahead/readings.ts';
import { EXPERTS, type Expert, headroomOf } from './experts.ts';
import { type Course, type Stretch, type Walked, walk } from './walk.ts';

/** @param replicas demand by the minute in replicas that run full */
export function walkAll(
  course: Course,
  replicas: Float64Array,
  readings: Readings,
  distribution: Distribution,
  stretch: Stretch,
): readonly Walked[] {
  const { from, to } = stretch;
  const byPrice = PRICES.map(() => new Int32Array(replicas.length));
  const need = new NeedAhead(distribution, readings, from, to);
  const numbers = new Int32Array(PRICES.length);
  for (let i = from; i < to; i++) {
    need.at(i, replicas[i] ?? 0);
    newsvendor(need, numbers);
    for (let price = 0; price < byPrice.length; price++) {
      const column = byPrice[price];
      if (column !== undefined) column[i] = numbers[price] ?? 1;
    }
  }
  const byFactor = new Map<number, Int32Array>();
  return EXPERTS.map((expert) => walk(course, wantedBy(expert, byPrice, byFactor, replicas, stretch), stretch));
}

/** @param byFactor what headroom wants: filled here, since several hold it for another time */
function wantedBy(
  expert: Expert,
  byPrice: readonly Int32Array[],
  byFactor: Map<number, Int32Array>,
  replicas: Float64Array,
  { from, to }: Stretch,
) {
  const { windowMinutes } = expert;
  if (expert.kind === 'headroom') {
    const wanted = byFactor.get(expert.factor) ?? headroomOf(replicas, expert.factor, from, to);
    byFactor.set(expert.factor, wanted);
    return { up: wanted, down: wanted, windowMinutes };
  }
  const [up, down] = [byPrice[expert.price], byPrice[expert.price + BAND]];
  if (up === undefined || down === undefined) throw new Error(`there is no price ${expert.price}`);
  return { up, down, windowMinutes };
}

/**
 * The highest demand within the lead after each minute, as it is learned: a logarithm of replicas; NaN at the end, where it is not
 * known yet.
 */
export function highestAhead(
  replicas: Float64Array,
  leadMinutes: number,
  log: (replicas: number) => number,
): Float64Array {
  const highest = rollingMax(replicas, leadMinutes);
  const ahead = new Float64Array(replicas.length).fill(Number.NaN);
  for (let i = 0; i + leadMinutes < replicas.length; i++) ahead[i] = log(highest[i + leadMinutes] ?? 0);
  return ahead;
}
