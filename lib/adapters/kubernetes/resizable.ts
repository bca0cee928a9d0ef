// What a pod and a template say of requests, limits and resizing: kept of every pod as it came, read only where a workload asks for it.
import type { Pod, PodSpec } from './api-types.ts';

export type RawContainer = Pick<PodSpec['containers'][number], 'name' | 'resources' | 'resizePolicy'>;

/** Parts of a specification, by reference: reading them takes time that most workloads need not spend. */
export interface Resizable {
  readonly containers: readonly RawContainer[];
  readonly sidecars: readonly RawContainer[];
  /** Init containers that end. */
  readonly ending: readonly RawContainer[];
  /** Figures of the pod as a whole (Kubernetes 1.34). */
  readonly whole: PodSpec['resources'];
}

export interface ResizablePodFacts extends Resizable {
  readonly resourceVersion: string;
  /** Somebody wrote it through `resize`. */
  readonly isResized: boolean;
  readonly conditions: readonly RawCondition[];
}

export type RawCondition = NonNullable<NonNullable<Pod['status']>['conditions']>[number];

export function resizableTemplate(spec: PodSpec): Resizable {
  const { containers, initContainers = [], resources } = spec;
  return {
    containers: containers.map(partOf),
    sidecars: initContainers.filter(isSidecar).map(partOf),
    ending: initContainers.filter((one) => !isSidecar(one)).map(partOf),
    whole: resources,
  };
}

export function resizablePod({ metadata, status }: Pod, spec: PodSpec): ResizablePodFacts {
  const conditions = status?.conditions ?? [];
  return {
    ...resizableTemplate(spec),
    resourceVersion: metadata?.resourceVersion ?? '',
    isResized: metadata?.managedFields?.some(({ subresource }) => subresource === 'resize') ?? false,
    conditions: conditions.filter(({ type, status: holds }) => type.startsWith('PodResize') && holds === 'True'),
  };
}

function partOf({ name, resources, resizePolicy }: RawContainer): RawContainer {
  return { name, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) };
}

function isSidecar({ restartPolicy }: PodSpec['containers'][number]): boolean {
  return restartPolicy === 'Always';
}
