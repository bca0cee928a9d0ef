// Whether AI4K8s can see what else may drive workloads of this cluster: needed only where that is there.
import type { ClusterClient } from '../../lib/adapters/kubernetes/connection.ts';
import type { Scopes } from '../../lib/adapters/kubernetes/listing.ts';
import { listHpas } from '../../lib/adapters/kubernetes/lists.ts';
import { type Check, ok, skipped, warning } from '../check.ts';
import { isAllowed, type Subject } from './access-review.ts';
import { NEIGHBOURS_MANIFEST, type Right, rightsIn, wordOf } from './rights.ts';

interface Questions {
  readonly subject: Subject;
  readonly scopes: Scopes;
}

const NAME = 'sees neighbours';

/** @throws AdapterError where rights cannot be asked about */
export async function neighboursCheck(client: ClusterClient, { subject, scopes }: Questions): Promise<Check> {
  const missing: Right[] = [];
  for (const right of rightsIn(NEIGHBOURS_MANIFEST))
    for (const scope of scopes)
      if (!missing.includes(right) && !(await isAllowed(client, subject, right, scope))) missing.push(right);
  if (missing.length === 0) return ok(NAME, `as ${NEIGHBOURS_MANIFEST} allows`);
  const needed: Right[] = [];
  for (const right of missing) if (await isThere(client, scopes, right)) needed.push(right);
  if (needed.length === 0)
    return skipped(NAME, `not granted, and nothing that needs it was found here (${NEIGHBOURS_MANIFEST})`);
  const losses = needed.map((right) => `${wordOf(right)} (${LOSSES[right.resource] ?? 'they are not seen'})`);
  return warning(NAME, `not granted: ${losses.join('; ')}`, grant(scopes));
}

const LOSSES: Readonly<Record<string, string>> = {
  scaledobjects: 'KEDA is told by its HPAs only',
  verticalpodautoscalers: 'decisions do not name the VPA',
  statefulsets: 'HPAs drive some, which are left out',
  rollouts: 'those that HPAs drive are left out, and Deployments that they run may not be recognised',
};

/** What is not served is not there; StatefulSets are everywhere, and matter where an HPA drives one. */
async function isThere(client: ClusterClient, scopes: Scopes, { group, resource }: Right): Promise<boolean> {
  try {
    if (resource === 'statefulsets')
      return (await listHpas(client, scopes)).some(({ target }) => target.kind === 'StatefulSet');
    const { groups = [] } = await client.getJson<Groups>('/apis');
    const version = groups.find(({ name }) => name === group)?.preferredVersion.groupVersion;
    if (version === undefined) return false;
    const { resources = [] } = await client.getJson<Resources>(`/apis/${version}`);
    return resources.some(({ name }) => name === resource);
  } catch {
    return false; // what cannot be asked here, another check or the ticks will say
  }
}

interface Groups {
  readonly groups?: readonly { readonly name: string; readonly preferredVersion: { readonly groupVersion: string } }[];
}
interface Resources {
  readonly resources?: readonly { readonly name: string }[];
}

/** Where only some namespaces are watched, the role is bound in those: applying the manifest would bind it everywhere. */
function grant(scopes: Scopes): string {
  const namespaces = scopes.filter((scope) => scope !== null);
  if (namespaces.length === 0) return `kubectl apply -f ${NEIGHBOURS_MANIFEST}`;
  const bind =
    'kubectl create rolebinding ai4k8s-neighbours --clusterrole=ai4k8s-neighbours --group=ai4k8s-autoscaler -n';
  return `for ns in ${namespaces.join(' ')}; do ${bind} $ns; done (the ClusterRole is in ${NEIGHBOURS_MANIFEST})`;
}
