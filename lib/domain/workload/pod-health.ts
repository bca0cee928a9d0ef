// Pods that do not start (no node, no image, crashes), as far as that forbids adding more of them.
import type { Observation } from './observation.ts';
import type { ReasonCode } from './reason-code.ts';

/** Why more pods would only join those that do not serve. */
export interface NoMorePods {
  readonly code: Extract<ReasonCode, 'pods_unschedulable' | 'image_pull_failing' | 'crash_looping'>;
  readonly message: string;
  /** How many of them there are. */
  readonly pods: number;
}

/**
 * Whether scaling up would add serving pods at all.
 * One pod without a node, or without its image, is enough: the next one asks the same nodes for the same room, and the
 * same registry for the same image. Crash loops are judged by number: single pods also crash *because* they are overloaded,
 * and there more replicas help, so scaling up stops only where no fewer pods crash than serve.
 * @returns null where it would, or where nothing is known
 */
export function whyNoMorePods({ troubles, replicas }: Observation): NoMorePods | null {
  if (troubles === undefined) return null;
  const { unschedulable, imagePull, crashLoop } = troubles;
  if (unschedulable > 0)
    return {
      code: 'pods_unschedulable',
      pods: unschedulable,
      message: `no scale-up: ${waiting(unschedulable)} for lack of a node with room, and more would wait beside them; add nodes`,
    };
  if (imagePull > 0)
    return {
      code: 'image_pull_failing',
      pods: imagePull,
      message: `no scale-up: ${waiting(imagePull)} for an image that cannot be pulled; mend its name or the registry's secret`,
    };
  if (crashLoop > 0 && crashLoop >= replicas.ready)
    return {
      code: 'crash_looping',
      pods: crashLoop,
      message: `no scale-up: ${crashLoop} of ${replicas.total} pods crash again and again, and ${replicas.ready} serve; see their logs`,
    };
  return null;
}

function waiting(count: number): string {
  return count === 1 ? '1 pod waits' : `${count} pods wait`;
}
