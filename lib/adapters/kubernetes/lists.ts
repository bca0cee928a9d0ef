// The LISTs the adapter lives on, each cut down item by item to what is needed of it.
import type { Deployment, Hpa, Pod } from './api-types.ts';
import type { ClusterClient } from './connection.ts';
import { type DeploymentFacts, toDeploymentFacts } from './deployment.ts';
import type { Ask } from './errors.ts';
import { type TargetingHpa, toTargetingHpa } from './hpa.ts';
import { inScopes, listAll, type Scopes } from './listing.ts';
import { type OwnedPod, toOwnedPod } from './pod.ts';

export function listDeployments(client: ClusterClient, scopes: Scopes): Promise<DeploymentFacts[]> {
  const ask = asked(client, 'deployments.apps');
  return inScopes(scopes, '/apis/apps/v1', 'deployments', ask, (path) =>
    listAll<Deployment, DeploymentFacts>(client, { path }, toDeploymentFacts),
  );
}

/** Jobs and evictions leave pods that ended by the thousand: the server keeps them to itself. */
const NOT_ENDED = 'status.phase!=Succeeded,status.phase!=Failed';

/** @param labelSelector in the API's text form; absent for every pod that has not ended */
export function listPods(client: ClusterClient, scopes: Scopes, labelSelector?: string): Promise<OwnedPod[]> {
  const chosen = labelSelector === undefined ? {} : { labelSelector };
  return inScopes(scopes, '/api/v1', 'pods', asked(client, 'pods'), (path) =>
    listAll<Pod, OwnedPod>(client, { path, fieldSelector: NOT_ENDED, ...chosen }, toOwnedPod),
  );
}

export function listHpas(client: ClusterClient, scopes: Scopes): Promise<TargetingHpa[]> {
  const ask = asked(client, 'horizontalpodautoscalers.autoscaling');
  return inScopes(scopes, '/apis/autoscaling/v2', 'horizontalpodautoscalers', ask, (path) =>
    listAll<Hpa, TargetingHpa>(client, { path }, toTargetingHpa),
  );
}

function asked(client: ClusterClient, resource: string): Ask {
  return { cluster: client.cluster, verb: 'list', resource };
}
