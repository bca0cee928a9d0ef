// What one pod is to be changed to: the level's amounts, less what it uses, what restarts it and what admission gave it.
import { RESOURCES, type Resource } from '../workload/signal.ts';
import type { VerticalPolicy } from '../workload/vertical-policy.ts';
import {
  type Amounts,
  amountsOf,
  type ContainerChange,
  type ContainerResources,
  type ResizablePod,
} from './container-resources.ts';
import { notUnderUsage } from './memory-in-use.ts';
import { changed, qosOf } from './qos.ts';
import type { ContainerView, Left, PodPatch } from './vertical-view.ts';
import { isSame, left } from './wanted.ts';

export interface PodWish {
  readonly pod: ResizablePod;
  /** Null where it is as it should be. */
  readonly patch: PodPatch | null;
  readonly restarts: boolean;
  readonly left: readonly Left[];
}

/** Idempotent: of a pod that was patched so, nothing is wanted. */
export function wishOf(pod: ResizablePod, wanted: readonly ContainerView[], policy: VerticalPolicy): PodWish {
  const all = pod.containers.map((container) => changeOf(container, pod, wanted, policy));
  const changes = all.flatMap(({ change }) => (change === null ? [] : [change]));
  const leftOut = all.flatMap((one) => one.left);
  const nothing = { pod, patch: null, restarts: false };
  if (changes.length === 0) return { ...nothing, left: leftOut };
  if (qosOf(changed(pod.containers, changes)) !== qosOf(pod.containers)) {
    const kept = changes.flatMap(({ name, to }) =>
      RESOURCES.flatMap((resource) => (to[resource] === undefined ? [] : [left(name, resource, 'qos_would_change')])),
    );
    return { ...nothing, left: [...leftOut, ...kept] };
  }
  return {
    pod,
    patch: { pod: pod.name, containers: changes },
    restarts: all.some(({ restarts }) => restarts),
    left: leftOut,
  };
}

function changeOf(
  container: ContainerResources,
  { memoryUsed }: ResizablePod,
  wanted: readonly ContainerView[],
  policy: VerticalPolicy,
) {
  const { name, kind } = container;
  const view = wanted.find((one) => one.name === name && one.kind === kind);
  const from: Partial<Record<Resource, Amounts>> = {};
  const to: Partial<Record<Resource, Amounts>> = {};
  const leftOut: Left[] = [];
  let restarts = false;
  for (const resource of RESOURCES) {
    const [base, target] = [view?.from[resource], view?.to[resource]];
    if (base === undefined || target === undefined) continue;
    const current = amountsOf(container, resource);
    const { amounts, why } = amountsFor(resource, { base, target, current }, memoryUsed, name);
    if (why !== null) leftOut.push(left(name, resource, why));
    if (current === null || amounts === null || isSame(amounts, current)) continue;
    const restartsIt = container.restartsOn.includes(resource);
    if (restartsIt && policy.restart === 'refuse') {
      leftOut.push(left(name, resource, 'restart_needed'));
      continue;
    }
    restarts ||= restartsIt;
    from[resource] = current;
    to[resource] = amounts;
  }
  const change: ContainerChange | null = Object.keys(to).length === 0 ? null : { name, kind, from, to };
  return { change, left: leftOut, restarts };
}

interface Amounted {
  readonly base: Amounts;
  readonly target: Amounts;
  /** As the pod has it. */
  readonly current: Amounts | null;
}

/** Null where it is to stay as it is. */
function amountsFor(
  resource: Resource,
  { base, target, current }: Amounted,
  memoryUsed: ResizablePod['memoryUsed'],
  name: string,
) {
  if (current === null || (current.limit === null) !== (target.limit === null))
    return { amounts: null, why: 'not_as_template' as const };
  if (resource !== 'memory') return { amounts: target, why: null };
  return notUnderUsage(target, current, base, Object.hasOwn(memoryUsed, name) ? memoryUsed[name] : undefined);
}
