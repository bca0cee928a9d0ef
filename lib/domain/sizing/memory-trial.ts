// What is tried while nobody knows whether more replicas lower memory: one small step, up or down, and then its answer.
import { TOLERANCE } from '../workload/pace.ts';
import type { EpochMs } from '../workload/time.ts';
import type { MemoryTrial } from './memory-nature.ts';

/** A step by this share can be told from noise, and costs little where it was in vain. */
export const TRIAL_SHARE = 0.2;
/** Memory that has grown by so much since, after so long, asks for another trial. */
export const GROWN = 1.1;
const ANEW_AFTER_MS = 900_000;
/** A step that noise has left without an answer for so long is taken back. */
const UNANSWERED_MS = 1_800_000;
/** No pod is brought nearer to its limit than this by a trial. */
const BELOW_LIMIT = 0.97;

/** Memory as it is now. */
export interface Held {
  readonly demand: number;
  /** Pods that were measured: a share of those that carry it. */
  readonly pods: number;
  readonly perPod: number;
  readonly request: number;
  readonly goal: number;
  readonly percent: number;
  readonly limit: number | undefined;
}

interface Trial {
  readonly current: number;
  readonly others: number | null;
  /** Pods that may go. */
  readonly spare: number;
  readonly trialTo: number;
  readonly reason: string;
}

/** @param shared what memory would need if more replicas shared it; the present count or more */
export function onTrial(shared: number, { current, others, spare, trialTo, reason }: Trial) {
  const fewer = others === null || others >= current ? current : Math.max(others, Math.min(trialTo, current - spare));
  if (fewer < current)
    return { replicas: fewer, reason: `${reason}; ${current - fewer} fewer on trial: it may be held at rest` };
  const replicas = Math.min(shared, Math.max(current, trialTo));
  return replicas === current
    ? { replicas, reason: `${reason}, and it is not known yet whether more replicas lower it` }
    : { replicas, reason: `${reason}; one step on trial, to see whether more replicas lower it` };
}

/** Begins when memory nears its target. */
export function trialFrom(before: MemoryTrial | null, of: Held, current: number, now: EpochMs): MemoryTrial | null {
  if (of.percent < of.goal * (1 - TOLERANCE)) return null;
  const anew = before === null || (hasGrown(of.perPod, current, before) && now - before.at >= ANEW_AFTER_MS);
  if (anew) return { at: now, from: current, perPodBytes: of.perPod, steppedAt: null };
  return before.steppedAt === null && current !== before.from ? { ...before, steppedAt: now } : before;
}

/** Fewer pods hold more each where they share it: then only a larger total is growth. */
function hasGrown(perPod: number, current: number, { from, perPodBytes }: MemoryTrial): boolean {
  return perPod * Math.min(1, current / from) > GROWN * perPodBytes;
}

/** One step, once the present has been watched; then no more, and in the end back to where it came from. */
export function trialTarget(
  { from, steppedAt }: MemoryTrial,
  current: number,
  now: EpochMs,
  isWatched: boolean,
): number {
  if (steppedAt !== null) return now - steppedAt >= UNANSWERED_MS ? Math.min(current, from) : current;
  return isWatched ? Math.max(current, from + Math.max(1, Math.ceil(from * TRIAL_SHARE))) : current;
}

/** Pods that may go on trial: if the rest had to share their memory after all, none would come to its limit. */
export function removable(
  { request, limit }: Held,
  perPod: number,
  current: number,
  trial: MemoryTrial | null,
): number {
  const most = limit === undefined ? Math.max(request, GROWN * (trial?.perPodBytes ?? perPod)) : BELOW_LIMIT * limit;
  return Math.min(
    Math.max(1, Math.floor(current * TRIAL_SHARE)),
    Math.max(0, Math.floor(current * (1 - perPod / most))),
  );
}
