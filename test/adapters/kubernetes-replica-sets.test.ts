// Reading whose pods are whose: ReplicaSets are asked for only where that is needed, by metadata alone, and not again each tick.
import { ApiException } from '@kubernetes/client-node';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ClusterClient } from '../../lib/adapters/kubernetes/connection.ts';
import { makeReader } from '../../lib/adapters/kubernetes/reader.ts';

const HASH = '7d4b9c5f6';
const MINUTE = 60_000;

interface World {
  deployments: object[];
  pods: object[];
  replicaSets: object[];
  /** HTTP status with which a LIST of ReplicaSets is refused. */
  refused: number | null;
}

let world: World;
let asked: { path: string; accept: string | undefined }[];
let now: number;
let reader: ReturnType<typeof makeReader>;

beforeEach(() => {
  world = { deployments: [], pods: [], replicaSets: [], refused: null };
  asked = [];
  now = Date.parse('2026-01-01T00:00:00Z');
  const getJson = async (path: string, _query: unknown, accept?: string) => {
    if (path === '/apis') return { groups: [] };
    const one = /deployments\/([^/]+)$/.exec(path)?.[1];
    const found = world.deployments.find((each) => (each as Named).metadata.name === one);
    if (one !== undefined) return found;
    if (!path.endsWith('replicasets'))
      return { items: path.endsWith('pods') ? world.pods : path.endsWith('deployments') ? world.deployments : [] };
    asked.push({ path, accept });
    if (world.refused !== null) throw new ApiException(world.refused, path, '{"message":"no"}', {});
    return { items: world.replicaSets };
  };
  const client = { cluster: 'c', getJson } as unknown as ClusterClient;
  reader = makeReader(
    async () => client,
    { include: [], exclude: [] },
    () => now,
  );
});

interface Named {
  readonly metadata: { readonly name: string };
}

describe('ReplicaSets', () => {
  it('are not asked for while names and selectors say the same', async () => {
    world.deployments = [deployment('web', { app: 'web' }), deployment('api', { app: 'api' })];
    world.pods = [pod('web-1', `web-${HASH}`, { app: 'web' }), pod('api-1', `api-${HASH}`, { app: 'api' })];
    expect(await found()).toEqual({ 'shop/web': 1, 'shop/api': 1 });
    expect(asked).toEqual([]);
  });

  it('are asked for in their namespace, metadata alone, and once in ten minutes', async () => {
    adopted();
    expect(await found()).toEqual({ 'shop/web-old': 0, 'shop/web-new': 1 });
    expect(asked).toEqual([
      {
        path: '/apis/apps/v1/namespaces/shop/replicasets',
        accept: expect.stringContaining('as=PartialObjectMetadataList'),
      },
    ]);
    now += 9 * MINUTE;
    expect(await found()).toEqual({ 'shop/web-old': 0, 'shop/web-new': 1 });
    expect(asked).toHaveLength(1);
    now += 2 * MINUTE;
    await found();
    expect(asked).toHaveLength(2);
  });

  it('are asked for again at once where the Deployment that had them is gone', async () => {
    adopted();
    await found();
    world.deployments = [deployment('web-old', { app: 'x' }), deployment('web-next', { app: 'x' })];
    world.replicaSets = [replicaSet(`web-old-${HASH}`, 'web-next')];
    expect(await found()).toEqual({ 'shop/web-old': 0, 'shop/web-next': 1 });
    expect(asked).toHaveLength(2);
  });

  it('are asked for when one Deployment is read, before it is written', async () => {
    adopted();
    const read = async (name: string) =>
      (await reader.workload({ cluster: 'c', namespace: 'shop', name }))?.replicas.total;
    expect(await read('web-old')).toBe(0);
    expect(await read('web-new')).toBe(1);
  });

  it.each([403, 404])('that answer %d leave names and selectors to decide, and that is said', async (status) => {
    adopted();
    world.refused = status;
    const { workloads, problems } = await reader.snapshot('c');
    expect(workloads.get('shop/web-old')?.replicas.total).toBe(1);
    expect(problems).toEqual([
      expect.stringMatching(new RegExp(`could not list replicasets.apps .*HTTP ${status}.*selectors and names tell`)),
    ]);
    const alone = await reader.workload({ cluster: 'c', namespace: 'shop', name: 'web-new' });
    expect(alone?.replicas.total).toBe(0);
    expect(alone?.podsNotFound).toContain(
      'the Deployment itself counts 1; 1 that its selector matches are of ReplicaSet web-old',
    );
  });
});

/** The ReplicaSet of web-old is web-new's by now, and a web-old of as wide a selector is there again. */
function adopted(): void {
  world.deployments = [deployment('web-old', { app: 'x' }), deployment('web-new', { app: 'x' })];
  world.pods = [pod('web-1', `web-old-${HASH}`, { app: 'x' })];
  world.replicaSets = [replicaSet(`web-old-${HASH}`, 'web-new')];
}

async function found(): Promise<Record<string, number>> {
  const { workloads } = await reader.snapshot('c');
  return Object.fromEntries([...workloads].map(([key, { replicas }]) => [key, replicas.total]));
}

function deployment(name: string, labels: object): object {
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app' }] } };
  return {
    metadata: { name, namespace: 'shop', uid: `uid of ${name}`, generation: 1 },
    spec: { replicas: 1, selector: { matchLabels: labels }, template },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1 },
  };
}

function pod(name: string, set: string, labels: object): object {
  return {
    metadata: {
      name,
      namespace: 'shop',
      labels: { ...labels, 'pod-template-hash': HASH },
      ownerReferences: [{ kind: 'ReplicaSet', name: set, uid: `uid of ${set}`, controller: true }],
    },
    spec: { containers: [{ name: 'app' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}

function replicaSet(name: string, owner: string): object {
  const ownerReferences = [{ kind: 'Deployment', name: owner, uid: `uid of ${owner}`, controller: true }];
  return { metadata: { name, namespace: 'shop', uid: `uid of ${name}`, ownerReferences } };
}
