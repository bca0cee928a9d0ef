// What runs in a cluster as a metrics server tells it: Deployments with what is needed to replay each against its own HPA.
import type { EpochMs } from '../../domain/workload/time.ts';

/** An HPA whose target is a Deployment. */
export interface FoundHpa {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Percent of the CPU request; null where it has no such target, or none is told. */
  readonly cpuTargetPercent: number | null;
  /** What else it scales by, by name. */
  readonly otherMetrics: readonly string[];
  /** The ScaledObject of KEDA that writes it; null where none is known to. */
  readonly scaledObject: string | null;
}

/** Names are as the server tells them: they may hold anything. */
export interface FoundDeployment {
  readonly namespace: string;
  readonly name: string;
  /** CPU that one replica requests, cores; null where nothing tells. */
  readonly requestCores: number | null;
  /** From a pod's creation until it is ready, seconds, the median; null where nothing tells. */
  readonly startupSeconds: number | null;
  /** Replicas it had over the time asked for, nights at zero apart; null where nothing tells. */
  readonly ran: { readonly fewest: number; readonly most: number } | null;
  readonly hpa: FoundHpa | null;
  /** Why it cannot be replayed, as part of a sentence; null where it can. */
  readonly problem: string | null;
}

export interface Fleet {
  /** By namespace and name. */
  readonly deployments: readonly FoundDeployment[];
  /** Namespaces of Kubernetes' own that were passed over. */
  readonly passedOver: readonly string[];
  /** Which series are missing, what is taken instead and what to do, and what the server remarks. */
  readonly notes: readonly string[];
}

export interface FleetSource {
  /** As people call it: `Prometheus at …`. */
  readonly name: string;
  /**
   * @param namespaces only these; empty is all but Kubernetes' own
   * @param from since when to look for how many replicas ran
   * @throws AdapterError where the server does not answer, or tells of no Deployment
   */
  find(namespaces: readonly string[], from: EpochMs, to: EpochMs): Promise<Fleet>;
}
