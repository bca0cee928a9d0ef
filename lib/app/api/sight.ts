// What of a cluster's lists a caller sees: the namespace that was asked for, or those in which he may read.
import { type Asking, clusterInSight, knownCluster } from './base.ts';
import { mayCall } from './rights.ts';

export interface Sight {
  readonly isSeen: (namespace: string) => boolean;
  /** Nothing of the cluster is hidden. */
  readonly isWhole: boolean;
}

/** @throws a 403 or 404 problem */
export function sightOf(asked: Asking, cluster: string, namespace: string | undefined): Sight {
  const { caller, right } = asked;
  if (namespace !== undefined) {
    knownCluster(asked, cluster, namespace);
    return { isSeen: (one) => one === namespace, isWhole: false };
  }
  clusterInSight(asked, cluster);
  return {
    isSeen: (one) => mayCall(caller, right, cluster, one),
    isWhole: mayCall(caller, right, cluster, null),
  };
}

/** Those that are about a workload in sight. What is of no workload may name any: only who sees all sees it. */
export function problemsInSight(problems: readonly string[], { isSeen, isWhole }: Sight): readonly string[] {
  if (isWhole) return problems;
  return problems.filter((problem) => {
    const [, namespace] = /^([a-z0-9][a-z0-9-]*)\/[a-z0-9][a-z0-9.:-]*: /i.exec(problem) ?? [];
    return namespace !== undefined && isSeen(namespace);
  });
}
