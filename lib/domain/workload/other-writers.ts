// Who else changes a workload, and in which words a decision names them.

import { fewOf } from '../text/clean-text.ts';
import type { Observation, OtherWriters } from './observation.ts';
import type { Overruled } from './overruled.ts';
import type { Policy } from './policy.ts';
import type { EpochMs } from './time.ts';

/** The last change of the replica count; `by` is null where it was ours, or where nobody can tell. */
export interface LastChange {
  readonly at: EpochMs;
  readonly by: string | null;
}

/** managedFields before Kubernetes 1.22 do not record who wrote through `scale`. */
const SOMEBODY = 'somebody';

interface Seen {
  readonly observation: Observation;
  readonly policy: Policy;
  readonly now: EpochMs;
}

/**
 * When the replica count last changed, and by whom, from what was seen between ticks and from managedFields.
 * @param seenAt when a tick last saw it change, whoever changed it
 * @param ownAt when we last changed it; null where never, undefined where that is not known
 */
export function lastChange(
  { observation, policy, now }: Seen,
  seenAt: EpochMs | null,
  ownAt: EpochMs | null | undefined,
): LastChange | null {
  // Under an HPA the count is the HPA's to move, as often as it likes: what cools down is the floor, which we move.
  if (observation.owner.kind === 'hpa' && ownAt !== undefined) return ownAt === null ? null : { at: ownAt, by: null };
  const writer = observation.otherWriters?.writer ?? null;
  // Through `scale` nothing but the count is written: its time is the change's own, also where no tick looked.
  if (writer?.through === 'scale' && writer.at > (seenAt ?? 0))
    return { at: Math.min(writer.at, now), by: describeManager(writer.name) };
  if (seenAt === null) return null;
  // A HorizontalPodAutoscaler is named as the owner; that it scales is its task.
  const other = ownAt !== undefined && ownAt !== seenAt && observation.owner.kind === 'none';
  if (!other) return { at: seenAt, by: null };
  // Written between that tick and the one before: likely, not certain, since a manifest holds more than the count.
  const likely = writer !== null && writer.at > seenAt - policy.tickSeconds * 1000;
  return { at: seenAt, by: likely ? `${SOMEBODY}, by managedFields ${describeManager(writer.name)},` : SOMEBODY };
}

/** managedFields are dated to the second. */
const RECORDED_TO_MS = 1000;

/**
 * Whether somebody else is recorded to have written the count since then: a number found is his. A write of ours takes the
 * field from whoever wrote it before, so who is still recorded wrote after it, or instead of it.
 */
export function scaledByOther({ otherWriters }: Pick<Observation, 'otherWriters'>, since: EpochMs): boolean {
  const writer = otherWriters?.writer ?? null;
  return writer !== null && writer.at + RECORDED_TO_MS > since;
}

/** Of whoever keeps a desired state: what they are called, and what to do. */
export function managerMessage({ name, how }: NonNullable<OtherWriters['manager']>): string {
  const who = describeManager(name);
  if (how === 'reconciles')
    return `${who} keeps spec.replicas at its own number; take \`replicas\` out of what it applies (in Argo CD also ignoreDifferences) to scale from here`;
  return `a manifest applied by ${who} holds spec.replicas: applying it again sets that number back; take \`replicas\` out of it`;
}

/** Of an Argo Rollout that runs a Deployment's pods in its place. @param name null where only its traces were seen */
export function rolloutMessage(name: string | null): string {
  return name === null
    ? 'Argo Rollouts set its replica count, and which Rollout runs its pods cannot be read: it is left alone; grant "list" on rollouts.argoproj.io (infra/manifests/rbac-neighbours.yaml)'
    : `Argo Rollout ${name} runs its pods (workloadRef) and sets its replica count: it is left alone; give the Rollout an HPA and enable that instead (kind Rollout, mode hpa-floor)`;
}

/** Of whoever keeps an HPA's minReplicas. */
export function floorManagerMessage(hpa: string, manager: string): string {
  return `${describeManager(manager)} keeps minReplicas of HPA ${hpa} at its own number; take \`minReplicas\` out of what it applies to scale from here`;
}

/** Of whoever set minReplicas to a number of his own while we held it higher or lower. */
export function overruledMessage(
  hpa: { readonly name: string; readonly minReplicas: number; readonly floorWriter: string | null },
  { times, until }: Overruled,
): string {
  const who = hpa.floorWriter === null ? SOMEBODY : describeManager(hpa.floorWriter);
  const often = times === 1 ? '' : `, ${times} times in a row by now`;
  return `${who} set minReplicas of HPA ${hpa.name} to ${hpa.minReplicas} against ours${often}: it is left so until ${new Date(until).toISOString()}`;
}

/** Of whoever keeps setting the replica count to a number of his own. */
export function overruledCountMessage({ otherWriters, replicas }: Observation, { times, until }: Overruled): string {
  const who = otherWriters?.writer ? describeManager(otherWriters.writer.name) : SOMEBODY;
  return `${who} set ${replicas.spec} replicas against ours, ${times} times in a row by now: it is left so until ${new Date(until).toISOString()}`;
}

/** Neighbours that are named. */
const NAMED = 5;

/** What to know of a VPA on the same target and of Deployments with overlapping selectors; null where there is neither. */
export function neighboursMessage({ overlaps, moreOverlaps, vpa }: OtherWriters): string | null {
  const notes: string[] = [];
  if (overlaps.length > 0)
    notes.push(
      `its selector overlaps with that of ${fewOf(overlaps, NAMED, moreOverlaps)}: pods are counted by who made them, but an HPA or a Service takes them for one`,
    );
  if (vpa !== null && vpa.mode !== 'Off')
    notes.push(`VPA ${vpa.name} (${vpa.mode}) changes the requests; they are read anew each tick`);
  return notes.length === 0 ? null : notes.join('; ');
}

/** A field manager by the name people know, with its own beside it. */
function describeManager(name: string): string {
  const known = KNOWN.find(([pattern]) => pattern.test(name));
  return known === undefined ? name : `${known[1]} (${name})`;
}

/** Field managers of what continually applies a desired state. */
export function isReconciler(name: string): boolean {
  return KNOWN.some(([pattern]) => pattern.test(name));
}

/** Default field managers, from each project's own sources. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^argocd|^argo-cd/, 'Argo CD'],
  [/^kustomize-controller$|^helm-controller$|^flux/, 'Flux'],
  [/^configsync|^config-?sync/, 'Config Sync'],
  [/^fleet-?agent|^fleet$/, 'Fleet'],
  [/^kapp-controller$/, 'kapp-controller'],
];
