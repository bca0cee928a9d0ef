// What namespaces' own annotations say under our prefix: one paged LIST a snapshot, and only where the installation asks for it.

import type { Annotated } from '../../domain/workload/annotated-values.ts';
import { LEVEL_FIELDS } from '../../domain/workload/level-fields.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import { ownAnnotations } from '../../domain/workload/own-annotations.ts';
import type { ClusterClient } from './connection.ts';
import { asking, statusOf } from './errors.ts';
import { listAll, type Scopes } from './listing.ts';

interface Namespace {
  readonly metadata?: { readonly name?: string; readonly annotations?: Readonly<Record<string, string>> };
}

type Said = NonNullable<Observation['inNamespace']>;

/** What a namespace says; undefined where it says nothing, or nobody looks. */
export type NamespaceSays = (namespace: string) => Said | undefined;

const NOBODY_LOOKS: NamespaceSays = () => undefined;
const FIELDS = LEVEL_FIELDS['namespace annotation'];

/**
 * @param scopes namespaces that are asked for one by one, or null for all at once
 * @param isWanted whether the installation looks at all
 * @throws AdapterError where they cannot be read for now; that they may not be read is what each of them says then
 */
export async function readNamespaces(client: ClusterClient, scopes: Scopes, isWanted: boolean): Promise<NamespaceSays> {
  if (!isWanted) return NOBODY_LOOKS;
  try {
    const all = await Promise.all(scopes.map((name) => (name === null ? listed(client) : one(client, name))));
    const said = new Map(all.flat());
    return (namespace) => said.get(namespace);
  } catch (error) {
    if (statusOf(error) !== 403 && statusOf(error) !== 401) throw error;
    const unread = `${error instanceof Error ? error.message : String(error)} Caps may stand there: apply infra/manifests/rbac-namespaces.yaml, or unset NAMESPACE_ANNOTATIONS.`;
    return () => ({ annotations: {}, unread });
  }
}

type Entry = readonly [string, Said];

function listed(client: ClusterClient): Promise<Entry[]> {
  const query = { path: '/api/v1/namespaces', metadataOnly: true };
  return asking({ cluster: client.cluster, verb: 'list', resource: 'namespaces' }, () =>
    listAll<Namespace, Entry>(client, query, (namespace) => entryOf(namespace)[0] ?? null),
  );
}

async function one(client: ClusterClient, name: string): Promise<Entry[]> {
  const ask = { cluster: client.cluster, verb: 'get', resource: 'namespaces', subject: `namespace ${name}` } as const;
  try {
    return entryOf(
      await asking(ask, () => client.getJson<Namespace>(`/api/v1/namespaces/${encodeURIComponent(name)}`)),
    );
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw error;
  }
}

/** None where it says nothing. */
function entryOf({ metadata }: Namespace): Entry[] {
  const { annotations, moreUnknown } = ownAnnotations(metadata?.annotations, (key) => Object.hasOwn(FIELDS, key));
  if (metadata?.name === undefined || Object.keys(annotations).length === 0) return [];
  const said: Annotated = { annotations, ...(moreUnknown > 0 && { moreUnknown }) };
  return [[metadata.name, said]];
}
