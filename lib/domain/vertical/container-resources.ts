// What of a pod and of its template concerns requests, as the API server has it.
import type { PodTraits } from '../workload/observation.ts';
import type { PerResource, Resource } from '../workload/signal.ts';

/** A sidecar is an init container that always restarts; one that ends cannot be resized. */
export type ContainerKind = 'container' | 'sidecar' | 'init';

export interface ContainerResources {
  readonly name: string;
  readonly kind: ContainerKind;
  /** As written; absent where none is stated. Where only a limit is, that is the request as well. */
  readonly requests: PerResource<string>;
  readonly limits: PerResource<string>;
  /** A change of these restarts it (resizePolicy). */
  readonly restartsOn: readonly Resource[];
}

/** How far the kubelet is with a resize that was asked for. */
export interface ResizeCondition {
  readonly kind: 'infeasible' | 'deferred' | 'in_progress';
  /** The kubelet's own words, cleaned and cut. */
  readonly message: string;
}

export interface ResizablePod {
  readonly name: string;
  readonly resourceVersion: string;
  /** It runs, is ready and is not being deleted. */
  readonly isServing: boolean;
  /** Somebody changed its resources in place since it was made. */
  readonly isResized: boolean;
  readonly containers: readonly ContainerResources[];
  readonly condition: ResizeCondition | null;
  /** Working set by container, bytes. A container that is not there was not measured of late. */
  readonly memoryUsed: Readonly<Record<string, number>>;
}

/** Everything that is known of the requests of one workload's pods. */
export interface VerticalFacts {
  readonly template: readonly ContainerResources[];
  readonly qos: PodTraits['qos'];
  /** Its figures are stated on the pod as a whole, over all its containers. */
  readonly hasPodResources: boolean;
  readonly pods: readonly ResizablePod[];
  /** The HPA that measures a resource, whatever its target is of. */
  readonly measuredBy: PerResource<string>;
  /** VerticalPodAutoscalers are installed and could not be read. */
  readonly isVpaUnknown: boolean;
}

/** What one container has to request, and may use, of one resource. */
export interface Amounts {
  readonly request: string;
  /** Null where there is no limit. */
  readonly limit: string | null;
}

/** New amounts of one container; a resource that is not there stays as it is. */
export interface ContainerChange {
  readonly name: string;
  readonly kind: ContainerKind;
  readonly from: PerResource<Amounts>;
  readonly to: PerResource<Amounts>;
}

/** Of one container and resource; null where it requests none. */
export function amountsOf({ requests, limits }: ContainerResources, resource: Resource): Amounts | null {
  const request = requests[resource];
  return request === undefined ? null : { request, limit: limits[resource] ?? null };
}
