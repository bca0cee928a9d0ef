// StatefulSets and Rollouts through whole ticks, commands and the API: floors, and nothing but floors.
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { runWatchdog } from '../../../lib/app/watchdog/watchdog.ts';
import { type OnObjects, startOnObjects } from '../../make/on-objects.ts';
import { hpa, into, put } from '../../make/other-kinds.ts';

let system: OnObjects;
beforeEach(async () => {
  system = await startOnObjects();
});
afterEach(() => system.close());

const DB = { deployment_name: 'db', namespace: 'shop', kind: 'StatefulSet' };
const QUERY = 'demo?deployment=db&namespace=shop';
const drive = (...given: Parameters<typeof hpa>) => into(system.server, 'horizontalpodautoscalers', hpa(...given));
const verdictsOf = (decision: { verdicts: { code: string; message: string }[] }, code: string) =>
  decision.verdicts.filter((verdict) => verdict.code === code).map(({ message }) => message);
/** Other writes than those on HPAs. */
const foreignWrites = () => system.server.writes.filter(({ what }) => !what.includes('horizontalpodautoscalers'));

describe('a StatefulSet behind an HPA', () => {
  it('is observed, forecast, served by its floor and given back', async () => {
    put(system.server, 'StatefulSet', 'db', system.now(), { cores: 1.2 });
    const its = drive('StatefulSet', 'db');
    await system.tick(3);
    const { body: before } = await system.get('status/demo');
    expect(before.workloads).toEqual([expect.objectContaining({ deployment: 'db', kind: 'StatefulSet', replicas: 2 })]);

    const { status, body } = await system.post('predictive/enable', DB);
    expect(status).toBe(200);
    expect(body).toMatchObject({ deployment: 'db', kind: 'StatefulSet', decision: { outcome: 'applied' } });
    expect(body.message).toMatch(/^shop\/db \(StatefulSet\) is enabled: raised minReplicas of HPA db-hpa 2 → \d/);
    expect(its.spec.minReplicas).toBeGreaterThan(2);
    expect(its.metadata.annotations).toMatchObject({ 'ai4k8s.io/original-min-replicas': '2' });

    const { body: asked } = await system.get(`recommendations/${QUERY}&kind=StatefulSet`);
    expect(asked.forecast.cpu.current).toBeCloseTo(2.4);
    const { body: history } = await system.get(`history/${QUERY}&kind=StatefulSet`);
    expect(history.decisions.length).toBeGreaterThan(0);
    expect(new Set(history.decisions.map(({ kind }: { kind: string }) => kind))).toEqual(new Set(['StatefulSet']));
    const [newest] = history.decisions;
    const { status: found } = await system.get(
      `history/demo/${newest.id}?deployment=db&namespace=shop&kind=StatefulSet`,
    );
    expect(found).toBe(200);

    const { body: off } = await system.post('predictive/disable', DB);
    expect(off.message).toContain('has its own minReplicas back');
    expect(its).toMatchObject({ spec: { minReplicas: 2 }, metadata: { annotations: {} } });
    expect(foreignWrites()).toEqual([]);
    expect(system.server.events.map(({ regarding }) => regarding.kind)).toContain('StatefulSet');
  });

  it('is enabled by its own annotations, too', async () => {
    const annotations = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/mode': 'hpa-floor' };
    put(system.server, 'StatefulSet', 'db', system.now(), { cores: 1.2, annotations });
    const its = drive('StatefulSet', 'db');
    await system.tick(2);
    expect(its.spec.minReplicas).toBeGreaterThan(2);
    const { status, body } = await system.post('predictive/disable', DB);
    expect([status, body.keys]).toEqual([409, ['predictive-autoscaling-enabled']]);
  });

  it('can have windows of its own', async () => {
    put(system.server, 'StatefulSet', 'db', system.now(), { cores: 0.1 });
    const its = drive('StatefulSet', 'db');
    await system.post('predictive/enable', DB);
    const window = { time_zone: 'UTC', days: ['wed'], start: '11:00', end: '23:00', floor: 6 };
    const { body } = await system.post('schedule/create', { ...DB, ...window });
    expect(body.window).toMatchObject({ deployment: 'db', kind: 'StatefulSet', active_now: true });
    await system.tick(5);
    expect(its.spec.minReplicas).toBe(6);
    expect((await system.get(`schedule/${QUERY}`)).body.windows).toEqual([]);
    expect((await system.get(`schedule/${QUERY}&kind=StatefulSet`)).body.windows).toHaveLength(1);
    expect((await system.post('schedule/delete', { ...DB, id: body.window.id })).status).toBe(200);
  });

  it('has its floor given back by the watchdog once its HPA drives it no more, and on a release', async () => {
    put(system.server, 'StatefulSet', 'db', system.now(), { cores: 1.2 });
    const its = drive('StatefulSet', 'db');
    await system.post('predictive/enable', DB);
    await system.tick();
    const watch = () => runWatchdog(system.ports, system.settings, 'demo', system.now());
    expect(await watch()).toMatchObject({ reason: 'tended', released: [] });
    expect(its.spec.minReplicas).toBeGreaterThan(2);
    system.server.objects.statefulsets = [];
    expect(await watch()).toMatchObject({ reason: 'untended', released: [{ kind: 'given_back' }] });
    expect(its.spec.minReplicas).toBe(2);
    expect(await system.ports.floors.list('demo')).toEqual([]);
  });
});

