// Kubernetes quantities without rounding: what is requested of an API server has to be the very number that was meant.
import type { Resource } from './signal.ts';

/** A fraction of cores or bytes; `den` is above 0. */
export interface ExactQuantity {
  readonly num: bigint;
  readonly den: bigint;
}

/** Longer than anything that a quantity needs, and short enough to be harmless. */
const MAX_CHARS = 40;
/** The largest suffix is 1e18: what is further out is no amount of anything. */
const MAX_EXPONENT = 30;
/** 4/3 has no end, and a program that writes a configuration writes all that fits. */
const NUMBER_DIGITS = 10;
const QUANTITY = /^(\d{1,25})?(?:\.(\d{0,12}))?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d{1,2})?$/;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** Too small for digits after the point. */
const SMALL = ['', 'k', 'Ki'];
/** So many digits after the point are still read at a glance. */
const MOST_DECIMALS = 3;

/** The value of a quantity that is not negative; null for anything else. */
export function exactQuantity(text: string): ExactQuantity | null {
  const match = text.length <= MAX_CHARS ? QUANTITY.exec(text) : null;
  if (match === null) return null;
  const [, whole = '', decimals = '', suffix = ''] = match;
  if (whole === '' && decimals === '') return null;
  const unit = unitOf(suffix);
  if (unit === null) return null;
  return reduced(BigInt(whole + decimals) * unit.num, 10n ** BigInt(decimals.length) * unit.den);
}

/** A number as people write it: 1.2 is six fifths, and not the nearest binary fraction. Ten digits of it count. */
export function exactNumber(value: number): ExactQuantity | null {
  return Number.isFinite(value) ? exactQuantity(String(Number(value.toPrecision(NUMBER_DIGITS)))) : null;
}

export function times(a: ExactQuantity, b: ExactQuantity): ExactQuantity {
  return reduced(a.num * b.num, a.den * b.den);
}

/** @param b above 0 */
export function dividedBy(a: ExactQuantity, b: ExactQuantity): ExactQuantity {
  return reduced(a.num * b.den, a.den * b.num);
}

/** Negative, zero or positive, as a sort wants it. */
export function compare(a: ExactQuantity, b: ExactQuantity): number {
  const difference = a.num * b.den - b.num * a.den;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Whether two texts are the same amount: `1024Mi` is `1Gi`. What cannot be read is equal to nothing. */
export function isSameAmount(a: string, b: string): boolean {
  const [left, right] = [exactQuantity(a), exactQuantity(b)];
  return left !== null && right !== null && compare(left, right) === 0;
}

/** For sums that need not be exact: quotas, messages. */
export function approximate({ num, den }: ExactQuantity): number {
  return Number((num * 1_000_000n) / den) / 1e6;
}

/**
 * An amount as a quantity: rounded up to what a container may have (whole thousandths of a core, whole bytes, whole megabytes
 * or mebibytes where the model counts in them or in more), decimal or binary as the model is, and never with an exponent.
 * @param model the quantity that it is made of, e.g. the template's
 */
export function quantityText(amount: ExactQuantity, resource: Resource, model: string): string {
  return written(onGrid(amount, resource, model, 0n), resource, model);
}

/** The least quantity above an amount that is written as the model is. */
export function nextQuantityText(amount: ExactQuantity, resource: Resource, model: string): string {
  return written(onGrid(amount, resource, model, 1n), resource, model);
}

/** On the grid, from below; `steps` more where the amount is on it already, or after rounding up. */
function onGrid(amount: ExactQuantity, resource: Resource, model: string, steps: bigint): ExactQuantity {
  const grid = gridOf(resource, model);
  const { num, den } = dividedBy(amount, grid);
  const count = steps === 0n ? (num + den - 1n) / den : num / den + steps;
  return times({ num: count, den: 1n }, grid);
}

/** CPU finer than a thousandth of a core is refused; memory finer than a page is not what the kernel gives. */
function gridOf(resource: Resource, model: string): ExactQuantity {
  if (resource === 'cpu') return { num: 1n, den: 1000n };
  const suffix = suffixOf(model);
  const [family, most] = suffix.endsWith('i') ? [BINARY, 'Mi'] : [DECIMAL, 'M'];
  const index = Math.max(family.indexOf(''), Math.min(family.indexOf(suffix), family.indexOf(most)));
  return unitOf(family[index] ?? '') ?? ONE;
}

const ONE: ExactQuantity = { num: 1n, den: 1n };

/** In the largest unit of the model's family that the amount fills and in which it is short. */
function written(amount: ExactQuantity, resource: Resource, model: string): string {
  if (resource === 'cpu')
    return compare(amount, ONE) < 0 ? `${inUnit(amount, 'm', 0)}m` : (inUnit(amount, '', MOST_DECIMALS) ?? '');
  const family = suffixOf(model).endsWith('i') ? BINARY : DECIMAL.slice(DECIMAL.indexOf(''));
  for (const suffix of family.toReversed()) {
    const text = inUnit(amount, suffix, SMALL.includes(suffix) ? 0 : MOST_DECIMALS);
    if (text !== null && compare(amount, unitOf(suffix) ?? ONE) >= 0) return text + suffix;
  }
  return '0';
}

/** The amount in a unit, as a decimal number of at most so many places; null where it is none. */
function inUnit(amount: ExactQuantity, suffix: string, places: number): string | null {
  const { num, den } = dividedBy(amount, unitOf(suffix) ?? ONE);
  const scaled = num * 10n ** BigInt(places);
  if (scaled % den !== 0n) return null;
  const digits = String(scaled / den).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const decimals = digits.slice(digits.length - places).replace(/0+$/, '');
  return decimals === '' ? whole : `${whole}.${decimals}`;
}

/** An exponent is none that would be kept; bytes that are whole mebibytes were meant as such. */
function suffixOf(text: string): string {
  const suffix = /(?:[numkMGTPE]|[KMGTPE]i)$/.exec(text)?.[0] ?? '';
  return suffix === '' && /^\d+$/.test(text) && BigInt(text) % 2n ** 20n === 0n ? 'Mi' : suffix;
}

function unitOf(suffix: string): ExactQuantity | null {
  const decimal = DECIMAL.indexOf(suffix);
  if (decimal >= 0) return powerOf(10n, 3 * (decimal - DECIMAL.indexOf('')));
  const binary = BINARY.indexOf(suffix);
  if (binary >= 0) return powerOf(2n, 10 * binary);
  const exponent = Number(suffix.slice(1));
  return Math.abs(exponent) <= MAX_EXPONENT ? powerOf(10n, exponent) : null;
}

function powerOf(base: bigint, exponent: number): ExactQuantity {
  return exponent >= 0 ? { num: base ** BigInt(exponent), den: 1n } : { num: 1n, den: base ** BigInt(-exponent) };
}

function reduced(num: bigint, den: bigint): ExactQuantity {
  const divisor = greatestDivisor(num, den);
  return divisor > 1n ? { num: num / divisor, den: den / divisor } : { num, den };
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [left, right] = [a, b];
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
}
