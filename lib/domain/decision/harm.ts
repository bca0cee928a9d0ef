// Harm that scale-ins of ours did: what is kept of it from tick to tick, and when it costs a workload its rung. A closed list, each with evidence.
import { type Demotion, isInForce } from '../workload/demotion.ts';
import type { Observation } from '../workload/observation.ts';
import { isReconciler } from '../workload/other-writers.ts';
import { STABILISATION_MS } from '../workload/pace.ts';
import type { Policy } from '../workload/policy.ts';
import { DEFAULT_STARTUP_SECONDS } from '../workload/startup-time.ts';
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../workload/time.ts';
import type { DecisionRecord } from './decision.ts';

/** Another is begun anew. */
const HARM_VERSION = 1;
/** What a scale-in did shows within stabilisation and start-up, and no less than this. */
const LEAST_WINDOW_MS = 10 * MINUTE_MS;
/** Who puts replicas back later than this has another reason. */
const REVERT_WINDOW_MS = HOUR_MS;
/** Of a day: two accidents are a pattern where pods die or people step in, … */
const MOST_CRASHES = 2;
const MOST_REVERTS = 2;
/** … and being short is what the SLO allows some of: harm is twice what it allows in a day, in three episodes at the least. */
const MOST_EPISODES = 3;
const BUDGETS = 2;
const SCALE_INS_KEPT = 5;
const EPISODES_KEPT = 24;

/** A scale-in that nobody asked for. */
interface OwnScaleIn {
  readonly at: EpochMs;
  readonly from: number;
  readonly to: number;
  /** Pods that crashed again and again before it; null where that is not known. */
  readonly crashing: number | null;
  readonly crashed?: true;
}

/** Small: kept of those alone that were scaled in of late, or harmed within a day. */
export interface Harm {
  readonly v: typeof HARM_VERSION;
  readonly scaleIns: readonly OwnScaleIn[];
  /** By the scale-in that each followed. */
  readonly short: readonly { readonly at: EpochMs; readonly minutes: number }[];
  readonly crashes: readonly EpochMs[];
  readonly reverts: readonly EpochMs[];
  readonly demoted?: Demotion;
}

const NO_HARM: Harm = { v: HARM_VERSION, scaleIns: [], short: [], crashes: [], reverts: [] };

/** What a tick sees. */
export interface SeenHarm {
  readonly observation: Observation;
  readonly policy: Policy;
  /** Replicas that it needs now (`needAtLine`); null where that cannot be told. Asked only where it matters. */
  readonly need: () => number | null;
  /** Somebody else has set the count since the last tick. */
  readonly isSetByOther: boolean;
}

/** The harm after a tick has looked; undefined where there is none. @param stored whatever an earlier release left */
export function harmAt(stored: Harm | undefined, seen: SeenHarm): Harm | undefined {
  const { observation, policy } = seen;
  const before = lately(stored?.v === HARM_VERSION ? stored : NO_HARM, policy, observation.at);
  // Under an HPA or another owner the count is not ours, and neither is what comes of it.
  const found = observation.owner.kind === 'none' ? looked(before, seen) : { ...before, scaleIns: [] };
  const demoted = found.demoted ?? demotionFor(found, policy, observation.at);
  const isEmpty = [found.scaleIns, found.short, found.crashes, found.reverts].every((list) => list.length === 0);
  if (demoted === undefined) return isEmpty ? undefined : found;
  return { ...found, demoted };
}

/** Within a day, and since a person last trusted it. */
function lately({ demoted, ...harm }: Harm, { trustedSince }: Policy, now: EpochMs): Harm {
  const since = Math.max(now - DAY_MS, trustedSince !== undefined && trustedSince <= now ? trustedSince : 0);
  const isNew = (at: EpochMs) => at > since && at <= now;
  return {
    v: HARM_VERSION,
    scaleIns: harm.scaleIns.filter(({ at }) => isNew(at) && now - at <= REVERT_WINDOW_MS),
    short: harm.short.filter(({ at }) => isNew(at)),
    crashes: harm.crashes.filter(isNew),
    reverts: harm.reverts.filter(isNew),
    ...(demoted && isInForce(demoted, trustedSince, now) && { demoted }),
  };
}

