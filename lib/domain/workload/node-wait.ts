// Whether a new replica finds room on a node, or waits until one is added: two start-ups, and how often each comes by size of step.
import { startupOf } from './startup-time.ts';
import { type EpochMs, HOUR_MS } from './time.ts';

/** What a pod tells of its beginning. */
export interface PodStart {
  readonly createdAt: EpochMs;
  /** From birth until a node was found; infinite while none is. NaN where the pod cannot tell. */
  readonly nodeSeconds: number;
  /** From birth until it served; NaN where the pod cannot tell. */
  readonly startupSeconds: number;
}

/** Pods that were made together. */
export interface Step {
  readonly at: EpochMs;
  readonly pods: number;
  /** One of them at least waited for a node. */
  readonly waited: boolean;
}

/** How pods started, as the pods that are there tell it. */
export interface NodeWaits {
  /** From birth until it serves, where it waited for a node: the median. Null where none can tell. */
  readonly newNodeSeconds: number | null;
  /** The last few, the latest last: pods that have gone are not counted. */
  readonly steps: readonly Step[];
}

/** What is remembered of that. */
export interface KnownWaits {
  readonly newNodeSeconds: number;
  /** The latest last, at most LATELY of each size. */
  readonly steps: readonly Step[];
}

/** The start-up that is learned with, and why: of the size of step that waited most. */
export interface NodeLead {
  readonly roomSeconds: number;
  readonly newNodeSeconds: number;
  /** Steps of so many pods and more, up to the next size. */
  readonly size: number;
  readonly steps: number;
  readonly waited: number;
}

/** The scheduler finds room within a second or two; a node takes half a minute at best. */
const WAITED_SECONDS = 10;
/** Pods of one step are made within so long of each other; looks and syncs are 15 s apart. */
const TOGETHER_MS = 10_000;
/** A step of four and more, of two or three, of one. */
const SIZES = [4, 2, 1];
/** Steps of a size that are remembered. */
const LATELY = 5;
/** What is older tells nothing of the nodes of now. */
const FORGOTTEN_MS = 7 * 24 * HOUR_MS;
/** From this share on a wait is what is to be expected. */
const USUAL_SHARE = 0.5;

/** @returns the start-up where there was room, of all pods where there never was; and what is known of waits */
export function startsOf(pods: readonly PodStart[]): { startupSeconds: number | null; nodeWaits: NodeWaits } {
  const isWait = ({ nodeSeconds }: PodStart) => nodeSeconds >= WAITED_SECONDS;
  const seconds = (some: readonly PodStart[]) => startupOf(some.map(({ startupSeconds }) => startupSeconds));
  const waits = pods.filter(isWait);
  return {
    startupSeconds: seconds(pods.filter((pod) => !isWait(pod))) ?? seconds(pods),
    nodeWaits: { newNodeSeconds: seconds(waits), steps: stepsOf(pods, isWait).slice(-LATELY) },
  };
}

function stepsOf(pods: readonly PodStart[], isWait: (pod: PodStart) => boolean): readonly Step[] {
  const steps: Step[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const pod of pods.filter(({ createdAt }) => createdAt > 0).toSorted((a, b) => a.createdAt - b.createdAt)) {
    const { createdAt } = pod;
    const before = createdAt - last <= TOGETHER_MS ? steps.pop() : undefined;
    last = createdAt;
    steps.push({
      at: before?.at ?? createdAt,
      pods: (before?.pods ?? 0) + 1,
      waited: (before?.waited ?? false) || isWait(pod),
    });
  }
  return steps;
}

/**
 * What is remembered from one fit to the next. A step that is seen again, with fewer of its pods perhaps, is still one step.
 * @returns null where no step waited within a week, and it was never seen how long that takes
 */
export function rememberedWaits(
  seen: NodeWaits | undefined,
  before: KnownWaits | undefined,
  now: EpochMs,
): KnownWaits | null {
  const newNodeSeconds = seen?.newNodeSeconds ?? before?.newNodeSeconds;
  const all: Step[] = [];
  const everSeen = [...(before?.steps ?? []), ...(seen?.steps ?? [])];
  for (const step of everSeen.filter(({ at }) => now - at <= FORGOTTEN_MS).toSorted((a, b) => a.at - b.at)) {
    const last = all.at(-1);
    if (last === undefined || step.at - last.at > TOGETHER_MS) all.push(step);
    else
      all[all.length - 1] = { at: last.at, pods: Math.max(last.pods, step.pods), waited: last.waited || step.waited };
  }
  const kept = SIZES.flatMap((size) => ofSize(all, size).slice(-LATELY)).toSorted((a, b) => a.at - b.at);
  if (newNodeSeconds === undefined || newNodeSeconds === null || !kept.some(({ waited }) => waited)) return null;
  return { newNodeSeconds, steps: kept };
}

/**
 * The dearest start-up of any size of step: the new node's where half of its steps waited or more, else what is to be expected by
 * the share that did. Capacity that comes late loses the SLO, where it comes early it costs a little.
 * @returns null where no step waits, or a new node is no slower
 */
export function nodeLead(roomSeconds: number, known: KnownWaits | null): NodeLead | null {
  if (known === null || !(known.newNodeSeconds > roomSeconds)) return null;
  const leads = SIZES.map((size) => {
    const steps = ofSize(known.steps, size);
    const waited = steps.filter((step) => step.waited).length;
    return { roomSeconds, newNodeSeconds: known.newNodeSeconds, size, steps: steps.length, waited };
  }).filter(({ waited }) => waited > 0);
  return leads.reduce<NodeLead | null>(
    (dearest, lead) => (dearest === null || leadSeconds(lead) > leadSeconds(dearest) ? lead : dearest),
    null,
  );
}

/** The start-up to learn with. */
export function leadSeconds({ roomSeconds, newNodeSeconds, steps, waited }: NodeLead): number {
  const share = waited / steps;
  return share >= USUAL_SHARE ? newNodeSeconds : roomSeconds + share * (newNodeSeconds - roomSeconds);
}

/** In a sentence. */
export function describeLead({ roomSeconds, newNodeSeconds, size, steps, waited }: NodeLead): string {
  const bigger = size === SIZES[0] ? ' or more' : size === 1 ? '' : ` or ${size + 1}`;
  const last = steps === 1 ? 'the last step' : `${waited} of the last ${steps} steps`;
  return (
    `new pods served after ${Math.round(roomSeconds)} s where a node had room, after ${Math.round(newNodeSeconds)} s where one ` +
    `had to be added: ${last} of ${size}${bigger} waited`
  );
}

function ofSize(steps: readonly Step[], size: number): readonly Step[] {
  return steps.filter(({ pods }) => SIZES.find((least) => pods >= least) === size);
}
