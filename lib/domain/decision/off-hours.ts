// Off by a person's window: a size of 0 while it lasts, and the former count at its end. Nothing else ever comes to 0.
import type { GuardrailHistory } from '../guardrails/constraint.ts';
import type { Permission } from '../guardrails/permission.ts';
import { PERMISSIONS } from '../guardrails/permissions.ts';
import { isActive, type ScheduleWindow, windowState } from '../schedule/window.ts';
import type { Observation } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import type { EpochMs } from '../workload/time.ts';

/** What is known of a workload that a window has switched off, or is about to. */
export interface OffMemory {
  /** What it had before, and has again at the end. */
  readonly former: number;
  /** What we left it at: another count is somebody else's. */
  readonly count: number;
  /** Somebody set a count of his own meanwhile: it stays, and the window has no more to say. */
  readonly isYielded?: true;
  /** The count is on its way back. */
  readonly isBack?: true;
}

/** Where an off window stands with a workload at one step. */
export type OffStep =
  /** On its way to 0 (`down`), there (`off`), or on its way back (`back`). */
  | {
      readonly kind: 'down' | 'off' | 'back';
      readonly former: number;
      readonly target: number;
      readonly reason: string;
      /** Why it may not be written. */
      readonly forbidden: readonly Permission[];
      /** As it goes on where nothing is written. */
      readonly memory: OffMemory | undefined;
    }
  /** Nothing to do with it; `note` says why a window of size 0 has no effect. */
  | { readonly kind: 'none'; readonly note?: string; readonly memory: OffMemory | undefined };

export interface OffInput {
  readonly policy: Policy;
  readonly observation: Observation;
  readonly windows: readonly ScheduleWindow[];
  readonly killSwitch: GuardrailHistory['killSwitch'];
}

/** Whether a window switches off. Those that do take no part in floors and ceilings. */
function isOffWindow({ effect, replicas }: ScheduleWindow): boolean {
  return effect === 'size' && replicas === 0;
}

/**
 * @param before what the last step left
 * @returns what comes of it; a floor or a size at the same time is stronger: too many replicas cost money, too few cost users
 */
export function offStep(before: OffMemory | undefined, input: OffInput): OffStep {
  const { spec } = input.observation.replicas;
  const window = activeOff(input.windows, input.observation.at);
  if (before?.isYielded) return { kind: 'none', memory: window === null ? undefined : before };
  // What is not where we left it is somebody's own count: it stays.
  if (before !== undefined && spec !== before.count)
    return { kind: 'none', memory: window === null ? undefined : { ...before, isYielded: true } };
  if (window === null) return before === undefined ? { kind: 'none', memory: undefined } : back(before, input);
  if (spec > 0) return down(before, input, window.said);
  if (before === undefined) return { kind: 'none', memory: undefined };
  const reason = `off ${window.said}; ${before.former} replicas come back then`;
  return { kind: 'off', former: before.former, target: 0, reason, forbidden: [], memory: before };
}

/** @param said until when, and by whom */
function down(before: OffMemory | undefined, input: OffInput, said: string): OffStep {
  const { observation, policy } = input;
  const note = whyNoEffect(input);
  if (note !== undefined) return { kind: 'none', note, memory: undefined };
  const former = before?.former ?? observation.replicas.spec;
  const reason = `off ${said}; its ${former} replicas come back then`;
  const ways = policy.paused === 'scale-in' || policy.limits?.direction === 'up' ? [ONE_WAY] : [];
  const forbidden = [...permissionsMissing(input), ...ways];
  return { kind: 'down', former, target: 0, reason, forbidden, memory: before };
}

const ONE_WAY: Permission = {
  effect: 'blocked',
  code: 'paused_scale_in',
  message: 'the policy lets no replica be taken away, so it is not switched off',
};

/** A pause and a kill switch keep even what is ours from being given back; limits and rungs do not. */
function back(before: OffMemory, input: OffInput): OffStep {
  const { policy, observation } = input;
  const { former } = before;
  if (observation.replicas.spec >= former) return { kind: 'none', memory: undefined };
  const target = Math.max(1, Math.min(former, policy.max));
  const stopped: readonly Permission[] =
    policy.paused === 'scale-out'
      ? [{ effect: 'blocked', code: 'paused_scale_out', message: 'the policy says paused for scale-out' }]
      : [];
  const forbidden = [...permissionsMissing(input), ...stopped].map((one) => ({
    ...one,
    message: `the window that had it off is over, and its ${former} replicas do not come back: ${one.message}`,
  }));
  const kept = target === former ? '' : `, of which max-replicas lets ${target}`;
  const reason = `the window that had it off is over: its ${former} replicas come back${kept}`;
  return { kind: 'back', former: target, target, reason, forbidden, memory: before };
}

/** All but the one that leaves a 0 alone: this one is ours. */
function permissionsMissing({ policy, observation, killSwitch }: OffInput): readonly Permission[] {
  return PERMISSIONS.filter(({ name }) => name !== 'zero').flatMap(({ check }) => {
    const permission = check({ policy, observation, killSwitch });
    return permission?.effect === 'blocked' ? [permission] : [];
  });
}

/** Why a window of size 0 has no effect on what runs, or undefined. */
function whyNoEffect({ policy, observation }: OffInput): string | undefined {
  if (observation.workload.kind !== undefined || observation.hpa !== null || observation.owner.kind !== 'none')
    return 'its window of size 0 has no effect: it is for Deployments that nobody else scales';
  if (!policy.allowZero)
    return `its window of size 0 has no effect: namespace ${observation.workload.namespace} is not listed for that (allow-zero)`;
  return undefined;
}

/** The off window that lasts longest; null where none is active, or another window asks for replicas. */
function activeOff(windows: readonly ScheduleWindow[], now: EpochMs): { readonly said: string } | null {
  const active = windows.filter((window) => isActive(window, now));
  const off = active.filter(isOffWindow);
  const wanted = active.some(({ effect, replicas }) => effect !== 'ceiling' && replicas > 0);
  if (off.length === 0 || wanted) return null;
  const ends = off.map((window) => ({ window, to: windowState(window, now).active?.to ?? Number.POSITIVE_INFINITY }));
  const last = ends.reduce((a, b) => (b.to > a.to ? b : a));
  const until = Number.isFinite(last.to) ? ` until ${localEnd(last.to, last.window.timeZone)}` : '';
  return { said: `${until.trimStart() || 'with no end in sight'} by schedule of ${last.window.by ?? 'somebody'}` };
}

/** `2026-11-30 07:00 Europe/Berlin`. */
function localEnd(at: EpochMs, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return `${format.format(at)} ${timeZone}`;
}
