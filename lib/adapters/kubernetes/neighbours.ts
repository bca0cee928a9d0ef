// KEDA ScaledObjects, VerticalPodAutoscalers and Argo Rollouts: looked for only where their APIs exist.

import { cleanText } from '../../domain/text/clean-text.ts';
import type { OtherWriters } from '../../domain/workload/observation.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ClusterClient } from './connection.ts';
import { type Ask, asking, statusOf } from './errors.ts';
import { inScopes, listAll, type Scopes } from './listing.ts';
import { type Rollout, type RolloutFacts, toRolloutFacts } from './rollout.ts';
import { type RawTarget, targetKey } from './scale-target.ts';

export interface Neighbours {
  /** Name of the ScaledObject, by the key of its workload. */
  readonly scaledObjects: ReadonlyMap<string, string>;
  readonly vpas: ReadonlyMap<string, NonNullable<OtherWriters['vpa']>>;
  /** They are there and may not be read: whether one is on a workload is not known. */
  readonly isVpaUnknown: boolean;
  /** Every Rollout; empty where the API is not there, null where it is and may not be read. */
  readonly rollouts: readonly RolloutFacts[] | null;
  /** What could not be looked at, one sentence each. */
  readonly problems: readonly string[];
}

export type ReadNeighbours = (client: ClusterClient, scopes: Scopes) => Promise<Neighbours>;

/** `InPlaceOrRecreate` is the longest there is. */
const MODE_MAX_CHARS = 40;
/** An API that is installed later is found within the hour. */
const LOOK_AGAIN_MS = 3_600_000;

/**
 * One call (the API groups; where Argo is there, a second) per process, cluster and hour, and one paged LIST per API that exists.
 * @param now wall clock
 */
export function makeNeighbours(now: () => EpochMs): ReadNeighbours {
  const groups = new Map<string, { readonly at: EpochMs; readonly names: ReadonlySet<string> }>();
  const known = async (client: ClusterClient): Promise<ReadonlySet<string>> => {
    const before = groups.get(client.cluster);
    if (before && now() - before.at < LOOK_AGAIN_MS) return before.names;
    const names = await served(client);
    groups.set(client.cluster, { at: now(), names });
    return names;
  };
  return async (client, scopes) => {
    const problems: string[] = [];
    const told = async <T>(read: () => Promise<T>, without: T, absent = without): Promise<T> => {
      try {
        return await read();
      } catch (error) {
        if (statusOf(error) === 404) return absent; // the group is there without this kind
        problems.push(error instanceof Error ? error.message : String(error));
        return without;
      }
    };
    const found = await told<ReadonlySet<string> | null>(() => known(client), null);
    const names = found ?? new Set<string>();
    const scaledObjects = names.has(KEDA.group) ? await told(() => list(client, scopes, KEDA), []) : [];
    const none: readonly Neighbour[] = [];
    const read = names.has(VPA.group)
      ? await told<readonly Neighbour[] | null>(() => list(client, scopes, VPA), null, none)
      : none;
    const vpas = read ?? none;
    const rollouts = names.has(ROLLOUTS) ? await told(() => listRollouts(client, scopes), null) : [];
    return {
      rollouts,
      scaledObjects: new Map(scaledObjects.map(({ workload, name }) => [workload, name])),
      vpas: new Map(vpas.map(({ workload, name, mode }) => [workload, { name, mode }])),
      isVpaUnknown: found === null || read === null,
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

const ARGO = 'argoproj.io';
const ARGO_PATH = `/apis/${ARGO}/v1alpha1`;
/** Argo CD shares the group: only the resource itself tells that Argo Rollouts is there. */
const ROLLOUTS = `rollouts.${ARGO}`;

/** Names of API groups, and `rollouts.argoproj.io` where that is served. */
async function served(client: ClusterClient): Promise<ReadonlySet<string>> {
  const get = <T>(path: string) =>
    asking({ cluster: client.cluster, verb: 'get', resource: path }, () => client.getJson<T>(path));
  const { groups = [] } = await get<{ groups?: readonly { name: string }[] }>('/apis');
  const names = new Set(groups.map(({ name }) => name));
  if (!names.has(ARGO)) return names;
  const { resources = [] } = await get<{ resources?: readonly { name: string }[] }>(ARGO_PATH).catch(nothingIf404);
  return resources.some(({ name }) => name === 'rollouts') ? names.add(ROLLOUTS) : names;
}

/** The group may be there in other versions only. */
function nothingIf404(error: unknown): { readonly resources?: readonly { name: string }[] } {
  if (statusOf(error) === 404) return {};
  throw error;
}

function listRollouts(client: ClusterClient, scopes: Scopes): Promise<RolloutFacts[]> {
  const ask: Ask = { cluster: client.cluster, verb: 'list', resource: ROLLOUTS };
  return inScopes(scopes, ARGO_PATH, 'rollouts', ask, (path) =>
    listAll<Rollout, RolloutFacts>(client, { path }, toRolloutFacts),
  );
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
  if (name === undefined || namespace === undefined || target === undefined) return null;
  const workload = targetKey(namespace, { ...target, kind: target.kind ?? kind.defaultKind ?? undefined });
  if (workload === null) return null;
  // The API's own default is to change requests.
  const mode = spec.updatePolicy?.updateMode ?? 'Auto';
  return { workload, name, mode: cleanText(mode, MODE_MAX_CHARS) };
}
