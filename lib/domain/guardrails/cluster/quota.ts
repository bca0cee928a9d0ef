// What a namespace has room for: a replica that a ResourceQuota or LimitRange refuses is a promise nobody keeps.

import type { PodTraits } from '../../workload/observation.ts';
import type { ReasonCode } from '../../workload/reason-code.ts';
import type { PerResource, Resource } from '../../workload/signal.ts';
import { countsPod, type QuotaScope } from './quota-scope.ts';

/** Resources of a ResourceQuota that pods of a Deployment count against. CPU in cores, memory in bytes. */
export const QUOTA_RESOURCES = ['pods', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'] as const;
export type QuotaResource = (typeof QUOTA_RESOURCES)[number];

export interface Quota {
  readonly name: string;
  /** It counts the pods that meet all of them; absent where it counts every pod. */
  readonly scopes?: readonly QuotaScope[];
  readonly left: Readonly<Partial<Record<QuotaResource, number>>>;
}

export interface NamespaceLimits {
  readonly quotas: readonly Quota[];
  /** Of LimitRanges: the most that a pod may request; what a container gets that states nothing. */
  readonly podMax: PerResource<number>;
  readonly defaultRequests: PerResource<number>;
  readonly defaultLimits: PerResource<number>;
  /** The most and the least that one container may have. Absent: nothing is said of it. */
  readonly containerMax?: PerResource<number>;
  readonly containerMin?: PerResource<number>;
}

/** What one more replica takes. A signal is absent where a container states none. */
export interface ReplicaSize {
  readonly requests: PerResource<number>;
  /** Null where no pod is there to tell. */
  readonly limits: PerResource<number> | null;
  /** Absent where nothing is known of them; quotas for some pods only are then not counted. */
  readonly traits?: PodTraits;
}

export interface Room {
  /** Pods that can still be made; Infinity where nothing limits them. */
  readonly replicas: number;
  readonly code: ReasonCode;
  readonly message: string;
}

const UNLIMITED: Room = { replicas: Number.POSITIVE_INFINITY, code: 'ok', message: 'no quota limits it' };
/** Sums of fractions of cores: 0.3 ÷ 0.1 must stay 3. */
const ROUNDING = 1e-9;

/** How many more replicas of this size the namespace has room for, and what stops the next. */
export function roomFor(limits: NamespaceLimits | undefined, size: ReplicaSize): Room {
  if (limits === undefined) return UNLIMITED;
  const refused = (['cpu', 'memory'] as const)
    .map((signal) => whyRefused(limits, size, signal))
    .find((why) => why !== null);
  if (refused !== undefined) return { replicas: 0, code: 'limit_range', message: refused };
  const rooms = countedQuotas(limits, size).flatMap((quota) =>
    QUOTA_RESOURCES.flatMap((resource) => {
      const left = quota.left[resource];
      return left === undefined ? [] : [roomIn(quota.name, resource, left, taken(resource, limits, size))];
    }),
  );
  return rooms.reduce((least, room) => (room.replicas < least.replicas ? room : least), UNLIMITED);
}

/** A maximum for pods also refuses those that state no limit at all (admission plugin LimitRanger). */
function whyRefused(limits: NamespaceLimits, size: ReplicaSize, signal: Resource): string | null {
  const max = limits.podMax[signal];
  if (max === undefined) return null;
  const limit = size.limits === null ? 0 : (size.limits[signal] ?? limits.defaultLimits[signal]);
  if (limit === undefined) return `a LimitRange sets a maximum of ${signal}, and a container states no limit`;
  const most = Math.max(limit, size.requests[signal] ?? 0);
  return most > max ? `a LimitRange refuses pods with so much ${signal}` : null;
}

/** The limits after `count` replicas of this size were promised. */
export function promise(limits: NamespaceLimits, size: ReplicaSize, count: number): NamespaceLimits {
  const quotas = limits.quotas.map((quota) => {
    if (counts(quota, limits, size) !== 'counted') return quota;
    const left = Object.entries(quota.left).map(([resource, amount]) => {
      const each = taken(resource as QuotaResource, limits, size) ?? 0;
      return [resource, amount - count * each];
    });
    return { ...quota, left: Object.fromEntries(left) };
  });
  return { ...limits, quotas };
}

/** Quotas that count pods of this size. */
export function countedQuotas(limits: NamespaceLimits, size: ReplicaSize): readonly Quota[] {
  return limits.quotas.filter((quota) => counts(quota, limits, size) === 'counted');
}

/** Quotas of which cannot be told whether they count pods of this size, by name; each with why. */
export function uncounted(limits: NamespaceLimits | undefined, size: ReplicaSize): readonly string[] {
  const unknown = (limits?.quotas ?? []).filter((quota) => counts(quota, limits, size) === 'unknown');
  return unknown.map(({ name, scopes }) => `${name} (${(scopes ?? []).map((scope) => scope.name).join(', ')})`);
}

/** A LimitRange gives requests or limits to what states none: no pod of that namespace is then BestEffort. */
function counts({ scopes }: Quota, limits: NamespaceLimits | undefined, { traits }: ReplicaSize) {
  if (scopes === undefined) return 'counted';
  const given = { ...limits?.defaultRequests, ...limits?.defaultLimits };
  const isRaised = traits?.qos === 'BestEffort' && Object.values(given).some((amount) => amount > 0);
  return countsPod(scopes, isRaised ? { ...traits, qos: 'Burstable' } : traits);
}

/** Undefined where nobody states it: the quota then refuses the pod (ResourceQuota, "must specify"). */
function taken(resource: QuotaResource, limits: NamespaceLimits, size: ReplicaSize): number | undefined {
  switch (resource) {
    case 'pods':
      return 1;
    case 'requests.cpu':
      return size.requests.cpu ?? limits.defaultRequests.cpu;
    case 'requests.memory':
      return size.requests.memory ?? limits.defaultRequests.memory;
    case 'limits.cpu':
      return size.limits === null ? 0 : (size.limits.cpu ?? limits.defaultLimits.cpu);
    case 'limits.memory':
      return size.limits === null ? 0 : (size.limits.memory ?? limits.defaultLimits.memory);
  }
}

function roomIn(quota: string, resource: QuotaResource, left: number, each: number | undefined): Room {
  const code = 'quota_exceeded';
  if (each === undefined)
    return { replicas: 0, code, message: `ResourceQuota ${quota} counts ${resource}, and a container states none` };
  const replicas = each <= 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor(left / each + ROUNDING));
  return { replicas, code, message: `ResourceQuota ${quota} has ${resource} left for ${replicas} more pods` };
}
