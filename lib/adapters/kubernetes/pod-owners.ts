// Whose pods are whose: by ownerReference, pod → ReplicaSet → Deployment; by selector and name only where that says the same.
import { fewOf } from '../../domain/text/clean-text.ts';
import type { DeploymentFacts } from './deployment.ts';
import type { OwnedPod } from './pod.ts';
import { selectorIndex } from './selector-index.ts';

/** Who controls a ReplicaSet; null for one that nobody does at present. */
export type Controller = { readonly kind: string; readonly name: string; readonly uid: string } | null;

/** The pods of one ReplicaSet, and the Deployments whose selectors match them. */
export interface PodGroup {
  readonly namespace: string;
  readonly replicaSet: OwnedPod['controller'];
  /** The label `pod-template-hash`, which only Deployments give. */
  readonly hash: string | undefined;
  readonly pods: readonly OwnedPod[];
  readonly candidates: readonly DeploymentFacts[];
}

export interface PodOwners {
  /** Keyed by the `namespace/name` of the Deployment. */
  readonly podsOf: ReadonlyMap<string, readonly OwnedPod[]>;
  /** Why pods that a Deployment selects are not its own; keyed alike. */
  readonly strays: ReadonlyMap<string, string>;
}

export function groupByReplicaSet(
  deployments: readonly DeploymentFacts[],
  pods: readonly OwnedPod[],
): readonly PodGroup[] {
  const selecting = selectorIndex(deployments.filter(({ kind }) => kind === undefined));
  const ofReplicaSets = pods.filter(({ controller, madeBy }) => controller.kind === 'ReplicaSet' && madeBy === null);
  const groups = Map.groupBy(ofReplicaSets, ({ namespace, controller }) => `${namespace}/${keyOf(controller)}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { namespace, controller: replicaSet, labels } = first;
    const hash = labels['pod-template-hash'];
    return [{ namespace, replicaSet, hash, pods: group, candidates: selecting(namespace, labels) }];
  });
}

/**
 * Whether a group's owner is known without reading ReplicaSets. A Deployment's ReplicaSet carries its name and matches its
 * selector, and one that was adopted matches the adopter's: with a single Deployment that does both, no other can own it.
 */
export function isPlain({ candidates, replicaSet, hash }: PodGroup): boolean {
  const [only] = candidates;
  if (only === undefined) return hash === undefined;
  return candidates.length === 1 && isNamedAfter(only, replicaSet.name, hash);
}

/** Those of StatefulSets and Rollouts, keyed as `workloadKey` spells them. */
export function podsOfOthers(pods: readonly OwnedPod[]): ReadonlyMap<string, readonly OwnedPod[]> {
  const made = pods.flatMap((pod) => (pod.madeBy === null ? [] : [{ key: pod.madeBy, pod }]));
  const groups = Map.groupBy(made, ({ key }) => key);
  return new Map([...groups].map(([key, group]) => [key, group.map(({ pod }) => pod)]));
}

/**
 * @param controllerOf of a ReplicaSet, as it was read; undefined where it was not
 */
export function ownersOf(
  groups: readonly PodGroup[],
  controllerOf: (replicaSet: OwnedPod['controller']) => Controller | undefined,
): PodOwners {
  const podsOf = new Map<string, OwnedPod[]>();
  const strays = new Map<string, string>();
  for (const group of groups) {
    const controller = controllerOf(group.replicaSet);
    const owner = controller === undefined ? likelyOwner(group) : ownerAmong(group, controller);
    if (owner) podsOf.set(owner.key, [...(podsOf.get(owner.key) ?? []), ...group.pods]);
    for (const { key } of group.candidates) if (key !== owner?.key) strays.set(key, strayWords(group, controller));
  }
  return { podsOf, strays };
}

/** Name and uid: the same name can come back as another object. */
export function keyOf({ name, uid }: OwnedPod['controller']): string {
  return `${name}/${uid}`;
}

/** By uid; a Deployment that was made anew under an old name owns nothing of the old one's. */
function ownerAmong({ candidates }: PodGroup, controller: Controller): DeploymentFacts | undefined {
  if (controller === null || controller.kind !== 'Deployment') return undefined;
  return candidates.find(({ uid }) => uid === controller.uid);
}

/** Without its ReplicaSet: the one Deployment that selects it, or of several the one after which it is named. */
function likelyOwner({ candidates, replicaSet, hash }: PodGroup): DeploymentFacts | undefined {
  if (hash === undefined) return undefined;
  if (candidates.length === 1) return candidates[0];
  const named = candidates.filter((one) => isNamedAfter(one, replicaSet.name, hash));
  return named.length === 1 ? named[0] : undefined;
}

const LONGEST_NAME = 253;

/** `<deployment>-<pod-template-hash>`, the Deployment's name cut where that would be too long. */
function isNamedAfter({ name }: DeploymentFacts, replicaSet: string, hash: string | undefined): boolean {
  if (!hash || !replicaSet.endsWith(`-${hash}`)) return false;
  const prefix = replicaSet.slice(0, -hash.length - 1);
  return prefix === name || (replicaSet.length === LONGEST_NAME && name.startsWith(prefix));
}

/** Deployments that are named. */
const NAMED = 3;

function strayWords({ pods, replicaSet, candidates }: PodGroup, controller: Controller | undefined): string {
  const those = `${pods.length} that its selector matches are of ReplicaSet ${replicaSet.name}`;
  if (controller) return `${those}, which belongs to ${controller.kind} ${controller.name}`;
  if (controller === null) return `${those}, which no controller has adopted`;
  const names = fewOf(
    candidates.map(({ name }) => name),
    NAMED,
  );
  return `${those}, and whose that is cannot be told (${names} select them; grant "list" on replicasets.apps)`;
}
