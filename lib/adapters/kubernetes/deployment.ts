// A Deployment, its pods and its HPAs as the one record the use cases know.
import type { WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { type FloorsOnlyKind, workloadKey } from '../../domain/workload/identity.ts';
import { type PodStart, startsOf } from '../../domain/workload/node-wait.ts';
import type { OtherWriters, Owner, PodTraits, PodTroubles } from '../../domain/workload/observation.ts';
import { ownAnnotations } from '../../domain/workload/own-annotations.ts';
import { type PerResource, RESOURCES, type Resource } from '../../domain/workload/signal.ts';
import type { Deployment } from './api-types.ts';
import { limitsBorn, requestsBorn } from './born-with.ts';
import { ownerOf, type TargetingHpa } from './hpa.ts';
import { isScaledByRollouts, replicasWriters } from './managed-fields.ts';
import type { Selecting } from './overlap.ts';
import type { OwnedPod } from './pod.ts';
import { traitsOf } from './pod-traits.ts';
import { type Resizable, resizableTemplate } from './resizable.ts';
import { requestsOf, type Unrequested, unrequestedIn } from './resources.ts';
import type { Labels } from './selector.ts';

/** What a Deployment, or what an HPA drives in its place, says by itself; the whole object need not be kept until the other LISTs are in. */
export interface DeploymentFacts extends Selecting {
  /** As `workloadKey` spells it. */
  readonly key: string;
  /** Absent for a Deployment. */
  readonly kind?: FloorsOnlyKind;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly specReplicas: number;
  /** Pods that its controller counts. */
  readonly statusReplicas: number;
  readonly templateRequests: PerResource<number>;
  readonly templateUnrequested: PerResource<Unrequested>;
  readonly templateTraits: PodTraits | null;
  readonly rollout: WorkloadSnapshot['rollout'];
  readonly otherWriters: Pick<OtherWriters, 'manager' | 'writer'>;
  /** Argo Rollouts have set the replica count; who runs its pods now, only the Rollouts tell. */
  readonly scaledByRollouts: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly moreUnknown: number;
  /** The template's containers. Absent where nothing may be resized: it is no Deployment, or older facts. */
  readonly resizable?: Resizable;
}

/** What other objects say about one Deployment. */
export interface Surroundings {
  /** HPAs that drive it, or null where HPAs could not be read. */
  readonly hpas: readonly TargetingHpa[] | null;
  /** The KEDA ScaledObject that targets it, whether or not its HPA is there. */
  readonly scaledObject: string | null;
  /** The Rollout that runs its pods; its name is null where Rollouts cannot be read and left traces. Absent where none does. */
  readonly rollout?: { readonly name: string | null } | null;
  readonly vpa: OtherWriters['vpa'];
  readonly overlaps: readonly string[];
  /** Why pods that its selector matches are not its own, where there are such. */
  readonly strays?: string | undefined;
}

/** Null for an object without name or specification, which no API server sends. */
export function toDeploymentFacts(deployment: Deployment): DeploymentFacts | null {
  const { name, namespace, uid, resourceVersion, annotations } = deployment.metadata ?? {};
  if (name === undefined || namespace === undefined || !deployment.spec) return null;
  const template = deployment.spec.template.spec;
  return {
    key: workloadKey({ namespace, name }),
    namespace,
    name,
    uid: uid ?? '',
    resourceVersion: resourceVersion ?? '',
    specReplicas: deployment.spec.replicas ?? 1, // the API's own default
    statusReplicas: deployment.status?.replicas ?? 0,
    templateRequests: template ? requestsOf(template) : {},
    templateUnrequested: template ? unrequestedIn(template) : {},
    templateTraits: template ? traitsOf(template) : null,
    selector: deployment.spec.selector,
    podLabels: (deployment.spec.template.metadata?.labels ?? {}) as Labels,
    rollout: rolloutOf(deployment),
    otherWriters: replicasWriters(deployment),
    scaledByRollouts: isScaledByRollouts(deployment),
    ...ownAnnotations(annotations),
    ...(template && { resizable: resizableTemplate(template) }),
  };
}

export function toWorkloadSnapshot(
  cluster: string,
  facts: DeploymentFacts,
  pods: readonly OwnedPod[],
  { hpas, scaledObject, rollout, vpa, overlaps, strays }: Surroundings,
): WorkloadSnapshot {
  const { namespace, name, kind } = facts;
  const running = newest(pods.filter(({ info }) => info.running));
  const { requests, limits } = sizeOf(facts, pods, running, vpa);
  const capacity = { ...facts.templateRequests, ...requests };
  const unrequested = unrequestedOf(facts, running, capacity);
  const traits = newest(pods)?.traits ?? facts.templateTraits;
  return {
    workload: { cluster, namespace, name, ...(kind !== undefined && { kind }) },
    resourceVersion: facts.resourceVersion,
    replicas: {
      spec: facts.specReplicas,
      ready: pods.filter(({ info }) => info.ready).length,
      running: pods.filter(({ info }) => info.running).length,
      total: pods.length,
    },
    ...(pods.length === 0 && facts.specReplicas > 0 && { podsNotFound: whyNoPods(facts, strays) }),
    capacity,
    ...(Object.keys(unrequested).length > 0 && { unrequested }),
    ...startsOf(pods.map(startOf)),
    rollout: facts.rollout,
    hpa: hpas?.length === 1 ? (hpas[0]?.status ?? null) : null,
    owner: strongest(rollout, scaledObject) ?? ownerOf(hpas),
    otherWriters: { ...facts.otherWriters, vpa, ...neighbours(overlaps) },
    troubles: troublesOf(pods),
    annotations: facts.annotations,
    ...(facts.moreUnknown > 0 && { moreUnknown: facts.moreUnknown }),
    uid: facts.uid,
    ...(traits !== null && { podTraits: traits }),
    ...(limits !== null && { limits }),
    pods: pods.map(({ info }) => info),
  };
}

/** A pod that lost readiness no longer tells when it first served. */
function startOf({ createdAt, nodeSeconds, startupSeconds, info }: OwnedPod): PodStart {
  return { createdAt, nodeSeconds, startupSeconds: info.ready ? startupSeconds : Number.NaN };
}

/** What the next replica is taken to be; `limits` is null where no pod was resized, and the widest pod's tell then. */
function sizeOf(
  { resizable: template }: DeploymentFacts,
  pods: readonly OwnedPod[],
  running: OwnedPod | undefined,
  vpa: Surroundings['vpa'],
) {
  if (running === undefined) return { requests: {}, limits: null };
  const asItIs = { requests: running.requests, limits: null };
  if (template === undefined || (vpa !== null && vpa.mode !== 'Off')) return asItIs;
  const { resizable } = running;
  if (resizable.isResized)
    return { requests: requestsBorn(resizable, template), limits: limitsBorn(resizable, template) };
  return pods.some((pod) => pod.resizable.isResized) ? { ...asItIs, limits: running.info.limits } : asItIs;
}

/** Which container keeps a request from being known, and where to state it. */
function unrequestedOf(
  facts: DeploymentFacts,
  newest: OwnedPod | undefined,
  capacity: PerResource<number>,
): PerResource<string> {
  const found: Partial<Record<Resource, string>> = {};
  for (const signal of RESOURCES) {
    if (capacity[signal] !== undefined) continue;
    const inTemplate = facts.templateUnrequested[signal];
    const inPod = newest?.unrequested[signal];
    if (inTemplate) found[signal] = `${inWords(inTemplate)} of the pod template states none`;
    else if (inPod)
      found[signal] = `${inWords(inPod)} of pod ${newest?.info.name} states none, and the template has none such`;
    else found[signal] = 'all containers request 0';
  }
  return found;
}

function inWords({ container, others }: Unrequested): string {
  return others === 0 ? `container "${container}"` : `container "${container}" (and ${others} more)`;
}

function whyNoPods({ statusReplicas }: DeploymentFacts, strays: string | undefined): string {
  const counted = `the Deployment itself counts ${statusReplicas}`;
  if (strays !== undefined) return `${counted}; ${strays}`;
  return statusReplicas > 0
    ? `${counted}, but no ReplicaSet of it has pods that can be listed`
    : `${counted}: they are not made yet, or a quota or an admission webhook refuses them (kubectl describe shows which)`;
}

/** So many are kept by name: thousands of Deployments may share one selector. */
const OVERLAPS_KEPT = 5;

function neighbours(overlaps: readonly string[]): Pick<OtherWriters, 'overlaps' | 'moreOverlaps'> {
  const more = overlaps.length - OVERLAPS_KEPT;
  return { overlaps: overlaps.slice(0, OVERLAPS_KEPT), ...(more > 0 && { moreOverlaps: more }) };
}

/** Whose word on the count is the last, whatever HPAs say. */
function strongest(rollout: Surroundings['rollout'], scaledObject: string | null): Owner | null {
  if (rollout) return { kind: 'rollout', name: rollout.name };
  return scaledObject === null ? null : { kind: 'keda', name: scaledObject };
}

function troublesOf(pods: readonly OwnedPod[]): PodTroubles {
  const count = (kind: keyof PodTroubles) => pods.filter(({ trouble }) => trouble === kind).length;
  return { unschedulable: count('unschedulable'), imagePull: count('imagePull'), crashLoop: count('crashLoop') };
}

/**
 * Admission may add what the template does not state (a LimitRange's defaults, a mesh's proxy): the next replica will
 * look like the newest one did at its birth, and usage is measured over all its containers.
 */
function newest(pods: readonly OwnedPod[]): OwnedPod | undefined {
  return pods.reduce<OwnedPod | undefined>(
    (before, pod) => (before && before.createdAt >= pod.createdAt ? before : pod),
    undefined,
  );
}

/**
 * Whether pods are being replaced. Scaling alone is no rollout: it keeps `updatedReplicas` equal to `status.replicas`
 * and leaves a finished Progressing condition as it is (deployment controller, syncRolloutStatus), so neither
 * `spec.replicas` nor readiness is asked. Until the controller has seen the newest specification (milliseconds), nobody
 * can tell a new template from a new scale: that counts as a rollout, the careful side.
 */
function rolloutOf(deployment: Deployment): WorkloadSnapshot['rollout'] {
  if (deployment.spec?.paused) return 'paused';
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, conditions = [] } = deployment.status ?? {};
  if (observedGeneration < (deployment.metadata?.generation ?? 0)) return 'in_progress';
  if (updatedReplicas < replicas) return 'in_progress';
  // A Recreate between its old pods and its new ones, seen on a real control plane as neither of the other signs.
  if (replicas === 0 && (deployment.spec?.replicas ?? 1) > 0) return 'in_progress';
  // No such condition where `progressDeadlineSeconds` is switched off: then the counts alone decide.
  const progressing = conditions.find(({ type }) => type === 'Progressing');
  return progressing && progressing.reason !== 'NewReplicaSetAvailable' ? 'in_progress' : 'settled';
}
