// Whole ticks of the real adapter on an API server that stands in for one of Kubernetes 1.35: pods are resized in place, a few at
// a time, each only as it was read; what stands against it is said, and nobody else pays for it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hpa, into } from '../../make/other-kinds.ts';
import { ANNOTATIONS, type Resizing, startResizing } from '../../make/resizing.ts';
import type { ResizeServer } from '../../stand-ins/resize-server.ts';

let all: Resizing;
let server: ResizeServer;

beforeEach(async () => {
  all = await startResizing();
  server = all.server;
});
afterEach(() => server.close());

const web = (annotations?: Record<string, string>, name?: string) => all.web(annotations, name);
const tick = (times?: number) => all.tick(times);
/** Enough for a score to have stood for a minute. */
const raised = () => all.tick(2);
const cpuOf = () => all.cpus();

describe('a workload whose score is high', () => {
  it('has its pods resized: one, and then the others, each once and never compounding', async () => {
    web();
    const first = await raised();
    expect(first).toMatchObject({ code: 'resized', level: 'high', factor: 2, pods: { total: 3 } });
    expect(cpuOf()).toEqual(['1', '500m', '500m']);
    expect(all.notices.join()).toMatch(/resized web-abc123-d0 for level high \(times 2\)/);
    await tick(2);
    expect(cpuOf()).toEqual(['1', '1', '1']);
    expect(await tick(3)).toMatchObject({ code: 'as_wanted' });
    expect(server.resizes.map(({ pod }) => pod)).toEqual(['web-abc123-d0', 'web-abc123-d1', 'web-abc123-d2']);
    const [asked] = server.resizes;
    expect(asked?.type).toContain('application/strategic-merge-patch+json');
    expect(asked?.body).toEqual({
      metadata: { resourceVersion: '1' },
      spec: { containers: [{ name: 'app', resources: { requests: { cpu: '1', memory: '2Gi' } } }] },
    });
  });

  it('has its pods resized a tick later where its replicas are changed: not both at once', async () => {
    web();
    await tick();
    const deployment = server.objects.deployments?.[0];
    const more = { 'ai4k8s.io/min-replicas': '4', 'ai4k8s.io/max-replicas': '4' };
    if (deployment) deployment.metadata.annotations = { ...ANNOTATIONS, ...more };
    const scaled: number[] = [];
    const scale = async (_ref: unknown, replicas: number) => {
      scaled.push(replicas);
      return { kind: 'applied' } as const;
    };
    all.ports = { ...all.ports, writer: { ...all.ports.writer, scale } };
    const view = await tick();
    expect(scaled).toEqual([4]);
    expect(view).toMatchObject({ code: 'next_tick', message: expect.stringMatching(/replica count was changed/) });
    expect(server.resizes).toEqual([]);
  });

  it('is sized as before: what one replica takes is what the template says', async () => {
    web();
    await tick(4);
    const { workloads } = await all.kubernetes.reader.snapshot('test');
    expect(cpuOf()).toEqual(['1', '1', '1']);
    expect(workloads.get('shop/web')).toMatchObject({ capacity: { cpu: 0.5, memory: 2 ** 30 } });
    const alone = await all.kubernetes.reader.workload({ cluster: 'test', namespace: 'shop', name: 'web' });
    expect(alone?.capacity).toEqual({ cpu: 0.5, memory: 2 ** 30 });
  });

  it('has room in quotas for the next replica, also where the newest pod is the only one that was not resized', async () => {
    all.web();
    const limited = (of: { spec: { containers: { resources: object }[] } } | undefined) => {
      const [container] = of?.spec.containers ?? [];
      if (container) container.resources = { ...container.resources, limits: { cpu: '1', memory: '2Gi' } };
    };
    for (const one of server.objects.pods ?? []) limited(one);
    limited(server.objects.deployments?.[0]?.spec.template);
    await tick(4);
    expect(cpuOf()).toEqual(['1', '1', '1']);
    const limitsNow = async () => (await all.kubernetes.reader.snapshot('test')).workloads.get('shop/web')?.limits;
    expect(await limitsNow()).toEqual({ cpu: 1, memory: 2 ** 31 });
    const [first] = server.objects.pods ?? [];
    const fresh = structuredClone(first);
    fresh.metadata = { ...fresh.metadata, name: 'web-abc123-new', creationTimestamp: new Date().toISOString() };
    delete fresh.metadata.managedFields;
    fresh.spec.containers[0].resources = server.objects.deployments?.[0].spec.template.spec.containers[0].resources;
    server.objects.pods?.push(fresh);
    expect(await limitsNow()).toEqual({ cpu: 1, memory: 2 ** 31 });
  });

  it('goes back to its template once it is not raised', async () => {
    web();
    await tick(4);
    all.score = 5;
    for (const one of server.metrics) one.containers[0].usage = { cpu: '1m', memory: '100Mi' };
    expect(await tick(25)).toMatchObject({ level: 'low', factor: 1, code: 'as_wanted' });
    const requests = server.objects.pods?.map(({ spec }) => spec.containers[0].resources.requests);
    expect(requests).toEqual(Array(3).fill({ cpu: '500m', memory: '1Gi' }));
  });
});

