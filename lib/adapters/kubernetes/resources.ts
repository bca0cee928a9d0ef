// What a pod may use and what it asked for: sums over the containers that run for as long as it does.
import type { ContainerInfo } from '../../app/ports/cluster.ts';
import { type PerResource, RESOURCES, type Resource } from '../../domain/workload/signal.ts';
import type { Pod, PodSpec } from './api-types.ts';
import { parseQuantity } from './quantity.ts';

/** What keeps a request from being known: the first container without one, and how many more there are. */
export interface Unrequested {
  readonly container: string;
  readonly others: number;
}

/** Cores and bytes one replica requests; a signal is absent where a container states none, or where all state 0. */
export function requestsOf(spec: PodSpec): PerResource<number> {
  return sumOverContainers(spec, statedRequest);
}

/** Cores and bytes a pod may use at most; a signal is absent where a container is not limited. */
export function limitsOf(spec: PodSpec): PerResource<number> {
  return sumOverContainers(spec, statedLimit);
}

/** Per signal whose request is not known although a container states one, or none does: the container that does not. */
export function unrequestedIn(spec: PodSpec): PerResource<Unrequested> {
  const found: Partial<Record<Resource, Unrequested>> = {};
  for (const signal of RESOURCES) {
    if (statedRequest(spec.resources, signal) !== null) continue;
    const [first, ...others] = lastingContainers(spec).filter(({ resources }) => !hasRequest(resources, signal));
    if (first !== undefined) found[signal] = { container: first.name, others: others.length };
  }
  return found;
}

/**
 * The containers that run for as long as the pod does, each with its limits. A limit that was just lowered (in-place
 * resize) is still the old one until the kubelet has carried it out: the wider of the two is taken.
 */
export function containersOf({ spec, status }: Pod): readonly ContainerInfo[] {
  if (!spec) return [];
  const statuses = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  return lastingContainers(spec).map(({ name, resources }) => {
    const actual = statuses.find((one) => one.name === name)?.resources;
    const limits: Partial<Record<Resource, number>> = {};
    for (const signal of RESOURCES) {
      const limit = statedLimit(resources, signal);
      if (limit !== null) limits[signal] = Math.max(limit, statedLimit(actual, signal) ?? 0);
    }
    return { name, limits };
  });
}

/** Names of containers that come and go inside a pod: those of debugging, and init containers that end. */
export function passingContainers(spec: PodSpec): readonly string[] {
  const ending = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy !== 'Always');
  return [...ending, ...(spec.ephemeralContainers ?? [])].map(({ name }) => name);
}

type Container = PodSpec['containers'][number];
type Resources = Container['resources'];

function sumOverContainers(
  spec: PodSpec,
  stated: (resources: Resources, signal: Resource) => number | null,
): PerResource<number> {
  const sums: Partial<Record<Resource, number>> = {};
  const containers = lastingContainers(spec);
  for (const signal of RESOURCES) {
    // A figure on the pod as a whole stands for all its containers (Kubernetes 1.34).
    const whole = stated(spec.resources, signal);
    const sum = whole ?? addAll(containers.map((container) => stated(container.resources, signal)));
    // Nothing can be a percentage of nothing.
    if (sum !== null && sum > 0) sums[signal] = sum;
  }
  return sums;
}

/** Init containers are gone when the pod serves, but for sidecars, which are those that always restart. */
function lastingContainers(spec: PodSpec): Container[] {
  const sidecars = (spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  return [...spec.containers, ...sidecars];
}

/** "0" is stated, as HPA counts it. Where only a limit is, the API server makes it the request when the pod is created. */
function statedRequest(resources: Resources, signal: Resource): number | null {
  const value = quantityOf(resources?.requests?.[signal] ?? resources?.limits?.[signal]);
  return value >= 0 ? value : null;
}

/** A limit of "0" is none: the kubelet sets no quota for it. */
function statedLimit(resources: Resources, signal: Resource): number | null {
  const value = quantityOf(resources?.limits?.[signal]);
  return value > 0 ? value : null;
}

function hasRequest(resources: Resources, signal: Resource): boolean {
  return statedRequest(resources, signal) !== null;
}

function quantityOf(text: string | undefined): number {
  return text === undefined ? Number.NaN : parseQuantity(text);
}

function addAll(values: readonly (number | null)[]): number | null {
  return values.length === 0
    ? null
    : values.reduce((sum, value) => (sum === null || value === null ? null : sum + value));
}
