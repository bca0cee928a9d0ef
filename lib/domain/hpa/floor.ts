// Working through an HPA: which floor a decision means, and how the user's own minReplicas is told from ours.
import type { HpaStatus } from '../workload/hpa-status.ts';
import type { Owner } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';

/** On the HPA while we hold its minReplicas: what it was. A person can read it and undo us without us. */
export const OWN_MIN_ANNOTATION = 'ai4k8s.io/original-min-replicas';
/** On the HPA while we hold its minReplicas: what we set. Another number there means that somebody set it since. */
export const FLOOR_ANNOTATION = 'ai4k8s.io/floor-min-replicas';

export interface HeldFloor {
  /** The minReplicas to give back. */
  readonly own: number;
  /** The minReplicas that we set. */
  readonly floor: number;
}

/**
 * The floor we hold on an HPA, or null where its minReplicas is the user's own: never touched, or set by him since.
 * @param minReplicas as it is in the HPA
 * @param remembered what the table says we set, for an HPA whose annotations somebody removed
 */
export function heldFloor(
  minReplicas: number,
  annotations: Readonly<Record<string, string>>,
  remembered: HeldFloor | null = null,
): HeldFloor | null {
  const annotated = annotatedFloor(annotations);
  const known = annotated ?? remembered;
  return known !== null && known.floor === minReplicas ? known : null;
}

/** What the table remembers of a floor. */
interface RememberedFloor extends HeldFloor {
  readonly hpa: string;
  /** The HPA is known to have had it. */
  readonly confirmed: boolean;
}

/**
 * Whether what the table remembers counts on an HPA whose annotations are gone. An unconfirmed floor was about to be set, and
 * perhaps was: it is ours where its very number is there, raised over the user's own, and nobody else is recorded to have
 * written it. A user who sets that number himself is recorded, and one who sets another is no match.
 */
export function isTrusted(
  hpa: { readonly name: string; readonly minReplicas: number; readonly floorWriter?: string | null },
  { hpa: name, own, floor, confirmed }: RememberedFloor,
): boolean {
  if (name !== hpa.name) return false;
  if (confirmed) return true;
  return floor === hpa.minReplicas && own < floor && (hpa.floorWriter ?? null) === null;
}

/** The floor that we set and somebody has replaced by a number of his own since; null where none was replaced. */
export function overruledFloor(
  minReplicas: number,
  annotations: Readonly<Record<string, string>>,
  remembered: HeldFloor | null = null,
): HeldFloor | null {
  const known = annotatedFloor(annotations) ?? remembered;
  return known !== null && known.floor !== minReplicas ? known : null;
}

const THROUGH_HPA: ReadonlySet<Policy['mode']> = new Set(['auto', 'propose', 'hpa-floor']);

/** Whether an enabled workload is scaled by its HPA's minReplicas: in those modes, where exactly one plain HPA owns it. */
export function worksThroughHpa(policy: Policy, owner: Owner): boolean {
  return policy.enabled && owner.kind === 'hpa' && THROUGH_HPA.has(policy.mode);
}

/** Whether a floor may stand: nobody paused, disabled or mistyped the policy, and the HPA is still the only owner. */
export function mayHoldFloor(policy: Policy, owner: Owner): boolean {
  return worksThroughHpa(policy, owner) && policy.paused !== true && policy.problems.length === 0;
}

/** Of a decision. */
interface Numbers {
  readonly current: number;
  readonly target: number;
  readonly wanted?: number;
}

/**
 * The minReplicas that a decision means: its target, between the user's own minReplicas and his maxReplicas, and never over
 * the policy's. Where the present count is only kept for now, no floor is raised for it: the HPA may have gone up by itself,
 * and pinning its count would keep it from coming down again. An own minReplicas of 0 is given back where one replica would do:
 * an HPA goes up to one by itself, and a floor of one would keep it from ever scaling to none.
 * @param max max-replicas of the policy
 */
export function floorFor({ current, target, wanted = target }: Numbers, hpa: HpaStatus, max: number): number {
  const own = hpa.ownMinReplicas ?? hpa.minReplicas;
  // Down by half at a time of what the floor is: the HPA may hold far more, for reasons of its own.
  const slowed = target < current ? Math.min(target, Math.ceil(hpa.minReplicas / 2)) : target;
  const floor = target > current ? target : Math.max(Math.min(wanted, target), Math.min(hpa.minReplicas, slowed));
  const bounded = Math.min(floor, max);
  return withinHpa(own === 0 && bounded <= 1 ? 0 : bounded, own, hpa.maxReplicas);
}

/** Never under the user's own minimum, never over his maximum. */
export function withinHpa(floor: number, own: number, max: number): number {
  return Math.max(own, Math.min(floor, max));
}

function annotatedFloor(annotations: Readonly<Record<string, string>>): HeldFloor | null {
  const own = wholeFrom(annotations[OWN_MIN_ANNOTATION]);
  const floor = wholeFrom(annotations[FLOOR_ANNOTATION]);
  return own === null || floor === null ? null : { own, floor };
}

/** 0 is a user's value as well: an HPA with an external metric may scale to none. */
function wholeFrom(text: string | undefined): number | null {
  return text !== undefined && /^(0|[1-9]\d{0,5})$/.test(text) ? Number(text) : null;
}
