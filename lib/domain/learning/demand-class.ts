// What kind of demand a workload has, as far as that says what can be done for it: told from what its last lesson left behind.
import { nearSkill } from '../forecast/forecast.ts';
import type { FittedSizing } from '../sizing/sizing-policy.ts';
import { TOLERANCE } from '../workload/pace.ts';
import type { SignalName } from '../workload/signal.ts';
import { DAY_MS } from '../workload/time.ts';
import type { Fitted } from './fitted.ts';

/**
 * `static`: one count does. `bursty`: it jumps past what anything foretells, faster than pods start. `predictable`: neither;
 * what comes while pods start shows before. `too_short`: too little of it was seen.
 */
export const DEMAND_CLASSES = ['predictable', 'static', 'bursty', 'too_short'] as const;
type DemandClassName = (typeof DEMAND_CLASSES)[number];

/** Small: the memory of every workload has one. */
export interface DemandClass {
  readonly name: DemandClassName;
  /** The load that it is told by: the one that is hardest to follow. */
  readonly signal: SignalName;
  /** Days on record; 0 before the first lesson. */
  readonly days: number;
  /** Replicas, and their cost beside what was needed. Absent where it is too short to say. */
  readonly steady?: readonly [replicas: number, cost: number];
  /** What following demand is expected to cost, in the same measure. */
  readonly followedCost?: number;
  /** Percent of the time. */
  readonly surprisePercent?: number;
  /** Of the forecast within the hour; null where it is not known. */
  readonly skill?: number | null;
}

/** Each hour was seen twice by then: what came by the clock can be told from what came by chance. */
const FEWEST_DAYS = 2;
/** Following demand saves less than HPA's tolerance beside one count: not worth a change either. */
const STEADY_WITHIN = 1 + TOLERANCE;

const HARDEST_FIRST: readonly DemandClassName[] = ['bursty', 'predictable', 'static', 'too_short'];

/**
 * @param sloPercent what the surprises are held against: what they take of the time is what no forecast can give back
 * @returns undefined where nothing can be said: no request, or a lesson of an older release, which did not look
 */
export function demandClassOf(fitted: Fitted | undefined, sloPercent: number): DemandClass | undefined {
  if (fitted === undefined) return { name: 'too_short', signal: 'cpu', days: 0 };
  const sizings = [...(fitted.sizing ? [['cpu', fitted.sizing] as const] : []), ...Object.entries(fitted.loads ?? {})];
  if (sizings.length === 0)
    return fitted.at - fitted.since < FEWEST_DAYS * DAY_MS ? { name: 'too_short', signal: 'cpu', days: 0 } : undefined;
  const found = sizings.flatMap(([signal, sizing]) =>
    classOfLoad(signal, sizing, fitted.signals[signal]?.skill ?? [], sloPercent),
  );
  return found.toSorted((a, b) => HARDEST_FIRST.indexOf(a.name) - HARDEST_FIRST.indexOf(b.name))[0];
}

function classOfLoad(
  signal: SignalName,
  { policy: { days, expected }, pattern }: FittedSizing,
  skill: readonly (number | null)[],
  sloPercent: number,
): readonly DemandClass[] {
  if (days < FEWEST_DAYS) return [{ name: 'too_short', signal, days }];
  if (pattern === undefined) return [];
  const { steadyReplicas, steadyCost, surprisePercent } = pattern;
  const isStatic = steadyCost <= STEADY_WITHIN * expected.cost;
  const name = isStatic ? 'static' : surprisePercent > 100 - sloPercent ? 'bursty' : 'predictable';
  const steady = [steadyReplicas, steadyCost] as const;
  return [{ name, signal, days, steady, followedCost: expected.cost, surprisePercent, skill: nearSkill(skill) }];
}

/** One sentence: the class, by which numbers, and what follows from it. */
export function describeClass(found: DemandClass): string {
  const by = found.signal === 'cpu' ? '' : ` (by ${found.signal})`;
  return `${found.name === 'too_short' ? 'too short to say' : found.name}${by}: ${WHAT_FOLLOWS[found.name](found)}`;
}

const WHAT_FOLLOWS: Readonly<Record<DemandClassName, (found: DemandClass) => string>> = {
  static: ({ steady: [replicas, cost] = [1, 1], followedCost = cost }) =>
    `one count does: ${counted(replicas)} all the time would have cost ${cost.toFixed(2)} × what was needed, following it is ` +
    `expected to cost ${followedCost.toFixed(2)} ×; an HPA would do as well`,
  bursty: ({ surprisePercent = 0 }) =>
    `for ${surprisePercent.toFixed(2)} % of the time it had jumped, while new pods start, past all that foretells it; no ` +
    'forecast raises it in time: the floor carries it, consider a higher minimum',
  predictable: ({ skill }) =>
    skill !== undefined && skill !== null && skill > 0
      ? `what comes while new pods start shows before; its forecast within the hour is ${Math.round(100 * skill)} % better than the last value, and raises it ahead`
      : 'it moves slower than new pods start, and its last value says as much as a forecast: a well-set HPA follows it as well',
  too_short: ({ days }) =>
    days < 1
      ? `it has been watched for less than a day; from ${FEWEST_DAYS} days on its class is told`
      : `one day of it is on record; from ${FEWEST_DAYS} days on its class is told`,
};

function counted(replicas: number): string {
  return `${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`;
}
