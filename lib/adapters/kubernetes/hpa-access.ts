// HPAs written: the minReplicas we hold as a floor, and the HPAs that a person asks us to create and delete.
import type { HpaAccess, HpaObject, WriteResult } from '../../app/ports/cluster.ts';
import { FLOOR_ANNOTATION, OWN_MIN_ANNOTATION } from '../../domain/hpa/floor.ts';
import { hpaManifest } from '../../domain/hpa/manifest.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { Hpa } from './api-types.ts';
import type { Connections } from './connection.ts';
import type { Ask } from './errors.ts';
import { scaledObjectOf, toTargetingHpa } from './hpa.ts';
import { wishesOf } from './hpa-spec.ts';
import { inScopes, listAll } from './listing.ts';
import { floorWriter } from './managed-fields.ts';
import { isWatched, listScopes, type NamespaceFilter } from './namespaces.ts';
import { written } from './written.ts';

const RESOURCE = 'horizontalpodautoscalers.autoscaling';
const GROUP = '/apis/autoscaling/v2';
const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';

/** Conflict, absence and missing rights are values; anything else the API server says throws AdapterError. */
export function makeHpaAccess(connect: Connections, namespaces: NamespaceFilter): HpaAccess {
  const write = async (hpa: Pick<HpaObject, 'cluster' | 'namespace' | 'name'>, call: Call): Promise<WriteResult> => {
    const client = await connect(hpa.cluster);
    const collection = `${GROUP}/namespaces/${encodeURIComponent(hpa.namespace)}/horizontalpodautoscalers`;
    const path = call.verb === 'create' ? collection : `${collection}/${encodeURIComponent(hpa.name)}`;
    const ask: Ask = { cluster: hpa.cluster, verb: call.verb, resource: RESOURCE, subject: workloadKey(hpa) };
    return written(ask, () => client.exchange(path, { body: call.body, ...METHODS[call.verb] }));
  };
  return {
    async list(cluster, namespace) {
      if (namespace !== null && !isWatched(namespaces, namespace)) return [];
      const client = await connect(cluster);
      const scopes = namespace === null ? listScopes(namespaces) : [namespace];
      const ask: Ask = { cluster, verb: 'list', resource: RESOURCE };
      const all = await inScopes(scopes, GROUP, 'horizontalpodautoscalers', ask, (path) =>
        listAll<Hpa, HpaObject>(client, { path }, (hpa) => toHpaObject(cluster, hpa)),
      );
      return all.filter((hpa) => isWatched(namespaces, hpa.namespace));
    },
    patch(hpa, minReplicas, annotations) {
      const { resourceVersion } = hpa;
      const spec = minReplicas === null ? {} : { spec: { minReplicas } };
      return write(hpa, { verb: 'patch', body: { metadata: { resourceVersion, annotations }, ...spec } });
    },
    create: (hpa) => write(hpa, { verb: 'create', body: hpaManifest(hpa, { [MANAGED_BY_LABEL]: 'ai4k8s' }) }),
    delete({ resourceVersion, ...hpa }) {
      const preconditions = { resourceVersion };
      return write(hpa, { verb: 'delete', body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions } });
    },
  };
}

interface Call {
  readonly verb: 'patch' | 'create' | 'delete';
  readonly body: object;
}

const METHODS = { patch: { method: 'PATCH' }, create: {}, delete: { method: 'DELETE' } } as const;
/** All that we ever write there, a number each; whatever else is under our prefix is not looked at. */
const OURS_ON_HPAS = [OWN_MIN_ANNOTATION, FLOOR_ANNOTATION];
const VALUE_KEPT_CHARS = 20;

/** Null for an HPA that drives something that is never a workload here. */
function toHpaObject(cluster: string, hpa: Hpa): HpaObject | null {
  const { status, target } = toTargetingHpa(hpa) ?? {};
  const { name, namespace, annotations, labels, resourceVersion } = hpa.metadata ?? {};
  if (
    status === undefined ||
    target === undefined ||
    name === undefined ||
    namespace === undefined ||
    resourceVersion === undefined
  )
    return null;
  const own = OURS_ON_HPAS.flatMap((key) => {
    const value = annotations?.[key];
    return value === undefined ? [] : [[key, value.slice(0, VALUE_KEPT_CHARS)] as const];
  });
  return {
    cluster,
    namespace,
    name,
    deployment: target.name,
    ...(target.kind !== undefined && { targetKind: target.kind }),
    minReplicas: status.minReplicas,
    maxReplicas: status.maxReplicas,
    ...wishesOf(hpa),
    annotations: Object.fromEntries(own),
    managedBy: labels?.[MANAGED_BY_LABEL] ?? null,
    scaledObject: scaledObjectOf(hpa),
    floorWriter: floorWriter(hpa),
    resourceVersion,
  };
}
