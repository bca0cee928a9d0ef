// Sharing so much among claims: nobody gets more than it claims, and nobody takes more than its share while others wait.

/** Where this many budgets satisfy all claims, nobody need be measured by size: small claims are met at once. */
const PATIENCE_TICKS = 3;
/** Cumulative sums of fractions: 2.9999999996 replicas are 3. */
const ROUNDING = 1e-9;
/** Multiples of it, modulo one, hit every stretch of the unit line soon and evenly (three-distance theorem). */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * How much each claim gets of a budget; all of the budget is given where the claims are at least as much.
 * Where three budgets would satisfy everybody, all get the same until they have what they claim, so that small claims are met
 * at once and the largest within three turns. Where they would not, all get in proportion to their claims, and at least one
 * each where there is one for each.
 * @param claims whole numbers; their order must not depend on the turn
 * @param turn counts up from tick to tick: parts of one go round, so that what is too little for all is everybody's in turn
 * @param most no claim counts for more than so many budgets: asking for the moon brings no larger share
 */
export function sharesOf(
  claims: readonly number[],
  budget: number,
  turn: number,
  most: number = PATIENCE_TICKS,
): readonly number[] {
  const whole = Math.max(0, Math.floor(budget));
  if (sumOf(claims) <= whole) return claims;
  const counted = claims.map((claim) => Math.min(claim, most * whole));
  const quotas = sumOf(counted) <= PATIENCE_TICKS * whole ? evenly(counted, whole) : inProportion(counted, whole, true);
  return rounded(quotas, counted, whole, turn);
}

/**
 * Shares `places` out among groups by their number of members: in proportion, so that every member's turn comes equally
 * often, save that no group counts for more than three times the places.
 * @param members per group
 * @returns places per group, in the order of `members`
 */
export function placesOf(members: readonly number[], places: number, turn: number): readonly number[] {
  if (sumOf(members) <= places) return members;
  const counted = members.map((count) => Math.min(count, PATIENCE_TICKS * places));
  return rounded(inProportion(counted, places, false), counted, places, turn);
}

/** The same for all, up to what each claims. */
function evenly(claims: readonly number[], budget: number): readonly number[] {
  let left = budget;
  let level = 0;
  const ascending = claims.filter((claim) => claim > 0).toSorted((a, b) => a - b);
  for (const [i, claim] of ascending.entries()) {
    const each = left / (ascending.length - i);
    level = Math.min(claim, each);
    if (level < claim) break;
    left -= claim;
  }
  return claims.map((claim) => Math.min(claim, level));
}

/** @param onceEach whether everybody has one first, where there is one for each */
function inProportion(claims: readonly number[], budget: number, onceEach: boolean): readonly number[] {
  const first = onceEach && claims.filter((claim) => claim > 0).length <= budget ? 1 : 0;
  const beyond = claims.map((claim) => Math.max(0, claim - first));
  const [left, all] = [budget - sumOf(claims.map((claim) => Math.min(claim, first))), sumOf(beyond)];
  return claims.map((claim, i) => Math.min(claim, first) + (left * (beyond[i] ?? 0)) / Math.max(1, all));
}

/**
 * Systematic rounding: the quotas are laid end to end on a line, and whoever covers a mark gets one. The marks are one apart
 * and move with the turn, so that every quota is met on average and none waits long.
 */
function rounded(quotas: readonly number[], claims: readonly number[], budget: number, turn: number): number[] {
  const offset = (turn * GOLDEN) % 1;
  let end = offset;
  let given = 0;
  return quotas.map((quota, i) => {
    const before = Math.floor(end + ROUNDING);
    end += quota;
    const marks = Math.floor(end + ROUNDING) - before;
    const share = Math.min(marks, claims[i] ?? 0, budget - given);
    given += share;
    return share;
  });
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