describe('what it costs', () => {
  it('is no call where no workload asks for it, and one an hour where one does, beside the resizes', async () => {
    const { 'ai4k8s.io/vertical': _asks, ...others } = ANNOTATIONS;
    all.score = 5;
    web(others);
    await raised().catch(() => undefined);
    const without = all.kubernetes.calls();
    await tick().catch(() => undefined);
    const perTick = all.kubernetes.calls() - without;
    expect(server.calls.filter((call) => call === 'GET /api/v1')).toEqual([]);
    const [deployment] = server.objects.deployments ?? [];
    deployment.metadata.annotations = ANNOTATIONS;
    await tick();
    const before = all.kubernetes.calls();
    await tick();
    // Nothing to change: nothing more than before is asked.
    expect(all.kubernetes.calls() - before).toBe(perTick);
    all.score = 90;
    await tick(6);
    expect(server.calls.filter((call) => call === 'GET /api/v1')).toHaveLength(1);
    expect(server.calls.filter((call) => call.startsWith('PATCH'))).toHaveLength(3);
  });
});

describe('what stands against it', () => {
  it('is said where the API server has no pods/resize: nothing is asked of it, and the patch is there for a person', async () => {
    web();
    server.mode.isServed = false;
    const view = await raised();
    expect(view).toMatchObject({ code: 'not_served', next: [{}, {}, {}] });
    expect(server.resizes).toEqual([]);
  });

  it.each([
    ['rbac', 'forbidden', /rbac-resize\.yaml/],
    ['quota', 'refused_by_server', /exceeded quota: compute/],
    ['range', 'refused_by_server', /maximum cpu usage per Container/],
    ['qos', 'refused_by_server', /QOS Class may not change/],
  ] as const)(
    'a refusal (%s) is told in the server’s words and not repeated at every tick',
    async (refuse, code, words) => {
      web();
      server.mode.refuse = refuse;
      expect(await raised()).toMatchObject({ code, message: expect.stringMatching(words) });
      expect(await tick(5)).toMatchObject({ code, message: expect.stringMatching(words) });
      expect(server.resizes).toHaveLength(1);
      server.mode.refuse = null;
      expect(await tick(12)).toMatchObject({ code: 'resized' });
    },
  );

  it('a pod that was written meanwhile is read again by the next tick, and never forced', async () => {
    web();
    server.mode.refuse = 'conflict';
    expect(await raised()).toMatchObject({ code: 'conflict' });
    expect(cpuOf()).toEqual(['500m', '500m', '500m']);
    server.mode.refuse = null;
    expect(await tick()).toMatchObject({ code: 'resized' });
  });

  it('an answer that was lost is not sent twice: the next tick sees that it was done', async () => {
    web();
    server.mode.loses = true;
    expect(await raised()).toMatchObject({ code: 'failed' });
    server.mode.loses = false;
    await tick();
    expect(server.resizes.map(({ pod }) => pod)).toEqual(['web-abc123-d0', 'web-abc123-d1']);
  });

  it.each([
    ['infeasible', 'resize_infeasible'],
    ['deferred', 'resize_deferred'],
    ['inProgress', 'resize_in_progress'],
  ] as const)('a resize that the kubelet calls %s is waited for', async (condition, code) => {
    web();
    server.mode.condition = condition;
    await raised();
    expect(await tick(5)).toMatchObject({ code, pods: { total: 3, asWanted: 1 } });
    expect(server.resizes).toHaveLength(1);
  });

  it('a quota without room for it is known before it is asked', async () => {
    web();
    into(server, 'resourcequotas', {
      metadata: { name: 'compute', namespace: 'shop' },
      status: { hard: { 'requests.cpu': '2' }, used: { 'requests.cpu': '1600m' } },
    });
    expect(await raised()).toMatchObject({ code: 'quota_exceeded', message: expect.stringContaining('compute') });
    expect(server.resizes).toEqual([]);
  });

  it('a LimitRange on containers is, too', async () => {
    web();
    const limits = [{ type: 'Container', max: { cpu: '600m' } }];
    into(server, 'limitranges', { metadata: { name: 'small', namespace: 'shop' }, spec: { limits } });
    expect(await raised()).toMatchObject({ code: 'limit_range' });
    expect(server.resizes).toEqual([]);
  });

  it('an HPA that measures a single container’s CPU, as its thirtieth metric, keeps CPU for itself', async () => {
    web();
    const owner = hpa('Deployment', 'web');
    const pods = { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '1' } } };
    const cpu = { name: 'cpu', container: 'app', target: { type: 'AverageValue', averageValue: '1' } };
    owner.spec.metrics = [
      ...Array.from({ length: 29 }, () => pods),
      { type: 'ContainerResource', containerResource: cpu },
    ] as never;
    into(server, 'horizontalpodautoscalers', owner);
    const view = await raised();
    expect(view.left).toContainEqual(expect.objectContaining({ resource: 'cpu', code: 'hpa_uses_resource' }));
    expect(server.resizes[0]?.body.spec.containers[0].resources).toEqual({ requests: { memory: '2Gi' } });
  });

  it('VPAs that may not be read keep all of it', async () => {
    web();
    server.groups['autoscaling.k8s.io'] = ['verticalpodautoscalers'];
    server.refuse.verticalpodautoscalers = 403;
    expect((await raised()).left).toContainEqual(expect.objectContaining({ code: 'vpa_unknown' }));
    expect(server.resizes).toEqual([]);
  });
});

describe('of many pods', () => {
  it('a tick resizes a few of a cluster, whoever they belong to, and the next goes on', async () => {
    for (let i = 0; i < 14; i++) web(ANNOTATIONS, i === 0 ? 'web' : `web-${i}`);
    await raised();
    expect(server.resizes).toHaveLength(10);
    await tick(6);
    expect(new Set(server.resizes.map(({ pod }) => pod)).size).toBe(server.resizes.length);
    expect(new Set(cpuOf())).toEqual(new Set(['1']));
  });
});
