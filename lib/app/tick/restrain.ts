// The guardrails that look at all changes of a tick at once: circuit breaker, quota, blast radius. The most urgent go first.

import type { Assessment } from '../../domain/assessment/assessment.ts';
import { actionFor } from '../../domain/assessment/proposal.ts';
import type { Decision } from '../../domain/decision/decision.ts';
import {
  type Ask,
  askOf,
  type BlastBudget,
  type BlastLimits,
  blastBudget,
  blastMessage,
  type Change,
  mostUrgentFirst,
  shareOut,
  shortageOf,
  shortMessage,
  type Turn,
} from '../../domain/guardrails/cluster/blast-radius.ts';
import { type BreakerSettings, type OpenBreaker, whyBroken } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import {
  type NamespaceLimits,
  promise,
  type ReplicaSize,
  roomFor,
  uncounted,
} from '../../domain/guardrails/cluster/quota.ts';
import {
  lessPromised,
  NOTHING_PROMISED,
  type Promised,
  promisedOf,
} from '../../domain/guardrails/cluster/quota-promises.ts';
import type { ClusterGuardrailName, Effect } from '../../domain/guardrails/verdict.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { ReasonCode } from '../../domain/workload/reason-code.ts';
import type { LimitsReader } from '../ports/cluster.ts';
import { AdapterError } from '../ports/world.ts';

export interface SafetySettings {
  readonly blast: BlastLimits;
  readonly hold: BreakerSettings;
}

/** A decision that its tick wants to apply. */
export interface Intent {
  readonly decision: Decision;
  readonly assessment: Assessment;
}

export interface Restrained {
  /** Every intent's decision as it may be applied, keyed `namespace/name`. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly problems: readonly string[];
  /** Changes that the blast radius cut or refused. */
  readonly beyondBlastRadius: number;
}

/** What all batches of a tick spend of together. Both throw AdapterError where a later tick has begun: this one must change nothing then. */
export interface Purse {
  /**
   * Asked once, right before anything is changed.
   * @returns what of the whole blast radius the batch may change
   */
  reserve(ask: Ask, whole: BlastBudget, turn: Turn): Promise<BlastBudget>;
  /** Makes a plan from what others have promised of quotas, anew where one was faster, and adds what it promises. */
  promise<T extends Plan>(plan: (promised: Promised) => T): Promise<T>;
}

interface Plan {
  /** Of quotas, by all batches of the tick. */
  readonly promised: Promised;
}

/** Of who spends alone. */
export const OWN_PURSE: Purse = {
  reserve: async (_ask, whole) => whole,
  promise: async (plan) => plan(NOTHING_PROMISED),
};

interface Wish extends Change {
  readonly intent: Intent;
}

/**
 * @param clusterReplicas replicas asked for in the whole cluster
 * @param purse where others spend too, and where a later tick is noticed; all of it is there unless given
 */
export async function restrain(
  reader: LimitsReader,
  settings: SafetySettings,
  cluster: string,
  intents: readonly Intent[],
  clusterReplicas: number,
  hold: OpenBreaker | null,
  purse: Purse = OWN_PURSE,
): Promise<Restrained> {
  const wishes = mostUrgentFirst(intents.map(wishOf));
  const { limits, problems } = await readLimits(reader, cluster, wishes);
  const whole = blastBudget(settings.blast, clusterReplicas);
  const decisions = new Map<string, Decision>();
  const roomy: Wish[] = [];
  for (const wish of wishes) {
    const possible = onHold(wish, hold) ?? withinQuota(wish.intent, limits);
    if (possible.blockedBy !== null) decisions.set(wish.key, possible);
    else roomy.push({ ...wish, target: possible.target, intent: { ...wish.intent, decision: possible } });
  }
  const turn = turnOf(intents);
  const granted = shareOut(roomy, await purse.reserve(askOf(roomy), whole, turn), turn);
  const shared = await purse.promise((promised) => shareRoom(roomy, granted, whole, limits, promised));
  const left = shortMessage(shared.short, whole);
  const told = [...problems, ...unreadQuotas(wishes, limits), ...(left === null ? [] : [left])];
  const all = new Map([...decisions, ...shared.decisions]);
  return { decisions: all, problems: told, beyondBlastRadius: shared.beyondBlastRadius };
}

/** Within the blast radius, and once more within quotas, since others of its namespace may have taken what there was room for. */
function shareRoom(
  roomy: readonly Wish[],
  granted: ReadonlyMap<string, number>,
  whole: BlastBudget,
  limits: ReadonlyMap<string, NamespaceLimits>,
  promised: Promised,
) {
  const left = lessPromised(limits, promised);
  const decisions = new Map<string, Decision>();
  const short = new Map<string, number>();
  let beyondBlastRadius = 0;
  for (const wish of roomy) {
    const share = withinBlastRadius(wish.intent.decision, granted.get(wish.key) ?? wish.current, whole);
    if (share !== wish.intent.decision) beyondBlastRadius += 1;
    const final = share.blockedBy === null ? withinQuota({ ...wish.intent, decision: share }, left) : share;
    take(left, wish, final);
    decisions.set(wish.key, final);
    short.set(wish.key, shortageOf(wish) - (final.blockedBy === null ? Math.max(0, share.target - wish.current) : 0));
  }
  return { decisions, short, beyondBlastRadius, promised: promisedOf(limits, left) };
}

