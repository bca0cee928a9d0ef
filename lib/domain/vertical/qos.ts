// The class of service that a pod's figures make it: fixed at its birth, and refused by the API server where a resize would change it.
import { compare, exactQuantity } from '../workload/exact-quantity.ts';
import type { PodTraits } from '../workload/observation.ts';
import { RESOURCES, type Resource } from '../workload/signal.ts';
import type { ContainerChange, ContainerResources } from './container-resources.ts';

/** By the API server's rule: init containers count, and a zero counts as nothing. */
export function qosOf(containers: readonly ContainerResources[]): PodTraits['qos'] {
  const states = (one: ContainerResources) =>
    RESOURCES.some((resource) => isStated(one.requests[resource]) || isStated(one.limits[resource]));
  if (!containers.some(states)) return 'BestEffort';
  const isFixed = (one: ContainerResources) => RESOURCES.every((resource) => isEqual(one, resource));
  return containers.every(isFixed) ? 'Guaranteed' : 'Burstable';
}

/** The containers as they are after a change. */
export function changed(
  containers: readonly ContainerResources[],
  changes: readonly Pick<ContainerChange, 'name' | 'to'>[],
): readonly ContainerResources[] {
  return containers.map((container) => {
    const to = changes.find(({ name }) => name === container.name)?.to ?? {};
    const [requests, limits] = [{ ...container.requests }, { ...container.limits }];
    for (const resource of RESOURCES) {
      const amounts = to[resource];
      if (amounts === undefined) continue;
      requests[resource] = amounts.request;
      if (amounts.limit !== null) limits[resource] = amounts.limit;
    }
    return { ...container, requests, limits };
  });
}

function isStated(text: string | undefined): boolean {
  const value = exactQuantity(text ?? '');
  return value !== null && value.num > 0n;
}

function isEqual({ requests, limits }: ContainerResources, resource: Resource): boolean {
  const [request, limit] = [exactQuantity(requests[resource] ?? ''), exactQuantity(limits[resource] ?? '')];
  return limit !== null && limit.num > 0n && request !== null && compare(request, limit) === 0;
}
