// What a user might try on an API server: every verb on everything it serves, asked, and the worst of it, tried.
import type { ClusterClient } from '../../lib/adapters/kubernetes/connection.ts';
import { IMAGE, kubectl } from './cluster-under-test.ts';
import { type Right, rightName } from './rbac-subjects.ts';

export interface Question {
  readonly name: Right;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
}

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
/** Verbs that no discovery lists, and the wildcard, which only a wildcard grants. */
const SPECIAL = [
  ['impersonate', 'users', ''],
  ['impersonate', 'groups', ''],
  ['impersonate', 'serviceaccounts', ''],
  ['escalate', 'clusterroles', 'rbac.authorization.k8s.io'],
  ['bind', 'clusterroles', 'rbac.authorization.k8s.io'],
  ['approve', 'signers', 'certificates.k8s.io'],
  ['*', '*', '*'],
] as const;

interface Group {
  readonly name: string;
  readonly preferredVersion: { readonly groupVersion: string };
}

/** From discovery: resources and subresources of every API group, custom ones included. */
export function everyRight(): Question[] {
  const { groups }: { groups: readonly Group[] } = JSON.parse(kubectl(['get', '--raw', '/apis']));
  const apis = [
    ['', '/api/v1'],
    ...groups.map(({ name, preferredVersion }) => [name, `/apis/${preferredVersion.groupVersion}`]),
  ];
  const served = apis.flatMap(([group = '', path = '']) => {
    const { resources }: { resources: readonly { name: string }[] } = JSON.parse(kubectl(['get', '--raw', path]));
    return resources.flatMap(({ name }) => VERBS.map((verb) => toQuestion(verb, name, group)));
  });
  return [...served, ...SPECIAL.map(([verb, resource, group]) => toQuestion(verb, resource, group))];
}

export function toQuestion(verb: string, path: string, group: string): Question {
  const [resource = '', subresource = ''] = path.split('/');
  return { name: rightName(verb, path, group), verb, group, resource, subresource };
}

/** The API server's own answer for that user, for the whole cluster. */
export async function mayI(client: ClusterClient, { verb, group, resource, subresource }: Question): Promise<boolean> {
  const resourceAttributes = { verb, group, resource, subresource };
  const body = { apiVersion: REVIEWS, kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  const path = `/apis/${REVIEWS}/selfsubjectaccessreviews`;
  const { answer } = await client.exchange<{ status: { allowed: boolean } }>(path, { body });
  return answer.status.allowed;
}

const REVIEWS = 'authorization.k8s.io/v1';

/** What would harm most, sent as it would be sent; none of it names an object that others use. */
export function deniedAttempts(namespace: string) {
  const core = `/api/v1/namespaces/${namespace}`;
  const apps = `/apis/apps/v1/namespaces/${namespace}`;
  const pod = { spec: { containers: [{ name: 'c', image: IMAGE }] } };
  const image = { spec: { template: pod } };
  return [
    { what: 'list secrets', path: '/api/v1/secrets', options: {} },
    { what: 'read a secret', path: `${core}/secrets/any`, options: {} },
    { what: 'list configmaps', path: '/api/v1/configmaps', options: {} },
    { what: 'read a configmap', path: `${core}/configmaps/any`, options: {} },
    { what: 'list nodes', path: '/api/v1/nodes', options: {} },
    { what: 'delete a pod', path: `${core}/pods/any`, options: { method: 'DELETE' } },
    { what: 'delete all pods', path: `${core}/pods`, options: { method: 'DELETE' } },
    { what: 'create a pod', path: `${core}/pods`, options: { body: { metadata: { name: 'any' }, ...pod } } },
    { what: 'evict a pod', path: `${core}/pods/any/eviction`, options: { body: { metadata: { name: 'any' } } } },
    { what: 'run a command in a pod', path: `${core}/pods/any/exec`, options: { query: { command: 'id' }, body: {} } },
    { what: "read a pod's log", path: `${core}/pods/any/log`, options: {} },
    {
      what: 'change the image of a Deployment',
      path: `${apps}/deployments/web`,
      options: { method: 'PATCH', body: image },
    },
    { what: 'delete a Deployment', path: `${apps}/deployments/web`, options: { method: 'DELETE' } },
    { what: 'create a Deployment', path: `${apps}/deployments`, options: { body: { metadata: { name: 'any' } } } },
    {
      what: 'make a ServiceAccount token',
      path: `${core}/serviceaccounts/default/token`,
      options: { body: { spec: {} } },
    },
    {
      what: 'bind itself to cluster-admin',
      path: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      options: { body: { metadata: { name: namespace } } },
    },
  ] as const;
}
