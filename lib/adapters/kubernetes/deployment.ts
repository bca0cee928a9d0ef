// A Deployment, its pods and its HPAs as the one record the use cases know.
import type { WorkloadSnapshot } from '../../app/ports/cluster.ts';
import { type OtherHands, type PerSignal, type PodTraits, type PodTroubles, workloadKey } from '../../domain/model.ts';
import { ANNOTATION_PREFIX } from '../../domain/policy.ts';
import { startupOf } from '../../domain/startup.ts';
import type { Deployment } from './api-types.ts';
import { ownerOf, type TargetingHpa } from './hpa.ts';
import { replicasHands } from './managed-fields.ts';
import type { Labels, Selecting } from './overlap.ts';
import type { OwnedPod } from './pod.ts';
import { traitsOf } from './pod-traits.ts';
import { requestsOf } from './resources.ts';

/** What a Deployment says by itself; the whole object need not be kept until the other LISTs are in. */
export interface DeploymentFacts extends Selecting {
  /** `namespace/name` */
  readonly key: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly specReplicas: number;
  readonly templateRequests: PerSignal<number>;
  readonly templateTraits: PodTraits | null;
  readonly rollout: WorkloadSnapshot['rollout'];
  readonly hands: Pick<OtherHands, 'manager' | 'writer'>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What other objects say about one Deployment. */
export interface Surroundings {
  /** HPAs that drive it, or null where HPAs could not be read. */
  readonly hpas: readonly TargetingHpa[] | null;
  /** The KEDA ScaledObject that targets it, whether or not its HPA is there. */
  readonly scaledObject: string | null;
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
    templateTraits: template ? traitsOf(template) : null,
    selector: deployment.spec.selector,
    podLabels: (deployment.spec.template.metadata?.labels ?? {}) as Labels,
    rollout: rolloutOf(deployment),
    hands: replicasHands(deployment),
    annotations: Object.fromEntries(
      Object.entries(annotations ?? {}).filter(([key]) => key.startsWith(ANNOTATION_PREFIX)),
    ),
  };
}

export function toWorkloadSnapshot(
  cluster: string,
  facts: DeploymentFacts,
  pods: readonly OwnedPod[],
  { hpas, scaledObject, vpa, overlaps }: Surroundings,
): WorkloadSnapshot {
  const traits = newest(pods)?.traits ?? facts.templateTraits;
  return {
    workload: { cluster, namespace: facts.namespace, name: facts.name },
    resourceVersion: facts.resourceVersion,
    replicas: {
      spec: facts.specReplicas,
      ready: pods.filter(({ info }) => info.ready).length,
      running: pods.filter(({ info }) => info.running).length,
      total: pods.length,
    },
    capacity: { ...facts.templateRequests, ...newest(pods.filter(({ info }) => info.running))?.requests },
    startupSeconds: startupOf(pods.filter(({ info }) => info.ready).map(({ startupSeconds }) => startupSeconds)),
    rollout: facts.rollout,
    hpa: hpas?.length === 1 ? (hpas[0]?.status ?? null) : null,
    owner: scaledObject === null ? ownerOf(hpas) : { kind: 'keda', name: scaledObject },
    hands: { ...facts.hands, vpa, overlaps },
    troubles: troublesOf(pods),
    annotations: facts.annotations,
    uid: facts.uid,
    ...(traits !== null && { podTraits: traits }),
    pods: pods.map(({ info }) => info),
  };
}

function troublesOf(pods: readonly OwnedPod[]): PodTroubles {
  const count = (kind: keyof PodTroubles) => pods.filter(({ trouble }) => trouble === kind).length;
  return { unschedulable: count('unschedulable'), imagePull: count('imagePull'), crashLoop: count('crashLoop') };
}

/**
 * Admission may add what the template does not state (a LimitRange's defaults, a mesh's proxy): the next replica will
 * look like the newest one, and usage is measured over all its containers.
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
