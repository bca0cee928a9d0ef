import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  AppsV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  KubeConfig,
  Metrics,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Faults } from '../../local/simulated-cluster/faults.ts';
import { type SimulatedCluster, startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import type { SimulatedWorkload } from '../../local/simulated-cluster/workload.ts';

/** Of the machine, not of this package. */
const KUBECTL = 'kubectl';
const MI = 2 ** 20;
const BASE: SimulatedWorkload = {
  namespace: 'shop',
  name: 'web',
  replicas: 3,
  cpuRequestCores: 0.5,
  memoryRequestBytes: 256 * MI,
  memoryBaseBytes: 64 * MI,
  memoryPerCoreBytes: 128 * MI,
  startupSeconds: 30,
  load: () => 0.6,
};
const WORKLOADS: readonly SimulatedWorkload[] = [
  { ...BASE, annotations: { 'ai4k8s.io/mode': 'recommend' } },
  { ...BASE, name: 'api', replicas: 2, load: () => 4, hpa: { minReplicas: 2, maxReplicas: 20, targetCpuPercent: 80 } },
  { ...BASE, namespace: 'jobs', name: 'worker', replicas: 4, paused: true },
];

let now = Date.UTC(2026, 10, 1);
let faults: Faults;
let cluster: SimulatedCluster;
let config: KubeConfig;
const pass = (seconds: number): void => {
  now += seconds * 1000;
};

beforeEach(async () => {
  faults = {};
  cluster = await startSimulatedCluster({ name: 'demo', workloads: WORKLOADS, clock: { now: () => now }, faults });
  config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
});
afterEach(() => cluster.close());

async function ask(path: string, init: RequestInit = {}): Promise<{ code: number; body: Answer }> {
  const response = await fetch(cluster.url + path, init);
  return { code: response.status, body: JSON.parse(await response.text()) };
}

const JSON_BODY = { 'content-type': 'application/json' };
const WEB = '/apis/apps/v1/namespaces/shop/deployments/web';
const patch = (body: unknown, type = 'merge-patch'): RequestInit => ({
  method: 'PATCH',
  headers: { 'content-type': `application/${type}+json` },
  body: JSON.stringify(body),
});

describe('through @kubernetes/client-node', () => {
  it('Deployments look as on a real server', async () => {
    const { items } = await config.makeApiClient(AppsV1Api).listDeploymentForAllNamespaces();
    expect(items.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`)).toEqual([
      'jobs/worker',
      'shop/api',
      'shop/web',
    ]);
    const web = items[2];
    expect(web?.metadata?.annotations).toMatchObject({ 'ai4k8s.io/mode': 'recommend' });
    expect(web?.spec?.template.spec?.containers[0]?.resources?.requests).toEqual({ cpu: '500m', memory: '256Mi' });
    expect(web?.status).toMatchObject({ observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3 });
    expect(web?.status?.conditions?.map(({ type, reason }) => [type, reason])).toContainEqual([
      'Progressing',
      'NewReplicaSetAvailable',
    ]);
    expect(items[0]?.spec?.paused).toBe(true);
  });

  it('pods belong to the ReplicaSet of their Deployment', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const [set] = (await apps.listNamespacedReplicaSet({ namespace: 'shop', labelSelector: 'app=web' })).items;
    const pods = await config
      .makeApiClient(CoreV1Api)
      .listNamespacedPod({ namespace: 'shop', labelSelector: 'app=web' });
    expect(pods.items).toHaveLength(3);
    for (const pod of pods.items) {
      expect(pod.metadata?.ownerReferences?.[0]).toMatchObject({ kind: 'ReplicaSet', uid: set?.metadata?.uid });
      expect(pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
    }
  });

  it('new pods become ready after their start-up; the newest leave first', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const core = config.makeApiClient(CoreV1Api);
    const names = async (): Promise<(string | undefined)[]> =>
      (await core.listNamespacedPod({ namespace: 'shop', labelSelector: 'app=web' })).items.map(
        (pod) => pod.metadata?.name,
      );
    const before = await names();
    const scale = await apps.readNamespacedDeploymentScale({ name: 'web', namespace: 'shop' });
    await apps.replaceNamespacedDeploymentScale({
      name: 'web',
      namespace: 'shop',
      body: { ...scale, spec: { replicas: 5 } },
    });
    const ready = async (): Promise<number | undefined> =>
      (await apps.readNamespacedDeployment({ name: 'web', namespace: 'shop' })).status?.readyReplicas;
    expect([await names(), await ready()]).toEqual([expect.objectContaining({ length: 5 }), 3]);
    pass(30);
    expect(await ready()).toBe(5);
    const down = { name: 'web', namespace: 'shop', body: { spec: { replicas: 3 } } };
    await apps.patchNamespacedDeploymentScale(down, setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
    expect(await names()).toEqual(before);
    expect(cluster.replicas('shop/web')).toBe(3);
  });

  it('metrics are 15 s late, and usage falls per pod as replicas rise', async () => {
    const metrics = new Metrics(config);
    const web = async (): Promise<{ timestamp: string; cpu: string | undefined }[]> =>
      (await metrics.getPodMetrics('shop')).items
        .filter(({ metadata }) => metadata.name.startsWith('web-'))
        .map(({ timestamp, containers }) => ({ timestamp, cpu: containers[0]?.usage.cpu }));
    const at = (millis: number): string => new Date(millis).toISOString().replace('.000', '');
    expect(await web()).toEqual(Array(3).fill({ timestamp: at(now - 15_000), cpu: '200000000n' }));
    await ask(`${WEB}/scale`, patch({ spec: { replicas: 6 } }));
    expect(await web()).toHaveLength(3);
    pass(60);
    expect(await web()).toEqual(Array(6).fill({ timestamp: at(now - 15_000), cpu: '100000000n' }));
  });

  it('an HPA acts every 15 s by the rules of lib/domain/hpa, and says so', async () => {
    pass(15);
    expect(cluster.replicas('shop/api')).toBeGreaterThan(2);
    pass(600);
    const hpas = config.makeApiClient(AutoscalingV2Api);
    const hpa = await hpas.readNamespacedHorizontalPodAutoscaler({ name: 'api', namespace: 'shop' });
    expect(cluster.replicas('shop/api')).toBe(10);
    expect(hpa.status).toMatchObject({ currentReplicas: 10, desiredReplicas: 10 });
    expect(hpa.status?.currentMetrics?.[0]?.resource?.current.averageUtilization).toBe(80);
    const events = await config.makeApiClient(CoreV1Api).listNamespacedEvent({ namespace: 'shop' });
    expect(events.items.map(({ reason }) => reason)).toContain('SuccessfulRescale');
  });

  it('an HPA can be made, floored by its minReplicas and removed', async () => {
    const path = '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers';
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
    const body = JSON.stringify({
      metadata: { name: 'web-hpa' },
      spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 9 },
    });
    const post = { method: 'POST', headers: JSON_BODY, body };
    expect((await ask(path, post)).code).toBe(201);
    expect((await ask(path, post)).body.reason).toBe('AlreadyExists');
    expect((await ask(`${path}/web-hpa`, patch({ spec: { minReplicas: 7 } }))).code).toBe(200);
    pass(15);
    expect(cluster.replicas('shop/web')).toBe(7);
    expect((await ask(`${path}/web-hpa`, { method: 'DELETE' })).body.status).toBe('Success');
    expect((await ask(`${path}/web-hpa`)).code).toBe(404);
  });
});

describe('writes', () => {
  it.each([
    [
      'merge',
      { metadata: { annotations: { 'ai4k8s.io/mode': null, 'ai4k8s.io/slo': '99' } }, spec: { replicas: 4 } },
      'merge-patch',
    ],
    [
      'strategic',
      { metadata: { annotations: { 'ai4k8s.io/mode': null, 'ai4k8s.io/slo': '99' } }, spec: { replicas: 4 } },
      'strategic-merge-patch',
    ],
    [
      'JSON',
      [
        { op: 'test', path: '/spec/replicas', value: 3 },
        { op: 'remove', path: '/metadata/annotations/ai4k8s.io~1mode' },
        { op: 'add', path: '/metadata/annotations/ai4k8s.io~1slo', value: '99' },
        { op: 'replace', path: '/spec/replicas', value: 4 },
      ],
      'json-patch',
    ],
  ])('a %s patch changes annotations and replicas', async (_kind, body, type) => {
    const { code, body: web } = await ask(WEB, patch(body, type));
    expect(code).toBe(200);
    expect(web.metadata.annotations).toEqual({ 'ai4k8s.io/slo': '99', 'deployment.kubernetes.io/revision': '1' });
    expect([web.spec.replicas, web.metadata.generation]).toEqual([4, 2]);
  });

  it('a resourceVersion that is not the current one is a conflict, and changes nothing', async () => {
    const { body: read } = await ask(`${WEB}/scale`);
    const { resourceVersion } = read.metadata;
    await ask(WEB, patch({ metadata: { annotations: { touched: 'yes' } } }));
    const put = { method: 'PUT', headers: JSON_BODY, body: JSON.stringify({ ...read, spec: { replicas: 9 } }) };
    const answers = [
      await ask(`${WEB}/scale`, put),
      await ask(`${WEB}/scale`, patch({ metadata: { resourceVersion }, spec: { replicas: 9 } })),
      await ask(WEB, patch({ metadata: { resourceVersion }, spec: { replicas: 9 } })),
    ];
    for (const { code, body } of answers) expect([code, body.kind, body.reason]).toEqual([409, 'Status', 'Conflict']);
    expect(cluster.replicas('shop/web')).toBe(3);
  });

  it('a change of status makes a new resourceVersion too', async () => {
    const versions: string[] = [];
    const note = async (): Promise<void> => void versions.push((await ask(WEB)).body.metadata.resourceVersion);
    await ask(`${WEB}/scale`, patch({ spec: { replicas: 4 } }));
    await note();
    pass(15);
    await note();
    pass(15);
    await note();
    expect(versions[1]).toBe(versions[0]);
    expect(Number(versions[2])).toBeGreaterThan(Number(versions[1]));
  });

  it.each([
    ['no such Deployment', '/apis/apps/v1/namespaces/shop/deployments/none', patch({}), 404, 'NotFound'],
    ['no such namespace', '/apis/apps/v1/namespaces/none/deployments/web', patch({}), 404, 'NotFound'],
    ['no such resource', '/apis/apps/v1/daemonsets', {}, 404, 'NotFound'],
    ['negative replicas', `${WEB}/scale`, patch({ spec: { replicas: -1 } }), 422, 'Invalid'],
    ['half a replica', WEB, patch({ spec: { replicas: 1.5 } }), 422, 'Invalid'],
    ['a new template', WEB, patch({ spec: { template: { spec: null } } }), 422, 'Invalid'],
    ['server-side apply', WEB, patch({}, 'apply-patch'), 415, 'UnsupportedMediaType'],
    ['what is no JSON', WEB, { ...patch({}), body: '{' }, 400, 'BadRequest'],
    [
      'what no stack holds',
      WEB,
      { ...patch({}), body: `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}` },
      400,
      'BadRequest',
    ],
    ['a list as deep', WEB, { ...patch({}), body: `{"spec":${'['.repeat(101)}${']'.repeat(101)}}` }, 400, 'BadRequest'],
    ['4 MB', WEB, { ...patch({}), body: ' '.repeat(4_000_000) }, 413, 'RequestEntityTooLarge'],
    ['20 MB', WEB, { ...patch({}), body: 'x'.repeat(20_000_000) }, 413, 'RequestEntityTooLarge'],
    ['DELETE of a Deployment', WEB, { method: 'DELETE' }, 405, 'MethodNotAllowed'],
  ])('%s is refused with a Status', async (_case, path, init, expected, reason) => {
    const { code, body } = await ask(path, init);
    expect([code, body.kind, body.reason, body.code]).toEqual([expected, 'Status', reason, expected]);
  });

  it('events are taken through both APIs, as strictly as by the real server', async () => {
    const regarding = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
    const event = {
      metadata: { generateName: 'web-', namespace: 'shop' },
      regarding,
      eventTime: '2026-11-01T00:00:00.000000Z',
      reportingController: 'ai4k8s',
      reportingInstance: 'tick',
      action: 'Scale',
      reason: 'Scaled',
      type: 'Normal',
      note: 'why',
    };
    const post = (body: object): RequestInit => ({ method: 'POST', headers: JSON_BODY, body: JSON.stringify(body) });
    const path = '/apis/events.k8s.io/v1/namespaces/shop/events';
    expect((await ask(path, post(event))).code).toBe(201);
    expect((await ask(path, post({ ...event, action: '' }))).code).toBe(422);
    expect((await ask(path, post({ ...event, note: 'x'.repeat(1025) }))).code).toBe(422);
    const { body } = await ask('/api/v1/namespaces/shop/events?fieldSelector=involvedObject.name%3Dweb');
    expect(body.items).toMatchObject([{ message: 'why', reason: 'Scaled', involvedObject: regarding }]);
  });
});

describe('lists', () => {
  it('come in pages that together hold everything once', async () => {
    const names: string[] = [];
    let token = '';
    do {
      const { body } = await ask(`/api/v1/pods?limit=4&continue=${token}`);
      names.push(...body.items.map(({ metadata }) => metadata.name));
      token = body.metadata.continue ?? '';
    } while (token !== '');
    const { body } = await ask('/api/v1/pods');
    expect(names).toEqual(body.items.map(({ metadata }) => metadata.name));
    expect(names).toHaveLength(9);
  });

  it.each(['?limit=2&continue=made-up', '?limit=2&continue='])(
    'an unknown token (%s) or an expired one is 410',
    async (query) => {
      const { body } = await ask('/api/v1/pods?limit=2');
      faults.continueExpired = true;
      const token = query.endsWith('=') ? query + body.metadata.continue : query;
      expect(await ask(`/api/v1/pods${token}`)).toMatchObject({ code: 410, body: { reason: 'Expired' } });
    },
  );

  it('a token of one list is none of another', async () => {
    const { body } = await ask('/api/v1/pods?limit=2');
    expect((await ask(`/apis/apps/v1/deployments?continue=${body.metadata.continue}`)).code).toBe(410);
  });
});

describe('faults', () => {
  it('metrics can be away: 503, and the HPA is blind', async () => {
    faults.metricsAway = true;
    expect(await ask('/apis/metrics.k8s.io/v1beta1/pods')).toMatchObject({ code: 503, body: { kind: 'Status' } });
    pass(60);
    expect(cluster.replicas('shop/api')).toBe(2);
    faults.metricsAway = false;
    expect((await ask('/apis/metrics.k8s.io/v1beta1/pods')).code).toBe(200);
  });

  it('writes can be forbidden, and requests throttled so many times', async () => {
    faults.writesForbidden = true;
    expect((await ask(WEB, patch({ spec: { replicas: 4 } }))).code).toBe(403);
    faults.throttled = 1;
    expect([(await ask(WEB)).code, (await ask(WEB)).code]).toEqual([429, 200]);
  });
});

describe('a watch', () => {
  it('goes on from a list, and tells of each change once', async () => {
    const { body } = await ask('/apis/apps/v1/deployments');
    const { resourceVersion } = body.metadata;
    const response = await fetch(
      `${cluster.url}/apis/apps/v1/deployments?watch=true&resourceVersion=${resourceVersion}`,
    );
    await ask(`${WEB}/scale`, patch({ spec: { replicas: 4 } }));
    const text = new TextDecoder().decode((await response.body?.getReader().read())?.value);
    const { type, object } = JSON.parse(text.split('\n')[0] ?? '');
    expect([type, object.metadata.name, object.spec.replicas]).toEqual(['MODIFIED', 'web', 4]);
  });
});

describe.skipIf(!hasKubectl())(`with kubectl${hasKubectl() ? '' : ' (skipped: kubectl is not installed)'}`, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const kubectl = async (...args: string[]): Promise<string> => {
    const path = join(folder, 'config');
    writeFileSync(path, cluster.kubeconfig);
    const own = ['--kubeconfig', path, '--cache-dir', join(folder, 'cache')];
    const { stdout } = await promisify(execFile)(KUBECTL, [...own, ...args]);
    return stdout.replaceAll(/ +/g, ' ').trim();
  };

  it('prints the usual columns', async () => {
    expect(await kubectl('get', 'deploy', '-A')).toContain('jobs worker 4/4 4 4 24h');
    expect(await kubectl('get', 'hpa', '-n', 'shop')).toContain('api Deployment/api');
    expect(await kubectl('get', 'pods', '-A', '--chunk-size=2')).toMatch(/^NAMESPACE NAME READY STATUS RESTARTS AGE/);
    expect(await kubectl('top', 'pods', '-n', 'jobs')).toMatch(/worker-\S+ 150m 83Mi/);
  });

  it('scales, annotates, describes, and sees a rollout through', async () => {
    expect(await kubectl('-n', 'shop', 'scale', 'deploy', 'web', '--replicas=4')).toBe('deployment.apps/web scaled');
    await kubectl('-n', 'shop', 'annotate', 'deploy', 'web', 'ai4k8s.io/slo=99.9');
    pass(45);
    expect(await kubectl('-n', 'shop', 'rollout', 'status', 'deploy', 'web')).toContain('successfully rolled out');
    const described = await kubectl('-n', 'shop', 'describe', 'deploy', 'web');
    expect(described).toContain('4 desired | 4 updated | 4 total | 4 available');
    expect(described).toContain('ai4k8s.io/slo: 99.9');
    expect(described).toContain('ScalingReplicaSet');
  });
});

interface Answer {
  readonly kind: string;
  readonly reason: string;
  readonly code: number;
  readonly status: string;
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly generation: number;
    readonly continue?: string;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly spec: { readonly replicas: number };
  readonly items: readonly Answer[];
}

function hasKubectl(): boolean {
  try {
    execFileSync(KUBECTL, ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
