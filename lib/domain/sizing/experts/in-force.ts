// What a learned sizing wants at each minute: by its distilled numbers, or by plain headroom.

import { locationOf } from '../demand-ahead/location.ts';
import type { Readings } from '../demand-ahead/readings.ts';
import { columnsOf, type Distilled, distilledAt } from '../distilled/distilled.ts';
import { unpackDistilled } from '../distilled/packed.ts';
import type { FittedSizing } from '../sizing-policy.ts';
import { headroomOf } from './experts.ts';
import type { Stretch, Wanted } from './walk.ts';

/** Where what was distilled is missing or of another version: as an HPA at 70 % would, over an hour. */
const WITHOUT_MODEL = { factor: 1.3, windowMinutes: 60 };

/**
 * @param replicas demand by the minute in replicas that run full; headroom needs no readings of it
 * @param stretch the minutes that are wanted; nothing is before them
 */
export function wantedInForce(
  { replicas, readings: read }: { readonly replicas: Float64Array; readonly readings: () => Readings },
  { policy, model }: Pick<FittedSizing, 'policy' | 'model'>,
  { from, to }: Pick<Stretch, 'from' | 'to'>,
): Wanted {
  const { expert } = policy;
  const distilled = modelOf({ policy, model });
  const windowMinutes = holdInForce({ policy, model });
  if (distilled === null) {
    const { factor } = expert.kind === 'headroom' ? expert : WITHOUT_MODEL;
    const wanted = headroomOf(replicas, factor, from, to);
    return { up: wanted, down: wanted, windowMinutes };
  }
  const [up, down] = [new Int32Array(replicas.length), new Int32Array(replicas.length)];
  const readings = read();
  const middle = locationOf(distilled.location, readings.levels, from, to);
  const columns = columnsOf(readings, middle, replicas);
  for (let i = from; i < to; i++) {
    const numbers = distilledAt(distilled, columns, middle[i] ?? 0, replicas[i] ?? 0, i);
    up[i] = numbers.up;
    down[i] = numbers.down;
  }
  return { up, down, windowMinutes };
}

/** Minutes of which the highest number wanted is come down to. */
export function holdInForce(sizing: Pick<FittedSizing, 'policy' | 'model'>): number {
  const { expert } = sizing.policy;
  const isWithout = expert.kind === 'price' && modelOf(sizing) === null;
  return isWithout ? WITHOUT_MODEL.windowMinutes : expert.windowMinutes;
}

/** Null where plain headroom is in force. */
function modelOf({ policy, model }: Pick<FittedSizing, 'policy' | 'model'>): Distilled | null {
  return policy.expert.kind === 'price' && model !== null ? unpacked(model) : null;
}

/** What is in force stays so for hours, and is asked at every tick and look: 11 kB each. A cluster of 10,000 workloads has as many. */
const UNPACKED_KEPT = 12_288;
const kept = new Map<string, Distilled | null>();

function unpacked(model: string): Distilled | null {
  const known = kept.get(model);
  if (known !== undefined) return known;
  const distilled = unpackDistilled(model);
  const oldest = kept.size >= UNPACKED_KEPT ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
  kept.set(model, distilled);
  return distilled;
}
