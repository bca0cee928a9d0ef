// Kubernetes Events: those the simulated controllers make and those that are posted, in one store for both APIs.
import type { Hpa } from './hpa.ts';
import { replicaSetName, uidOf, type Workload } from './workload.ts';

export interface ObjectReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
}

/** Times in seconds of simulated time since 1970. */
export interface EventRecord {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly regarding: ObjectReference;
  readonly action: string;
  /** Which controller says so, and which instance of it. */
  readonly controller: string;
  readonly instance: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly count: number;
  resourceVersion: number;
}

/** What a simulated controller has to say. */
export type News = Pick<EventRecord, 'reason' | 'message' | 'controller' | 'regarding'>;

export function scalingNews(workload: Workload, from: number): News {
  const to = workload.state.replicas;
  const way = to > from ? 'up' : 'down';
  return {
    reason: 'ScalingReplicaSet',
    message: `Scaled ${way} replica set ${replicaSetName(workload)} from ${from} to ${to}`,
    controller: 'deployment-controller',
    regarding: refer('apps/v1', 'Deployment', workload),
  };
}

export function rescaleNews(hpa: Hpa): News {
  const { desired, state } = hpa.condition;
  return {
    reason: 'SuccessfulRescale',
    message: `New size: ${desired}; reason: ${state.replaceAll('_', ' ')}`,
    controller: 'horizontal-pod-autoscaler',
    regarding: refer('autoscaling/v2', 'HorizontalPodAutoscaler', hpa),
  };
}

/** Real clusters forget events after an hour; this one after so many. */
const KEPT = 2000;

export class EventStore {
  readonly #events = new Map<string, EventRecord>();
  #made = 0;

  list(namespace: string | null): EventRecord[] {
    const all = [...this.#events.values()];
    return namespace === null ? all : all.filter((event) => event.namespace === namespace);
  }

  has(namespace: string, name: string): boolean {
    return this.#events.has(`${namespace}/${name}`);
  }

  add(event: EventRecord): void {
    this.#events.set(`${event.namespace}/${event.name}`, event);
    const oldest = this.#events.keys().next().value;
    if (this.#events.size > KEPT && oldest !== undefined) this.#events.delete(oldest);
  }

  /** A name as Kubernetes gives it: the object's, a dot and hexadecimal digits. */
  nextName(prefix: string): string {
    this.#made++;
    return `${prefix}.${(0x18_00_00_00_00_00_00 + this.#made * 4_097).toString(16)}`;
  }

  /** An event of a simulated controller. */
  make(seconds: number, said: News): EventRecord {
    const namespace = said.regarding.namespace ?? 'default';
    const name = this.nextName(said.regarding.name ?? 'event');
    return {
      namespace,
      name,
      uid: uidOf(`event ${namespace}/${name}`),
      createdAt: seconds,
      type: 'Normal',
      action: said.reason,
      instance: said.controller,
      firstAt: seconds,
      lastAt: seconds,
      count: 1,
      resourceVersion: 0,
      ...said,
    };
  }
}

function refer(apiVersion: string, kind: string, { namespace, name, uid }: Workload | Hpa): ObjectReference {
  return { apiVersion, kind, namespace, name, uid };
}
