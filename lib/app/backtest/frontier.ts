// Where a run stands between HPA and the clairvoyant on the same trace: pure arithmetic over scores.

/** What the arithmetic needs of one run. */
export interface RunScore {
  readonly policy: string;
  readonly violationPct: number;
  /** Null where nothing was ever needed. */
  readonly cost: number | null;
  readonly changesPerHour: number;
}

/** The HPA that a run is compared with, on the line through the targets that no other target beats on both counts. */
type HpaMatch =
  | { readonly basis: 'same_violation'; readonly cost: number; readonly violationPct: number }
  /** No target gives the run's violation, so HPA is taken where it spends the SLO's budget to the end. */
  | { readonly basis: 'slo_budget'; readonly cost: number; readonly violationPct: number; readonly because: NoMatch }
  | { readonly basis: 'none'; readonly because: NoMatch };

/** The least violation of all targets is above the run's, or the most is under it. */
type NoMatch = 'every_target_violates_more' | 'every_target_violates_less' | 'no_costs';

export interface Standing {
  readonly hpa: HpaMatch;
  /** (HPA's cost − the run's) ÷ (HPA's − the clairvoyant's): 1 is the clairvoyant, 0 that HPA, below 0 dearer. */
  readonly gapClosed: number | null;
  /** The run's cost ÷ that of the matching HPA. */
  readonly againstHpa: number | null;
  /** The run's cost ÷ that of the cheapest target that keeps the SLO in hindsight. Null where none does. */
  readonly againstCheapest: { readonly ratio: number; readonly targetPercent: number } | null;
  /** The run's cost ÷ the clairvoyant's. */
  readonly againstLimit: number | null;
  /** More violation and more cost than HPA at 70 %, both. */
  readonly worseThanHpa70: boolean;
  /** Changes per hour ÷ those of HPA at 70 %; null where that one never changed anything. */
  readonly changesRatio: number | null;
}

/** Percent of requests, every whole one: over 97 an HPA hardly moves before it is short. */
export const FRONTIER_TARGETS: readonly number[] = Array.from({ length: 86 }, (_, i) => 12 + i);
/** As people name HPA's usual target. */
const HPA_70 = 70;
/**
 * Added to violations before their logarithm is taken, percent: a target may never violate. On thirteen public traces
 * 80 targets between these were predicted from their neighbours with an error of 6 % of the gap and no bias (median
 * −0.1 %); linear in the violation they came out dearer than they are (mean 3 %), in favour of whoever is compared.
 */
const LOG_OFFSET = 0.01;
/** Floating-point dust breaks no SLO. */
const EPSILON = 1e-9;

/**
 * @param peers the runs of HPA (at several targets, 0.7 among them) and of `limit` on the same trace
 * @param sloPercent e.g. 99.5: the budget is what is left of 100
 */
export function standing(run: RunScore, peers: readonly RunScore[], sloPercent: number): Standing {
  const { cost } = run;
  const hpas = peers.flatMap(pointOf);
  const hpa = matchingHpa(run, hpas, 100 - sloPercent);
  const hpaCost = hpa.basis === 'none' ? null : hpa.cost;
  const limit = peers.find(({ policy }) => policy === 'limit')?.cost ?? null;
  const cheapest = cheapestKeeping(hpas, sloPercent);
  const hpa70 = peers.find(({ policy }) => hpaTargetPercent(policy) === HPA_70);
  return {
    hpa,
    gapClosed: cost === null || hpaCost === null || limit === null ? null : share(hpaCost - cost, hpaCost - limit),
    againstHpa: ratio(cost, hpaCost),
    againstCheapest: cost === null || cheapest === null ? null : { ...cheapest, ratio: cost / cheapest.cost },
    againstLimit: ratio(cost, limit),
    worseThanHpa70: hpa70 !== undefined && isWorse(run, hpa70),
    changesRatio: ratio(run.changesPerHour, hpa70?.changesPerHour ?? null),
  };
}

/** Whether a run kept the SLO. */
export function keepsSlo({ violationPct }: Pick<RunScore, 'violationPct'>, sloPercent: number): boolean {
  return violationPct <= 100 - sloPercent + EPSILON;
}

/** Percent, of a policy named like `hpa:0.7`; null for every other. */
export function hpaTargetPercent(policy: string): number | null {
  const share = policy.startsWith('hpa:') ? Number(policy.slice('hpa:'.length)) : Number.NaN;
  return share > 0 ? Math.round(share * 1e6) / 1e4 : null;
}

/** Not more than HPA's cost is a gap without width: nothing can be said of its share. */
function share(part: number, whole: number): number | null {
  return whole > EPSILON ? part / whole : null;
}

function ratio(of: number | null, to: number | null): number | null {
  return of === null || to === null || to <= 0 ? null : of / to;
}

function isWorse(run: RunScore, than: RunScore): boolean {
  return run.violationPct > than.violationPct + EPSILON && (run.cost ?? 0) > (than.cost ?? 0) + EPSILON;
}

interface Point {
  readonly targetPercent: number;
  readonly violationPct: number;
  readonly cost: number;
}

function pointOf({ policy, violationPct, cost }: RunScore): readonly Point[] {
  const targetPercent = hpaTargetPercent(policy);
  return targetPercent === null || cost === null ? [] : [{ targetPercent, violationPct, cost }];
}

function cheapestKeeping(hpas: readonly Point[], sloPercent: number): Point | null {
  const keeping = hpas.filter((hpa) => keepsSlo(hpa, sloPercent)).toSorted((a, b) => a.cost - b.cost);
  return keeping[0] ?? null;
}

function matchingHpa(run: RunScore, hpas: readonly Point[], budgetPct: number): HpaMatch {
  const front = efficient(hpas);
  const [first, last] = [front[0], front.at(-1)];
  if (run.cost === null || first === undefined || last === undefined) return { basis: 'none', because: 'no_costs' };
  const { violationPct } = run;
  const cost = costAt(front, violationPct);
  if (cost !== null) return { basis: 'same_violation', cost, violationPct };
  const because = violationPct < first.violationPct ? 'every_target_violates_more' : 'every_target_violates_less';
  const atBudget = costAt(front, budgetPct);
  if (atBudget === null) return { basis: 'none', because };
  return { basis: 'slo_budget', cost: atBudget, violationPct: budgetPct, because };
}

/** By violation, the targets that no other beats on one count without losing on the other: cost falls all along. */
export function efficient<T extends Omit<Point, 'targetPercent'>>(points: readonly T[]): readonly T[] {
  const front: T[] = [];
  for (const point of points.toSorted((a, b) => a.violationPct - b.violationPct || a.cost - b.cost))
    if (point.cost < (front.at(-1)?.cost ?? Number.POSITIVE_INFINITY)) front.push(point);
  return front;
}

/**
 * The cost on the line through the efficient targets: linear in the logarithm of the violation.
 * @returns null where no two neighbouring targets enclose the violation
 */
export function costAt(front: readonly Omit<Point, 'targetPercent'>[], violationPct: number): number | null {
  const next = front.findIndex((point) => point.violationPct >= violationPct);
  const [left, right] = [front[next - 1], front[next]];
  if (right === undefined) return null;
  if (right.violationPct === violationPct) return right.cost;
  if (left === undefined) return null;
  const position = (value: number) => Math.log(value + LOG_OFFSET);
  const from = position(left.violationPct);
  const length = position(right.violationPct) - from;
  // Violations too close for floating point to tell apart are one.
  const way = length > 0 ? (position(violationPct) - from) / length : 1;
  return left.cost + way * (right.cost - left.cost);
}