/** Every tick has its number, counted from 1970 in the ticks of the workloads' own policy. */
function turnOf(intents: readonly Intent[]): Turn {
  const [first] = intents;
  return { at: first?.decision.at ?? 0, tickMs: (first?.assessment.policy.tickSeconds ?? 60) * 1000 };
}

function wishOf(intent: Intent): Wish {
  const { workload, current, target } = intent.decision;
  const changedAt = intent.assessment.past.at(-1)?.at;
  const wish = { key: workloadKey(workload), current, target, needed: intent.assessment.envelope.floor, intent };
  return changedAt === undefined ? wish : { ...wish, changedAt };
}

/** Asked only where something is to grow. Where nobody may tell, the API server decides as it always did. */
async function readLimits(reader: LimitsReader, cluster: string, wishes: readonly Wish[]) {
  const growing = wishes.filter(({ current, target }) => target > current);
  const namespaces = [...new Set(growing.map(({ intent }) => intent.decision.workload.namespace))].toSorted();
  try {
    const limits = namespaces.length === 0 ? new Map() : await reader.limits(cluster, namespaces);
    return { limits: new Map<string, NamespaceLimits>(limits), problems: [] };
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return { limits: new Map<string, NamespaceLimits>(), problems: [`quotas are unknown: ${error.message}`] };
  }
}

/** A quota that cannot be told is not guessed at: the API server decides, and it is said. */
function unreadQuotas(wishes: readonly Wish[], limits: ReadonlyMap<string, NamespaceLimits>): readonly string[] {
  const told = wishes.flatMap(({ current, target, intent }) => {
    const { namespace } = intent.decision.workload;
    if (target <= current) return [];
    return uncounted(limits.get(namespace), sizeOf(intent.assessment)).map(
      (quota) =>
        `ResourceQuota ${namespace}/${quota} is not counted: whether its scopes mean these pods cannot be told here`,
    );
  });
  return [...new Set(told)];
}

function onHold({ key, current, target, intent }: Wish, hold: OpenBreaker | null): Decision | null {
  const why = whyBroken(hold, key, { current, target }, intent.decision.at);
  return why === null ? null : refused(intent.decision, 'hold', 'on_hold', why);
}

function withinQuota({ decision, assessment }: Intent, limits: ReadonlyMap<string, NamespaceLimits>): Decision {
  const { current, target } = decision;
  if (target <= current) return decision;
  const room = roomFor(limits.get(decision.workload.namespace), sizeOf(assessment));
  // Pods that were asked for and do not exist yet will take their share of the quota first.
  const possible = Math.max(current, assessment.observation.replicas.total + room.replicas);
  if (possible >= target) return decision;
  return possible === current
    ? refused(decision, 'quota', room.code, `no scale-up: ${room.message}`)
    : clipped(decision, 'quota', room.code, possible, `${target} cut to ${possible}: ${room.message}`);
}

function withinBlastRadius(decision: Decision, target: number, whole: BlastBudget): Decision {
  if (target === decision.target) return decision;
  const message = blastMessage(decision, target, whole);
  return target === decision.current
    ? refused(decision, 'blast_radius', 'blast_radius', message)
    : clipped(decision, 'blast_radius', 'blast_radius', target, message);
}

/** Workloads of one namespace share its quota. */
function take(limits: Map<string, NamespaceLimits>, wish: Wish, granted: Decision): void {
  const { namespace } = granted.workload;
  const known = limits.get(namespace);
  if (known === undefined || granted.blockedBy !== null || granted.target <= wish.current) return;
  const missing = granted.target - wish.intent.assessment.observation.replicas.total;
  if (missing > 0) limits.set(namespace, promise(known, sizeOf(wish.intent.assessment), missing));
}

function sizeOf({ observation: { capacity, limits, podTraits } }: Assessment): ReplicaSize {
  return { requests: capacity, limits: limits ?? null, ...(podTraits !== undefined && { traits: podTraits }) };
}

function refused(decision: Decision, guardrail: ClusterGuardrailName, code: ReasonCode, message: string): Decision {
  const verdict = verdictOf(decision, guardrail, 'blocked', code, decision.target, message);
  return { ...decision, blockedBy: code, blockedWhy: message, verdicts: [...decision.verdicts, verdict] };
}

function clipped(
  decision: Decision,
  guardrail: ClusterGuardrailName,
  code: ReasonCode,
  to: number,
  message: string,
): Decision {
  const verdict = verdictOf(decision, guardrail, 'clipped', code, to, message);
  const action = decision.action === 'at_max' ? decision.action : actionFor(decision.current, to);
  const reason = `${decision.reason} — ${message}`;
  return { ...decision, target: to, action, reason, verdicts: [...decision.verdicts, verdict] };
}

function verdictOf(
  { source, target }: Decision,
  guardrail: ClusterGuardrailName,
  effect: Effect,
  code: ReasonCode,
  to: number,
  message: string,
) {
  return { guardrail, source, effect, code, from: target, to, message };
}
