// What a pod may use and what it asked for: sums over the containers that run for as long as it does.
import { type PerSignal, SIGNAL_NAMES, type SignalName } from '../../domain/model.ts';
import type { PodSpec } from './api-types.ts';
import { parseQuantity } from './quantity.ts';

/** Cores and bytes one replica requests; a signal is absent where a container states none. */
export function requestsOf(spec: PodSpec): PerSignal<number> {
  return sumOverContainers(spec, 'requests');
}

/** Cores and bytes a pod may use at most; a signal is absent where a container is not limited. */
export function limitsOf(spec: PodSpec): PerSignal<number> {
  return sumOverContainers(spec, 'limits');
}

type Container = PodSpec['containers'][number];
type Kind = 'requests' | 'limits';
type Resources = Container['resources'];

function sumOverContainers(spec: PodSpec, kind: Kind): PerSignal<number> {
  const sums: Partial<Record<SignalName, number>> = {};
  const containers = lastingContainers(spec);
  for (const signal of SIGNAL_NAMES) {
    // A figure on the pod as a whole stands for all its containers (Kubernetes 1.34).
    const whole = stated(spec.resources, kind, signal);
    const sum = whole ?? addAll(containers.map((container) => stated(container.resources, kind, signal)));
    if (sum !== null) sums[signal] = sum;
  }
  return sums;
}

/** Init containers are gone when the pod serves, but for sidecars, which are those that always restart. */
function lastingContainers(spec: PodSpec): Container[] {
  const sidecars = (spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  return [...spec.containers, ...sidecars];
}

/** Where only a limit is stated, the API server makes it the request too, when the pod is created. */
function stated(resources: Resources, kind: Kind, signal: SignalName): number | null {
  const text = resources?.[kind]?.[signal] ?? (kind === 'requests' ? resources?.limits?.[signal] : undefined);
  const value = text === undefined ? Number.NaN : parseQuantity(text);
  return value > 0 ? value : null;
}

function addAll(values: readonly (number | null)[]): number | null {
  return values.length === 0
    ? null
    : values.reduce((sum, value) => (sum === null || value === null ? null : sum + value));
}
