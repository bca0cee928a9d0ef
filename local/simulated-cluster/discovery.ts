// The documents by which clients learn what the server offers.
import { KUBERNETES_VERSION } from './cluster-objects.ts';
import type { JsonObject } from './kube-object.ts';
import { apiVersionOf, type Resource } from './resource.ts';
import { RESOURCES } from './resources.ts';

/** The discovery document at a path, or null where the path is none. */
export function discovery(path: string): JsonObject | null {
  const [root, group, version, more] = path.split('/').filter((part) => part !== '');
  if (path === '/version') return versionInfo();
  if (more !== undefined) return null;
  if (root === 'api' && version === undefined) {
    if (group === undefined) return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    return group === 'v1' ? resourceList('', 'v1') : null;
  }
  if (root !== 'apis') return null;
  if (group === undefined) return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupNames().map(groupEntry) };
  if (!groupNames().includes(group)) return null;
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
  return resourceList(group, version);
}

function versionInfo(): JsonObject {
  const [major = '', minor = ''] = KUBERNETES_VERSION.slice(1).split('.');
  return {
    major,
    minor,
    gitVersion: `${KUBERNETES_VERSION}-simulated`,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform: 'simulated',
  };
}

function groupNames(): string[] {
  return [...new Set(RESOURCES.map((resource) => resource.group))].filter((group) => group !== '');
}

/** The first version in the table of resources is the preferred one. */
function groupEntry(name: string): JsonObject {
  const own = new Set(RESOURCES.filter((resource) => resource.group === name).map((resource) => resource.version));
  const versions = [...own].map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(group: string, version: string): JsonObject | null {
  const resources = RESOURCES.filter((resource) => resource.group === group && resource.version === version);
  if (resources.length === 0) return null;
  const groupVersion = apiVersionOf({ group, version });
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: resources.flatMap(entries) };
}

function entries(resource: Resource): JsonObject[] {
  const { plural: name, singular: singularName, namespaced, kind, verbs, shortNames } = resource;
  const isMetrics = resource.group === 'metrics.k8s.io';
  const inAll = !isMetrics && ['pods', 'deployments', 'replicasets', 'horizontalpodautoscalers'].includes(name);
  const entry: JsonObject = {
    name,
    singularName,
    namespaced,
    kind,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(inAll ? { categories: ['all'] } : {}),
  };
  if (name !== 'deployments') return [entry];
  const scaleVerbs = ['get', 'patch', 'update'];
  const of = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
  return [entry, { name: 'deployments/scale', singularName: '', namespaced, ...of, verbs: scaleVerbs }];
}