describe('scale stays out, and says so', () => {
  test.each(['StatefulSet', 'Rollout'] as const)('for a %s in mode scale, on request', async (kind) => {
    put(system.server, kind, 'db', system.now(), { cores: 1.2 });
    drive(kind, 'db');
    const { status, body } = await system.post('predictive/enable', { ...DB, kind, mode: 'scale' });
    expect(status).toBe(400);
    expect(body.detail).toContain(`stays out for a ${kind}: expected hpa-floor`);
    await system.tick();
    expect((await system.get('status/demo')).body.predictive_enabled).toBe(0);
  });

  test.each(['StatefulSet', 'Rollout'] as const)('for a %s in mode scale, by annotation', async (kind) => {
    const annotations = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/mode': 'scale' };
    put(system.server, kind, 'db', system.now(), { cores: 1.2, annotations });
    const its = drive(kind, 'db');
    await system.tick(3);
    const { body } = await system.get(`recommendations/${QUERY}&kind=${kind}`);
    expect(body.decision).toMatchObject({ outcome: 'refused', blocked_by: 'floors_only' });
    expect(verdictsOf(body.decision, 'floors_only')).toEqual([
      `the replica count of a ${kind} is never written from here, only the minReplicas of its HPA db-hpa: enable it in mode hpa-floor`,
    ]);
    expect(its.spec.minReplicas).toBe(2);
    expect(foreignWrites()).toEqual([]);
  });

  it('for apply, enabled or not, with an HPA or without', async () => {
    put(system.server, 'StatefulSet', 'db', system.now(), { cores: 1.2 });
    const { body: alone } = await system.post('predictive/apply', DB);
    expect(alone.decision).toMatchObject({ outcome: 'refused', blocked_by: 'floors_only' });
    expect(alone.message).toContain('no HPA drives it: create one');
    drive('StatefulSet', 'db');
    const { body: driven } = await system.post('predictive/apply', DB);
    expect(driven.decision).toMatchObject({ outcome: 'refused', blocked_by: 'floors_only' });
    expect(system.server.writes).toEqual([]);
    await system.post('predictive/enable', DB);
    expect((await system.post('predictive/apply', DB)).body.decision.outcome).toMatch(/applied|unchanged/);
    expect(foreignWrites()).toEqual([]);
  });

  test.each(['hpa/create', 'hpa/delete'])('%s makes and deletes HPAs of Deployments only', async (path) => {
    put(system.server, 'StatefulSet', 'db', system.now());
    put(system.server, 'Deployment', 'db', system.now());
    const { status, body } = await system.post(path, DB);
    expect([status, body.detail]).toEqual([422, expect.stringContaining('for Deployments only')]);
    const enabling = await system.post('predictive/enable', { ...DB, create_hpa: true });
    expect(enabling.status).toBe(422);
    expect(system.server.writes).toEqual([]);
    expect((await system.ports.policies.list('demo')).records).toEqual(new Map());
  });
});

describe('three workloads of one name', () => {
  it('are enabled, decided, recorded and shown each for itself', async () => {
    for (const kind of ['Deployment', 'StatefulSet', 'Rollout'] as const)
      put(system.server, kind, 'db', system.now(), { cores: 1.2 });
    const ofSet = drive('StatefulSet', 'db', { name: 'set' });
    const ofRollout = drive('Rollout', 'db', { name: 'rollout' });
    await system.tick(2);
    await system.post('predictive/enable', { ...DB, kind: 'Rollout' });
    expect([ofSet.spec.minReplicas, ofRollout.spec.minReplicas > 2]).toEqual([2, true]);
    const { body } = await system.get('status/demo');
    const rows = body.workloads.map((row: { kind: string; enabled: boolean }) => [row.kind, row.enabled]);
    expect(rows).toEqual(
      expect.arrayContaining([
        ['Deployment', false],
        ['StatefulSet', false],
        ['Rollout', true],
      ]),
    );
    expect(rows).toHaveLength(3);
    expect(foreignWrites()).toEqual([]);
    const floors = await system.ports.floors.list('demo');
    expect(floors.map(({ workload }) => workload)).toEqual([
      { cluster: 'demo', namespace: 'shop', name: 'db', kind: 'Rollout' },
    ]);
    // What asks without a kind means the Deployment, as it always did.
    const { body: plain } = await system.get(`history/${QUERY}`);
    expect(new Set(plain.decisions.map((one: { kind: string }) => one.kind))).toEqual(new Set(['Deployment']));
    expect((await system.get('recommendations/demo?deployment=api&namespace=shop&kind=Rollout')).body.detail).toContain(
      'no tick has seen Rollout api',
    );
    expect((await system.get(`recommendations/${QUERY}&kind=DaemonSet`)).status).toBe(400);
  });
});

