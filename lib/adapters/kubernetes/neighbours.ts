// KEDA ScaledObjects and VerticalPodAutoscalers: looked for only where their APIs exist.
import { type EpochMs, type OtherHands, workloadKey } from '../../domain/model.ts';
import type { ClusterClient } from './connection.ts';
import { type Ask, asking, statusOf } from './errors.ts';
import { listAll } from './listing.ts';
import { inScopes, type Scopes } from './lists.ts';

export interface Neighbours {
  /** Name of the ScaledObject, keyed by the `namespace/name` of its Deployment. */
  readonly scaledObjects: ReadonlyMap<string, string>;
  readonly vpas: ReadonlyMap<string, NonNullable<OtherHands['vpa']>>;
  /** What could not be looked at, one sentence each. */
  readonly problems: readonly string[];
}

export type ReadNeighbours = (client: ClusterClient, scopes: Scopes) => Promise<Neighbours>;

/** An API that is installed later is found within the hour. */
const LOOK_AGAIN_MS = 3_600_000;

/**
 * One call (the API groups) per process, cluster and hour, and one paged LIST per API that exists.
 * @param now wall clock
 */
export function makeNeighbours(now: () => EpochMs): ReadNeighbours {
  const groups = new Map<string, { readonly at: EpochMs; readonly names: ReadonlySet<string> }>();
  const known = async (client: ClusterClient): Promise<ReadonlySet<string>> => {
    const before = groups.get(client.cluster);
    if (before && now() - before.at < LOOK_AGAIN_MS) return before.names;
    const names = await apiGroups(client);
    groups.set(client.cluster, { at: now(), names });
    return names;
  };
  return async (client, scopes) => {
    const problems: string[] = [];
    const told = async <T>(read: () => Promise<T>, without: T): Promise<T> => {
      try {
        return await read();
      } catch (error) {
        if (statusOf(error) === 404) return without; // the group is there without this kind
        problems.push(error instanceof Error ? error.message : String(error));
        return without;
      }
    };
    const names = await told(() => known(client), new Set<string>());
    const scaledObjects = names.has(KEDA.group) ? await told(() => list(client, scopes, KEDA), []) : [];
    const vpas = names.has(VPA.group) ? await told(() => list(client, scopes, VPA), []) : [];
    return {
      scaledObjects: new Map(scaledObjects.map(({ workload, name }) => [workload, name])),
      vpas: new Map(vpas.map(({ workload, name, mode }) => [workload, { name, mode }])),
      problems,
    };
  };
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly target: (spec: RawSpec) => RawTarget | undefined;
  /** KEDA's targets are Deployments unless they say otherwise. */
  readonly defaultKind: string | null;
}

const KEDA: Kind = {
  group: 'keda.sh',
  version: 'v1alpha1',
  plural: 'scaledobjects',
  target: ({ scaleTargetRef }) => scaleTargetRef,
  defaultKind: 'Deployment',
};

const VPA: Kind = {
  group: 'autoscaling.k8s.io',
  version: 'v1',
  plural: 'verticalpodautoscalers',
  target: ({ targetRef }) => targetRef,
  defaultKind: null,
};

interface RawTarget {
  readonly kind?: string;
  readonly name?: string;
}
interface RawSpec {
  readonly scaleTargetRef?: RawTarget;
  readonly targetRef?: RawTarget;
  readonly updatePolicy?: { readonly updateMode?: string };
}
interface RawObject {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: RawSpec;
}
interface Neighbour {
  readonly workload: string;
  readonly name: string;
  readonly mode: string;
}

async function apiGroups(client: ClusterClient): Promise<ReadonlySet<string>> {
  const ask: Ask = { cluster: client.cluster, verb: 'get', resource: '/apis' };
  const reply = await asking(ask, () => client.getJson<{ groups?: readonly { name: string }[] }>('/apis'));
  return new Set((reply.groups ?? []).map(({ name }) => name));
}

function list(client: ClusterClient, scopes: Scopes, kind: Kind): Promise<Neighbour[]> {
  const ask: Ask = { cluster: client.cluster, verb: 'list', resource: `${kind.plural}.${kind.group}` };
  return inScopes(scopes, `/apis/${kind.group}/${kind.version}`, kind.plural, ask, (path) =>
    listAll<RawObject, Neighbour>(client, { path }, (raw) => toNeighbour(kind, raw)),
  );
}

function toNeighbour(kind: Kind, { metadata, spec = {} }: RawObject): Neighbour | null {
  const target = kind.target(spec);
  const { name, namespace } = metadata ?? {};
  if (name === undefined || namespace === undefined || target?.name === undefined) return null;
  if ((target.kind ?? kind.defaultKind) !== 'Deployment') return null;
  // The API's own default is to change requests.
  const mode = spec.updatePolicy?.updateMode ?? 'Auto';
  return { workload: workloadKey({ namespace, name: target.name }), name, mode };
}
