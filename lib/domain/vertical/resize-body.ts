// A change of requests and limits as the API server takes it: a strategic merge patch, for a pod or for a template.
import { RESOURCES } from '../workload/signal.ts';
import type { ContainerChange } from './container-resources.ts';

interface ContainerBody {
  readonly name: string;
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
}

export interface SpecBody {
  readonly containers?: readonly ContainerBody[];
  readonly initContainers?: readonly ContainerBody[];
}

/** CPU and memory alone are named: what is not stays as it is. */
export function resizeBody(changes: readonly Pick<ContainerChange, 'name' | 'kind' | 'to'>[]): {
  readonly spec: SpecBody;
} {
  const of = (kinds: readonly string[]) => changes.filter(({ kind }) => kinds.includes(kind)).map(containerBody);
  const [containers, initContainers] = [of(['container']), of(['sidecar'])];
  return {
    spec: {
      ...(containers.length > 0 && { containers }),
      ...(initContainers.length > 0 && { initContainers }),
    },
  };
}

function containerBody({ name, to }: Pick<ContainerChange, 'name' | 'to'>): ContainerBody {
  const requests: Record<string, string> = {};
  const limits: Record<string, string> = {};
  for (const resource of RESOURCES) {
    const amounts = to[resource];
    if (amounts === undefined) continue;
    requests[resource] = amounts.request;
    if (amounts.limit !== null) limits[resource] = amounts.limit;
  }
  return { name, resources: { requests, ...(Object.keys(limits).length > 0 && { limits }) } };
}
