// ServiceAccounts bound to what a manifest grants, or to that less one right, so that the API server itself can be asked.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  loadAllYaml,
  type V1ClusterRole,
  type V1PolicyRule,
} from '@kubernetes/client-node';
import type { ClusterAccess } from '../../lib/adapters/kubernetes/connection.ts';

const MANIFESTS = join(import.meta.dirname, '../../infra/manifests');

/** `verb resource.group`, as messages and the table of calls have it. */
export type Right = string;

/**
 * The objects of a manifest under other names, so that a test leaves alone what is installed in the cluster.
 *
 * @param names replacement by the name that the manifest uses for its role or group
 */
export function renamedManifest(file: string, names: Readonly<Record<string, string>>): KubernetesObject[] {
  const renamed = Object.entries(names).reduce((all, [from, to]) => all.replaceAll(from, to), manifestText(file));
  return loadAllYaml(renamed);
}

export function manifestText(file: string): string {
  return readFileSync(join(MANIFESTS, file), 'utf8');
}

export function clusterRoleOf(objects: readonly KubernetesObject[]): V1ClusterRole {
  const role = objects.find((object): object is V1ClusterRole => object.kind === 'ClusterRole');
  if (!role) throw new Error('the manifest holds no ClusterRole');
  return role;
}

export function rightsOf(rules: readonly V1PolicyRule[] = []): Right[] {
  return rules.flatMap((rule) => singleRights(rule).map(([right]) => right)).sort();
}

/** The same rules one right at a time, without `right`. */
export function rulesWithout(rules: readonly V1PolicyRule[] = [], right: Right): V1PolicyRule[] {
  return rules.flatMap(singleRights).flatMap(([name, rule]) => (name === right ? [] : [rule]));
}

function singleRights({ apiGroups = [], resources = [], verbs }: V1PolicyRule): [Right, V1PolicyRule][] {
  return verbs.flatMap((verb) =>
    resources.flatMap((resource) =>
      apiGroups.map((group): [Right, V1PolicyRule] => [
        rightName(verb, resource, group),
        { apiGroups: [group], resources: [resource], verbs: [verb] },
      ]),
    ),
  );
}

/** `update deployments.apps/scale`: the group belongs to the resource, not to the subresource. */
export function rightName(verb: string, resource: string, group: string): Right {
  const [name, subresource] = resource.split('/');
  const whole = group === '' ? name : `${name}.${group}`;
  return `${verb} ${whole}${subresource === undefined ? '' : `/${subresource}`}`;
}

/** A ServiceAccount, and a role of `rules` bound to it throughout the cluster. */
export function boundAccount(namespace: string, name: string, rules: readonly V1PolicyRule[]): object[] {
  const metadata = { name: `${namespace}-${name}`, labels: { 'ai4k8s-test': namespace } };
  const role = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name };
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    { apiVersion, kind: 'ClusterRole', metadata, rules },
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: role,
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}

/** How to reach the cluster of KUBECONFIG as that ServiceAccount. */
export async function accessAs(namespace: string, name: string): Promise<ClusterAccess> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const cluster = config.getCurrentCluster();
  const body = { spec: { audiences: [], expirationSeconds: 3600 } };
  const made = await config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({ namespace, name, body });
  const caData = cluster?.caData ?? (cluster?.caFile ? readFileSync(cluster.caFile, 'base64') : '');
  const token = async () => made.status?.token ?? '';
  return { kind: 'endpoint', resolve: async () => ({ server: cluster?.server ?? '', caData, token }) };
}
