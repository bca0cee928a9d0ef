// The guardrails that look at all changes of a tick at once: hold, quota, blast radius. The most urgent go first.
import {
  type BlastBudget,
  type BlastLimits,
  blastBudget,
  blastMessage,
  type Change,
  mostUrgentFirst,
  spend,
} from '../domain/blast-radius.ts';
import { type Hold, type HoldSettings, whyOnHold } from '../domain/hold.ts';
import type { Assessment, ClusterGuardrailName, Decision, Effect, ReasonCode } from '../domain/model.ts';
import { workloadKey } from '../domain/model.ts';
import { actionFor } from '../domain/proposals.ts';
import { type NamespaceLimits, promise, roomFor } from '../domain/quota.ts';
import type { LimitsReader } from './ports/cluster.ts';
import { AdapterError } from './ports/world.ts';

export interface SafetySettings {
  readonly blast: BlastLimits;
  readonly hold: HoldSettings;
}

/** A decision that its tick wants to carry out. */
export interface Intent {
  readonly decision: Decision;
  readonly assessment: Assessment;
}

export interface Restrained {
  /** Every intent's decision as it may be carried out, keyed `namespace/name`. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly problems: readonly string[];
  /** Changes that the blast radius cut or refused. */
  readonly beyondBlastRadius: number;
}

interface Wish extends Change {
  readonly intent: Intent;
}

/** @param clusterReplicas replicas asked for in the whole cluster */
export async function restrain(
  reader: LimitsReader,
  settings: SafetySettings,
  cluster: string,
  intents: readonly Intent[],
  clusterReplicas: number,
  hold: Hold | null,
): Promise<Restrained> {
  const wishes = mostUrgentFirst(intents.map(wishOf));
  const { limits, problems } = await readLimits(reader, cluster, wishes);
  const whole = blastBudget(settings.blast, clusterReplicas);
  const decisions = new Map<string, Decision>();
  let budget = whole;
  let beyondBlastRadius = 0;
  for (const wish of wishes) {
    const held = onHold(wish, hold);
    if (held !== null) {
      decisions.set(wish.key, held);
      continue;
    }
    const roomy = withinQuota(wish, limits);
    const granted = roomy.blockedBy === null ? withinBlastRadius(roomy, budget, whole) : { decision: roomy, budget };
    if (granted.decision !== roomy) beyondBlastRadius += 1;
    budget = granted.budget;
    take(limits, wish, granted.decision);
    decisions.set(wish.key, granted.decision);
  }
  return { decisions, problems, beyondBlastRadius };
}

function wishOf(intent: Intent): Wish {
  const { workload, current, target } = intent.decision;
  return { key: workloadKey(workload), current, target, needed: intent.assessment.envelope.floor, intent };
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

function onHold({ key, current, target, intent }: Wish, hold: Hold | null): Decision | null {
  const why = whyOnHold(hold, key, { current, target }, intent.decision.at);
  return why === null ? null : refused(intent.decision, 'hold', 'on_hold', why);
}

function withinQuota({ current, target, intent }: Wish, limits: ReadonlyMap<string, NamespaceLimits>): Decision {
  const { decision, assessment } = intent;
  if (target <= current) return decision;
  const room = roomFor(limits.get(decision.workload.namespace), sizeOf(assessment));
  // Pods that were asked for and do not exist yet will take their share of the quota first.
  const possible = Math.max(current, assessment.observation.replicas.total + room.replicas);
  if (possible >= target) return decision;
  return possible === current
    ? refused(decision, 'quota', room.code, `no scale-up: ${room.message}`)
    : clipped(decision, 'quota', room.code, possible, `${target} cut to ${possible}: ${room.message}`);
}

function withinBlastRadius(decision: Decision, budget: BlastBudget, whole: BlastBudget) {
  const { target, left } = spend(decision, budget);
  if (target === decision.target) return { decision, budget: left };
  const message = blastMessage(decision, target, whole);
  return target === decision.current
    ? { decision: refused(decision, 'blast_radius', 'blast_radius', message), budget: left }
    : { decision: clipped(decision, 'blast_radius', 'blast_radius', target, message), budget: left };
}

/** Workloads of one namespace share its quota. */
function take(limits: Map<string, NamespaceLimits>, wish: Wish, granted: Decision): void {
  const { namespace } = granted.workload;
  const known = limits.get(namespace);
  if (known === undefined || granted.blockedBy !== null || granted.target <= wish.current) return;
  const missing = granted.target - wish.intent.assessment.observation.replicas.total;
  if (missing > 0) limits.set(namespace, promise(known, sizeOf(wish.intent.assessment), missing));
}

function sizeOf({ observation: { capacity, limits } }: Assessment) {
  return { requests: capacity, limits: limits ?? null };
}

function refused(decision: Decision, guardrail: ClusterGuardrailName, code: ReasonCode, message: string): Decision {
  const verdict = verdictOf(decision, guardrail, 'blocked', code, decision.target, message);
  return { ...decision, blockedBy: code, verdicts: [...decision.verdicts, verdict] };
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
