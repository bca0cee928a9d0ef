// What one container has to request at a factor: the template's own quantity times the factor, within the range that was said.
import {
  compare,
  dividedBy,
  type ExactQuantity,
  exactQuantity,
  nextQuantityText,
  quantityText,
  times,
} from '../workload/exact-quantity.ts';
import type { Resource } from '../workload/signal.ts';
import type { VerticalRange } from '../workload/vertical-policy.ts';
import type { Amounts } from './container-resources.ts';

/**
 * Of the template's quantities and of nothing else, so that applying it twice is applying it once. The limit keeps its ratio to
 * the request: equal stays equal, above stays above. What is not changed is the template's own text.
 * @param base as the template states it
 * @returns null where the template states nothing that can be multiplied
 */
export function scaledAmounts(
  base: Amounts,
  factor: ExactQuantity,
  range: VerticalRange,
  resource: Resource,
): Amounts | null {
  const was = exactQuantity(base.request);
  if (was === null || was.num === 0n) return null;
  const request = within(range, scaledText(base.request, was, factor, resource));
  if (base.limit === null) return { request, limit: null };
  const limitWas = exactQuantity(base.limit);
  // A limit of "0" is none for the kubelet, and one under its request no API server takes.
  if (limitWas === null || compare(limitWas, was) < 0) return null;
  if (compare(limitWas, was) === 0) return { request, limit: request };
  return { request, limit: limitFor(request, { was, limitWas, limitText: base.limit }, resource) };
}

/** The limit that keeps the template's ratio to this request. */
export function limitAt(request: string, base: Amounts, resource: Resource): string | null {
  const [was, limitWas] = [exactQuantity(base.request), exactQuantity(base.limit ?? '')];
  if (base.limit === null || was === null || was.num === 0n || limitWas === null) return null;
  if (compare(limitWas, was) <= 0) return request;
  return limitFor(request, { was, limitWas, limitText: base.limit }, resource);
}

interface Base {
  readonly was: ExactQuantity;
  readonly limitWas: ExactQuantity;
  readonly limitText: string;
}

function limitFor(request: string, { was, limitWas, limitText }: Base, resource: Resource): string {
  const now = exactQuantity(request) ?? was;
  if (compare(now, was) === 0) return limitText;
  const text = quantityText(times(limitWas, dividedBy(now, was)), resource, limitText);
  const limit = exactQuantity(text);
  // Rounded up to the same number, the pod would be of another class of service.
  return limit !== null && compare(limit, now) > 0 ? text : nextQuantityText(now, resource, limitText);
}

function scaledText(text: string, was: ExactQuantity, factor: ExactQuantity, resource: Resource): string {
  return factor.num === factor.den ? text : quantityText(times(was, factor), resource, text);
}

/** A bound is written as it was said. What is too long to be read is more than any. */
function within({ min, max }: VerticalRange, text: string): string {
  const [value, low, high] = [exactQuantity(text), exactQuantity(min), exactQuantity(max)];
  if (value === null || (high !== null && compare(value, high) > 0)) return max;
  return low !== null && compare(value, low) < 0 ? min : text;
}
