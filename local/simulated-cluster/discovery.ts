// The documents by which clients learn what the server offers.
import { KUBERNETES_VERSION } from './cluster-objects.ts';
import { CUSTOM_METRICS, customMetricEntries, servesCustomMetrics } from './custom-metrics.ts';
import type { JsonObject } from './kube-object.ts';
import { apiVersionOf, type Resource } from './resource.ts';
import { RESOURCES } from './resources.ts';
import type { World } from './world.ts';

/** The discovery document at a path, or null where the path is none. */
export function discovery(path: string, world: World): JsonObject | null {
  const [root, group, version, more] = path.split('/').filter((part) => part !== '');
  if (path === '/version') return versionInfo();
  if (more !== undefined) return null;
  if (root === 'api' && version === undefined) {
    if (group === undefined) return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    return group === 'v1' ? resourceList(world, '', 'v1') : null;
  }
  if (root !== 'apis') return null;
  if (group === undefined) return { kind: 'APIGroupList', apiVersion: 'v1', groups: groupNames(world).map(groupEntry) };
  if (!groupNames(world).includes(group)) return null;
  if (version === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) };
  return resourceList(world, group, version);
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

function groupNames(world: World): string[] {
  const named = new Set(RESOURCES.map((resource) => resource.group).filter((group) => group !== ''));
  return servesCustomMetrics(world) ? [...named, CUSTOM_METRICS.group] : [...named];
}

/** The first version in the table of resources is the preferred one. */
function groupEntry(name: string): JsonObject {
  const own = new Set<string>(name === CUSTOM_METRICS.group ? [CUSTOM_METRICS.version] : []);
  for (const { group, version } of RESOURCES) if (group === name) own.add(version);
  const versions = [...own].map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function resourceList(world: World, group: string, version: string): JsonObject | null {
  const resources = RESOURCES.filter((resource) => resource.group === group && resource.version === version);
  const isCustom = group === CUSTOM_METRICS.group && version === CUSTOM_METRICS.version;
  const listed = isCustom ? customMetricEntries(world) : resources.flatMap(entries);
  if (listed.length === 0) return null;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group, version }),
    resources: listed,
  };
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
