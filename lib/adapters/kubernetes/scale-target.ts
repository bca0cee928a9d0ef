// What an HPA, a ScaledObject or a VPA aims at, where that can be a workload of ours.
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { ofKind, WORKLOAD_KINDS, type WorkloadKind } from '../../domain/workload/kind.ts';

export interface RawTarget {
  readonly apiVersion?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
}

export type ScaleTarget = Omit<WorkloadRef, 'cluster'>;

/** Very old HPAs say `extensions`, or nothing. Others make kinds of the same names (OpenKruise has a StatefulSet): not ours. */
const GROUPS: Readonly<Record<WorkloadKind, RegExp>> = {
  Deployment: /^(apps|extensions)\/|^$/,
  StatefulSet: /^apps\/|^$/,
  Rollout: /^argoproj\.io\//,
};

/** Null where it is another kind of object, or the same kind of another API group. */
export function scaleTarget(namespace: string, { apiVersion = '', kind, name }: RawTarget): ScaleTarget | null {
  const known = WORKLOAD_KINDS.find((one) => one === kind);
  if (known === undefined || name === undefined || !GROUPS[known].test(apiVersion)) return null;
  return { namespace, name, ...ofKind(known) };
}

/** The key of the workload aimed at, or null. */
export function targetKey(namespace: string, raw: RawTarget): string | null {
  const target = scaleTarget(namespace, raw);
  return target === null ? null : workloadKey(target);
}