describe('an HPA that is turned to another workload while we hold its floor', () => {
  const enabled = (kind: string) => system.post('predictive/enable', { ...DB, kind });

  test.each(['disabled', 'enabled'])(
    'from Deployment to StatefulSet, %s there: nothing is left over',
    async (there) => {
      put(system.server, 'Deployment', 'db', system.now(), { cores: 1.2 });
      put(system.server, 'StatefulSet', 'db', system.now(), { cores: 1.2 });
      const its = drive('Deployment', 'db');
      await enabled('Deployment');
      expect(its.spec.minReplicas).toBeGreaterThan(2);
      its.spec.scaleTargetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' };
      await system.post('predictive/disable', { ...DB, kind: 'Deployment' });
      if (there === 'enabled') await enabled('StatefulSet');
      await system.tick(2);
      await runWatchdog(system.ports, system.settings, 'demo', system.now());
      const held = await system.ports.floors.list('demo');
      if (there === 'disabled') {
        expect(its).toMatchObject({ spec: { minReplicas: 2 }, metadata: { annotations: {} } });
        expect(held).toEqual([]);
        return;
      }
      expect(its.metadata.annotations).toMatchObject({ 'ai4k8s.io/original-min-replicas': '2' });
      expect(held.map(({ workload, own }) => [workload.kind, own])).toEqual([['StatefulSet', 2]]);
      await system.post('predictive/disable', DB);
      expect(its).toMatchObject({ spec: { minReplicas: 2 }, metadata: { annotations: {} } });
    },
  );

  it('while its annotations are stripped: the table still knows what to give back', async () => {
    put(system.server, 'Deployment', 'db', system.now(), { cores: 1.2 });
    put(system.server, 'StatefulSet', 'db', system.now(), { cores: 1.2 });
    const its = drive('Deployment', 'db');
    await enabled('Deployment');
    expect(its.spec.minReplicas).toBeGreaterThan(2);
    its.spec.scaleTargetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db' };
    its.metadata.annotations = {};
    await system.post('predictive/disable', { ...DB, kind: 'Deployment' });
    await system.tick();
    await system.post('release', {});
    expect(its.spec.minReplicas).toBe(2);
    expect(await system.ports.floors.list('demo')).toEqual([]);
  });
});

describe('a Deployment that an Argo Rollout runs', () => {
  test.each([0, 2])('is left alone at %i replicas, and the answer says where to turn', async (replicas) => {
    put(system.server, 'Deployment', 'old', system.now(), { replicas, cores: 2 });
    const workloadRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'old' };
    put(system.server, 'Rollout', 'canary', system.now(), { spec: { workloadRef } });
    const named = { deployment_name: 'old', namespace: 'shop', mode: 'scale' };
    const { body } = await system.post('predictive/enable', named);
    expect(body.decision).toMatchObject({ outcome: 'refused', blocked_by: 'owned_by_rollout' });
    expect(body.message).toContain('Argo Rollout canary runs its pods (workloadRef)');
    expect(body.message).toContain('kind Rollout, mode hpa-floor');
    await system.tick(3);
    expect(system.server.writes).toEqual([]);
  });
});

describe('without the right to read them', () => {
  it('status names the HPAs, the StatefulSet and the right', async () => {
    put(system.server, 'StatefulSet', 'db', system.now());
    drive('StatefulSet', 'db');
    system.server.refuse.statefulsets = 403;
    await system.tick();
    expect((await system.get('status/demo')).body.problems.join()).toMatch(
      /shop\/db \(HPA db-hpa\); grant the verb "list" on statefulsets.apps by infra\/manifests\/rbac-neighbours.yaml/,
    );
    const { status, body } = await system.post('predictive/enable', DB);
    expect([status, body.detail]).toEqual([503, expect.stringContaining('Grant the verb "list" on statefulsets.apps')]);
  });
});

describe('with ANNOTATE_ON_ENABLE', () => {
  it('only Deployments are marked: what was enabled of another kind stands in the table', async () => {
    await system.close();
    system = await startOnObjects({ ANNOTATE_ON_ENABLE: 'true' });
    put(system.server, 'StatefulSet', 'db', system.now(), { cores: 1.2 });
    put(system.server, 'Deployment', 'db', system.now());
    drive('StatefulSet', 'db');
    expect((await system.post('predictive/enable', DB)).status).toBe(200);
    await system.tick(2);
    expect(foreignWrites()).toEqual([]);
    expect((await system.get('status/demo')).body.predictive_enabled).toBe(1);
  });
});