function looked(harm: Harm, { observation, policy, need, isSetByOther }: SeenHarm): Harm {
  const { at: now, replicas, rollout, troubles, startupSeconds } = observation;
  const last = harm.scaleIns.at(-1);
  if (last === undefined) return harm;
  if (isSetByOther) {
    const isRevert = replicas.spec > last.to && !isByProgram(observation);
    return { ...harm, scaleIns: [], reverts: isRevert ? [...harm.reverts, now] : harm.reverts };
  }
  const windowMs = Math.max(LEAST_WINDOW_MS, STABILISATION_MS + 1000 * (startupSeconds ?? DEFAULT_STARTUP_SECONDS));
  const watched = harm.scaleIns.filter(({ at }) => now - at <= windowMs);
  // Pods that a rollout replaces crash, and count twice, for reasons of their own.
  if (watched.length === 0 || rollout !== 'settled') return harm;
  const needed = need();
  const from = Math.max(...watched.map((one) => one.from));
  // Where the count from before would have been short as well, it was not the scale-in.
  // What a person's maximum keeps from it is his.
  const isShort = needed !== null && Math.min(needed, policy.max) > replicas.spec && needed <= from;
  const crashes = troubles !== undefined && last.crashing !== null && troubles.crashLoop > last.crashing;
  const isCrash = crashes && last.crashed !== true && watched.includes(last);
  return {
    ...harm,
    short: isShort ? withMinutes(harm.short, last.at, policy.tickSeconds / 60) : harm.short,
    crashes: isCrash ? [...harm.crashes, now] : harm.crashes,
    scaleIns: isCrash ? [...harm.scaleIns.slice(0, -1), { ...last, crashed: true }] : harm.scaleIns,
  };
}

/** A controller that keeps a number of its own is no person who thinks better of ours. */
function isByProgram({ otherWriters }: Observation): boolean {
  const writer = otherWriters?.writer ?? null;
  return (otherWriters?.manager ?? null) !== null || (writer !== null && isReconciler(writer.name));
}

function withMinutes(short: Harm['short'], at: EpochMs, minutes: number): Harm['short'] {
  const last = short.at(-1);
  if (last?.at === at) return [...short.slice(0, -1), { at, minutes: last.minutes + minutes }];
  return [...short, { at, minutes }].slice(-EPISODES_KEPT);
}

/** Only of what acts by itself. */
function demotionFor(harm: Harm, policy: Policy, now: EpochMs): Demotion | undefined {
  const { enabled, mode, problems, sloPercent } = policy;
  if (!enabled || problems.length > 0 || mode === 'recommend' || mode === 'propose') return undefined;
  const { short, crashes, reverts } = harm;
  if (reverts.length >= MOST_REVERTS)
    return {
      at: now,
      code: 'scale_in_reverted',
      message: `${reverts.length} scale-ins were taken back by hand within a day`,
    };
  if (crashes.length >= MOST_CRASHES)
    return {
      at: now,
      code: 'pods_crashed_after_scale_in',
      message: `pods began to crash again and again after ${crashes.length} scale-ins within a day`,
    };
  const minutes = short.reduce((sum, one) => sum + one.minutes, 0);
  const allowed = ((100 - sloPercent) / 100) * (DAY_MS / MINUTE_MS);
  if (short.length < MOST_EPISODES || minutes <= BUDGETS * allowed) return undefined;
  const message =
    `short of capacity for ${Math.round(minutes)} minutes within a day, after ${short.length} scale-ins, where the count from ` +
    `before would have been enough; the SLO of ${sloPercent} % allows ${allowed.toFixed(1)} in all`;
  return { at: now, code: 'short_after_scale_in', message };
}

/** The harm with what a record did: a scale-in of ours is watched, and one that a person takes back through us is counted. */
export function harmAfter(
  harm: Harm | undefined,
  {
    decision,
    outcome,
    requestedBy,
    assessment: { observation },
  }: Pick<DecisionRecord, 'decision' | 'outcome' | 'requestedBy' | 'assessment'>,
): Harm | undefined {
  if (outcome.kind !== 'applied' || observation.owner.kind !== 'none') return harm;
  const { at, current: from, target: to } = decision;
  const last = harm?.scaleIns.at(-1);
  if (requestedBy !== null) {
    if (harm === undefined || last === undefined) return harm;
    const isTakenBack = from <= last.to && to >= last.from;
    return { ...harm, scaleIns: [], reverts: isTakenBack ? [...harm.reverts, at] : harm.reverts };
  }
  // A window is a person's order, and its scale-in his.
  if (to >= from || decision.off !== undefined || decision.source === 'scheduled') return harm;
  const one = { at, from, to, crashing: observation.troubles?.crashLoop ?? null };
  const kept = harm ?? NO_HARM;
  return { ...kept, scaleIns: [...kept.scaleIns, one].slice(-SCALE_INS_KEPT) };
}

/** The policy with the demotion that is in force by now, and without one that is not. */
export function withDemotion({ demoted: _before, ...policy }: Policy, harm: Harm | undefined): Policy {
  return harm?.demoted === undefined ? policy : { ...policy, demoted: harm.demoted };
}
