// Whether the namespace takes what pods are to grow by: a resize counts against quotas and ranges as a new pod does.
import { countedQuotas, type NamespaceLimits, type QuotaResource } from '../guardrails/cluster/quota.ts';
import { approximate, exactQuantity } from '../workload/exact-quantity.ts';
import type { Observation } from '../workload/observation.ts';
import { RESOURCES, type Resource } from '../workload/signal.ts';
import type { ContainerResources, ResizablePod } from './container-resources.ts';
import { changed } from './qos.ts';
import type { PodPatch } from './vertical-view.ts';

export interface NoRoom {
  readonly code: 'quota_exceeded' | 'limit_range';
  readonly message: string;
}

type Grown = Readonly<Record<Exclude<QuotaResource, 'pods'>, number>>;

/** Sums of fractions. */
const DUST = 1e-6;

/** By how much a pod's sums change; negative where they shrink. */
export function growthOf(pod: ResizablePod, patch: PodPatch): Grown {
  const after = changed(pod.containers, patch.containers);
  const by = (kind: 'requests' | 'limits', resource: Resource) =>
    sumOf(after, kind, resource) - sumOf(pod.containers, kind, resource);
  return {
    'requests.cpu': by('requests', 'cpu'),
    'requests.memory': by('requests', 'memory'),
    'limits.cpu': by('limits', 'cpu'),
    'limits.memory': by('limits', 'memory'),
  };
}

export function isGrowing(grown: Grown): boolean {
  return Object.values(grown).some((amount) => amount > DUST);
}

/** What forbids it, or null. @param limits undefined where nobody may tell: the API server decides as it always does */
export function whyNoRoomFor(
  pod: ResizablePod,
  patch: PodPatch,
  limits: NamespaceLimits | undefined,
  { podTraits }: Pick<Observation, 'podTraits'>,
): NoRoom | null {
  if (limits === undefined) return null;
  const grown = growthOf(pod, patch);
  const size = { requests: {}, limits: {}, ...(podTraits !== undefined && { traits: podTraits }) };
  for (const { name, left } of countedQuotas(limits, size))
    for (const [resource, amount] of Object.entries(grown)) {
      const room = left[resource as QuotaResource];
      if (room !== undefined && amount > DUST && amount > room + DUST)
        return {
          code: 'quota_exceeded',
          message: `ResourceQuota ${name} has no room: ${resource} of pod ${pod.name} would grow by more than is left`,
        };
    }
  return whyOutOfRange(pod, patch, limits);
}

function whyOutOfRange(pod: ResizablePod, patch: PodPatch, limits: NamespaceLimits): NoRoom | null {
  const after = changed(pod.containers, patch.containers);
  const refused = (what: string): NoRoom => ({ code: 'limit_range', message: `a LimitRange refuses ${what}` });
  for (const resource of RESOURCES) {
    const most = limits.podMax[resource];
    const sum = Math.max(sumOf(after, 'limits', resource), sumOf(after, 'requests', resource));
    if (most !== undefined && sum > most + DUST) return refused(`so much ${resource} for pod ${pod.name}`);
    for (const { name } of patch.containers) {
      const container = after.find((one) => one.name === name);
      const [least = 0, greatest = Number.POSITIVE_INFINITY] = [
        limits.containerMin?.[resource],
        limits.containerMax?.[resource],
      ];
      const request = amountIn(container?.requests[resource]);
      const limit = amountIn(container?.limits[resource]) || request;
      if (request > 0 && request < least - DUST) return refused(`so little ${resource} for container ${name}`);
      if (limit > greatest + DUST) return refused(`so much ${resource} for container ${name}`);
    }
  }
  return null;
}

function sumOf(containers: readonly ContainerResources[], kind: 'requests' | 'limits', resource: Resource): number {
  const lasting = containers.filter((one) => one.kind !== 'init');
  return lasting.reduce((sum, one) => sum + amountIn(one[kind][resource]), 0);
}

function amountIn(text: string | undefined): number {
  const amount = exactQuantity(text ?? '');
  return amount === null ? 0 : approximate(amount);
}
