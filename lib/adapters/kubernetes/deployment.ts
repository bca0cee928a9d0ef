// A Deployment, its pods and its HPAs as the one record the use cases know.
import type { WorkloadSnapshot } from '../../app/ports/cluster.ts';
import {
  type FloorsOnlyKind,
  type OtherHands,
  type Owner,
  type PerSignal,
  type PodTroubles,
  workloadKey,
} from '../../domain/model.ts';
import { ANNOTATION_PREFIX } from '../../domain/policy.ts';
import { startupOf } from '../../domain/startup.ts';
import type { Deployment } from './api-types.ts';
import { ownerOf, type TargetingHpa } from './hpa.ts';
import { isScaledByRollouts, replicasHands } from './managed-fields.ts';
import type { Labels, Selecting } from './overlap.ts';
import type { OwnedPod } from './pod.ts';
import { requestsOf } from './resources.ts';

/** What a Deployment, or what an HPA drives in its place, says by itself; the whole object need not be kept until the other LISTs are in. */
export interface DeploymentFacts extends Selecting {
  /** As `workloadKey` spells it. */
  readonly key: string;
  /** Absent for a Deployment. */
  readonly kind?: FloorsOnlyKind;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly specReplicas: number;
  readonly templateRequests: PerSignal<number>;
  readonly rollout: WorkloadSnapshot['rollout'];
  readonly hands: Pick<OtherHands, 'manager' | 'writer'>;
  /** Argo Rollouts have set the replica count; who runs its pods now, only the Rollouts tell. */
  readonly scaledByRollouts: boolean;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What other objects say about one Deployment. */
export interface Surroundings {
  /** HPAs that drive it, or null where HPAs could not be read. */
  readonly hpas: readonly TargetingHpa[] | null;
  /** The KEDA ScaledObject that targets it, whether or not its HPA is there. */
  readonly scaledObject: string | null;
  /** The Rollout that runs its pods; its name is null where Rollouts cannot be read and left traces. Absent where none does. */
  readonly rollout?: { readonly name: string | null } | null;
  readonly vpa: OtherHands['vpa'];
  readonly overlaps: readonly string[];
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
    templateRequests: template ? requestsOf(template) : {},
    selector: deployment.spec.selector,
    podLabels: (deployment.spec.template.metadata?.labels ?? {}) as Labels,
    rollout: rolloutOf(deployment),
    hands: replicasHands(deployment),
    scaledByRollouts: isScaledByRollouts(deployment),
    annotations: Object.fromEntries(
      Object.entries(annotations ?? {}).filter(([key]) => key.startsWith(ANNOTATION_PREFIX)),
    ),
  };
}

export function toWorkloadSnapshot(
  cluster: string,
  facts: DeploymentFacts,
  pods: readonly OwnedPod[],
  { hpas, scaledObject, rollout, vpa, overlaps }: Surroundings,
): WorkloadSnapshot {
  const { namespace, name, kind } = facts;
  return {
    workload: { cluster, namespace, name, ...(kind !== undefined && { kind }) },
    resourceVersion: facts.resourceVersion,
    replicas: {
      spec: facts.specReplicas,
      ready: pods.filter(({ info }) => info.ready).length,
      running: pods.filter(({ info }) => info.running).length,
      total: pods.length,
    },
    capacity: { ...facts.templateRequests, ...newestRunning(pods)?.requests },
    startupSeconds: startupOf(pods.filter(({ info }) => info.ready).map(({ startupSeconds }) => startupSeconds)),
    rollout: facts.rollout,
    hpa: hpas?.length === 1 ? (hpas[0]?.status ?? null) : null,
    owner: strongest(rollout, scaledObject) ?? ownerOf(hpas),
    hands: { ...facts.hands, vpa, overlaps },
    troubles: troublesOf(pods),
    annotations: facts.annotations,
    uid: facts.uid,
    pods: pods.map(({ info }) => info),
  };
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
 * look like the newest one, and usage is measured over all its containers.
 */
function newestRunning(pods: readonly OwnedPod[]): OwnedPod | undefined {
  return pods
    .filter(({ info }) => info.running)
    .reduce<OwnedPod | undefined>(
      (newest, pod) => (newest && newest.createdAt >= pod.createdAt ? newest : pod),
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
