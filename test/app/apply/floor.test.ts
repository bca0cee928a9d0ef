// Whole ticks and commands where an HPA owns the target: its minReplicas follows us, and is given back.
import { load as parsed } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdapterError } from '../../../lib/app/ports/world.ts';
import { runTick } from '../../../lib/app/tick/tick.ts';
import { runWatchdog } from '../../../lib/app/watchdog/watchdog.ts';
import type { JsonObject } from '../../../local/simulated-cluster/kube-object.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const API = '/api/autoscaling';
const WEB = { deployment_name: 'web', namespace: 'shop' };
const HPA = { minReplicas: 2, maxReplicas: 12, targetCpuPercent: 90 };
const ref = { cluster: 'demo', namespace: 'shop', name: 'web' };

let system: Embedded;
let load: number;
beforeEach(async () => {
  load = 2;
  system = await startEmbedded([
    simulated({ load: () => load, replicas: 4, hpa: HPA }),
    simulated({ name: 'plain', load: () => 1, replicas: 4 }),
  ]);
  await system.tick();
});
afterEach(() => system.close());

const post = (path: string, body: object) => system.post(`${API}/${path}/demo`, body);
const hpaOf = async (deployment: string) =>
  (await system.ports.hpas.list('demo', 'shop')).find((hpa) => hpa.deployment === deployment);
const floor = async () => (await hpaOf('web'))?.minReplicas;

describe('enable in mode auto where an HPA owns the target', () => {
  it('raises its minReplicas now, and the HPA brings the replicas', async () => {
    const { body } = await post('predictive/enable', WEB);
    expect(body.message).toContain('raised minReplicas of HPA web 2 →');
    expect(body.decision).toMatchObject({ outcome: 'applied', blocked_by: null });
    const raised = body.decision.target_replicas;
    expect(await floor()).toBe(raised);
    expect(raised).toBeGreaterThan(4);
    await system.tick(2);
    expect(system.cluster.replicas('shop/web')).toBeGreaterThanOrEqual(raised);
    // The floor must not hold itself up: the policy's minimum is still the user's own.
    const { body: asked } = await system.get(`${API}/recommendations/demo?deployment=web&namespace=shop`);
    expect(asked.policy.min_replicas).toBe(2);
  });

  it('lowers it again with the load, to the minimum of its user and not further', async () => {
    await post('predictive/enable', WEB);
    load = 0.2;
    await system.tick(45);
    expect(await floor()).toBe(2);
    expect((await hpaOf('web'))?.annotations).toEqual({});
    expect(system.cluster.replicas('shop/web')).toBe(2);
  });

  it('says what the HPA holds where that is more', async () => {
    await post('predictive/enable', { ...WEB, max_replicas: 3 });
    await system.tick(2);
    const { body } = await system.get(`${API}/history/demo?deployment=web&namespace=shop`);
    expect(body.decisions.map((one: { outcome_message: string }) => one.outcome_message).join()).toMatch(
      /HPA holds \d/,
    );
  });

  it('does not follow what the HPA added by itself while the load is not known', async () => {
    load = 0.5;
    await post('predictive/enable', WEB);
    await system.tick(12);
    const before = await floor();
    expect(before).toBeLessThan(4);
    const { resourceVersion = '' } = (await system.ports.reader.workload(ref)) ?? {};
    system.faults.metricsAway = true; // its HPA is blind as well, and holds what it has
    expect(await system.ports.writer.scale(ref, 9, resourceVersion)).toEqual({ kind: 'applied' });
    await system.tick(10);
    expect(system.cluster.replicas('shop/web')).toBe(9);
    expect(await floor()).toBe(before);
  });

  it('is not there in mode scale and recommend', async () => {
    for (const mode of ['scale', 'recommend']) await post('predictive/enable', { ...WEB, mode });
    await system.tick(2);
    expect(await floor()).toBe(2);
  });
});

describe('a floor is given back', () => {
  beforeEach(async () => {
    await post('predictive/enable', WEB);
    expect(await floor()).toBeGreaterThan(2);
  });

  it.each([
    ['disable', () => post('predictive/disable', WEB)],
    ['pause', () => post('predictive/pause', WEB)],
    ['a change of mode', () => post('predictive/enable', { ...WEB, mode: 'recommend' })],
  ])('on %s, and said', async (_what, command) => {
    const { status, body } = await command();
    expect(status).toBe(200);
    expect(await floor()).toBe(2);
    if (body.decision === null) expect(body.message).toContain('has its own minReplicas back');
  });

  it('on release, which is said once and holds for its time', async () => {
    const { body } = await post('release', {});
    expect(body).toMatchObject({ success: true, given_back: [expect.stringContaining('→ 2')], failed: [] });
    expect((await post('release', {})).body).toMatchObject({ success: true, given_back: [] });
    await system.tick(3);
    expect(await floor()).toBe(2);
    await post('release', { hold_minutes: 0 });
    await system.tick(2);
    expect(await floor()).toBeGreaterThan(2);
  });

  it('on release as far as the cluster lets us, and what it does not is said', async () => {
    system.faults.writesForbidden = true;
    const { body } = await post('release', {});
    expect(body).toMatchObject({ success: false, given_back: [], failed: [expect.stringContaining('web')] });
    system.faults.writesForbidden = false;
    expect((await post('release', {})).body.given_back).toHaveLength(1);
  });

  it('by the watchdog when ticks stop, and not before', async () => {
    const watch = () => runWatchdog(system.watchdog.ports, system.settings, 'demo', system.now());
    expect(await watch()).toMatchObject({ reason: 'tended' });
    system.advance(9);
    expect(await watch()).toMatchObject({ reason: 'tended' });
    system.advance(3);
    expect(await watch()).toMatchObject({ reason: 'ticks_stopped' });
    expect(await floor()).toBe(2);
    expect(await system.ports.floors.get(ref)).toBeNull();
  });

  it('not by the watchdog where the workload names a signal: whether it is known, ticks say', async () => {
    const { reader } = system.watchdog.ports;
    const snapshot = async (cluster: string) => {
      const seen = await reader.snapshot(cluster);
      const naming = [...seen.workloads].map(([key, one]) => {
        return [
          key,
          { ...one, annotations: { ...one.annotations, 'ai4k8s.io/signal.requests': 'target=80' } },
        ] as const;
      });
      return { ...seen, workloads: new Map(naming) };
    };
    const ports = { ...system.watchdog.ports, reader: { ...reader, snapshot } };
    expect(await runWatchdog(ports, system.settings, 'demo', system.now())).toMatchObject({ reason: 'tended' });
    expect(await floor()).toBeGreaterThan(2);
  });

  it('by nobody under the kill switch', async () => {
    system.advance(60);
    const settings = { ...system.settings, killSwitch: 'set' };
    expect(await runWatchdog(system.watchdog.ports, settings, 'demo', system.now())).toMatchObject({
      reason: 'kill_switch',
    });
    expect(await floor()).toBeGreaterThan(2);
  });

  it('by no command while somebody has turned the kill switch on, but by a release', async () => {
    const turn = (state: string) => system.post('/api/autoscaling/kill-switch/demo', { state, reason: 'INC-3' });
    await turn('on');
    const { body } = await system.post('/api/autoscaling/predictive/disable/demo', WEB);
    expect(body.message).toMatch(/its floor is not given back yet: the kill switch is on since .*: INC-3/);
    await system.tick();
    expect(await floor()).toBeGreaterThan(2);
    expect((await system.post('/api/autoscaling/release/demo', {})).body.given_back).toHaveLength(1);
    expect(await floor()).toBe(2);
  });
});

describe('somebody who sets minReplicas against a floor', () => {
  const told = async () => JSON.stringify((await system.get(`${API}/history/demo?deployment=web&namespace=shop`)).body);
  const overrule = async (minReplicas: number) => {
    const hpa = await hpaOf('web');
    if (hpa === undefined) throw new Error('no HPA drives web');
    expect(await system.ports.hpas.patch(hpa, minReplicas, {})).toEqual({ kind: 'applied' });
  };
  beforeEach(async () => {
    await post('predictive/enable', WEB);
    expect(await floor()).toBeGreaterThan(3);
  });

  it('is given way to for ten minutes, named, and twice as long the next time', async () => {
    for (const minutes of [10, 20]) {
      await overrule(3);
      await system.tick();
      expect(await hpaOf('web')).toMatchObject({ minReplicas: 3, annotations: {} });
      expect(await told()).toContain('set minReplicas of HPA web to 3 against ours');
      if (minutes > 10) expect(await told()).toContain('against ours, 2 times in a row by now: it is left so until');
      await system.tick(minutes - 1);
      expect(await floor()).toBe(3);
      await system.tick(2);
      expect(await floor()).toBeGreaterThan(3);
    }
    expect((await system.ports.floors.get(ref))?.overruled).toMatchObject({ times: 2 });
  });

  it('is given way to as well where he made the HPA anew, without our annotations', async () => {
    const hpa = await hpaOf('web');
    if (hpa === undefined) throw new Error('no HPA drives web');
    const gone = { 'ai4k8s.io/original-min-replicas': null, 'ai4k8s.io/floor-min-replicas': null };
    await system.ports.hpas.patch(hpa, 2, gone);
    await system.tick(3);
    expect(await floor()).toBe(2);
  });

  it('ends it by disabling and enabling anew', async () => {
    await overrule(3);
    await system.tick();
    await post('predictive/disable', WEB);
    expect(await system.ports.floors.get(ref)).toBeNull();
    await post('predictive/enable', WEB);
    expect(await floor()).toBeGreaterThan(3);
  });
});

describe('an HPA whose user switched a direction off', () => {
  const withBehavior = async (behavior: object, play: (of: Embedded) => Promise<void>) => {
    const of = await startEmbedded([
      simulated({ load: () => load, replicas: 4, hpa: { ...HPA, behavior: behavior as JsonObject } }),
    ]);
    await of.tick();
    await play(of);
    await of.close();
  };
  const enable = (of: Embedded) => of.post(`${API}/predictive/enable/demo`, WEB);
  const minOf = async (of: Embedded) => (await of.ports.hpas.list('demo', 'shop'))[0]?.minReplicas;

  it('up: its floor is not raised, which is refused in so many words, and shown', async () => {
    await withBehavior({ scaleUp: { selectPolicy: 'Disabled' } }, async (of) => {
      const { body } = await enable(of);
      expect(body.decision).toMatchObject({ outcome: 'refused' });
      expect(body.decision.outcome_message).toContain('scaleUp.selectPolicy Disabled): its minReplicas stays 2');
      await of.tick(3);
      expect(await minOf(of)).toBe(2);
      const { body: asked } = await of.get(`${API}/recommendations/demo?deployment=web&namespace=shop`);
      const shown = { own_min_replicas: 2, scale_up: { select_policy: 'disabled' } };
      expect(asked.observation.hpa).toMatchObject(shown);
      const { body: status } = await of.get(`${API}/status/demo`);
      expect(status.workloads[0].hpa).toMatchObject(shown);
    });
  });

  it('down: its floor comes down, which is said to bring nothing down, and all that is not ours stays as it was', async () => {
    const behavior = { scaleDown: { selectPolicy: 'Disabled', tolerance: '0.03' }, scaleUp: { tolerance: '20m' } };
    await withBehavior(behavior, async (of) => {
      await enable(of);
      const raised = await minOf(of);
      load = 0.2;
      await of.tick(15);
      expect(await minOf(of)).toBeLessThan(raised ?? 0);
      expect(of.cluster.replicas('shop/web')).toBeGreaterThan(4);
      const { body } = await of.get(`${API}/history/demo?deployment=web&namespace=shop`);
      expect(JSON.stringify(body)).toContain('nothing comes down by that');
      const left = { down: { select: 'disabled', tolerance: 0.03 }, up: { tolerance: 0.02 } };
      expect((await of.ports.reader.workload(ref))?.hpa).toMatchObject(left);
    });
  });
});

describe('an HPA on request', () => {
  const PLAIN = { deployment_name: 'plain', namespace: 'shop' };

  it('is created once and deleted once', async () => {
    expect((await post('hpa/create', PLAIN)).body).toMatchObject({ success: true, hpa: 'plain-hpa', changed: true });
    expect((await post('hpa/create', PLAIN)).body).toMatchObject({ success: true, changed: false });
    expect(await hpaOf('plain')).toMatchObject({ managedBy: 'ai4k8s', minReplicas: 1, maxReplicas: 10 });
    expect((await post('hpa/delete', PLAIN)).body).toMatchObject({ success: true, changed: true });
    expect((await post('hpa/delete', PLAIN)).body).toMatchObject({ success: true, changed: false });
  });

  it('where one is there that is not ours is refused with 409', async () => {
    const { status, body } = await post('hpa/create', WEB);
    expect({ status, title: body.title }).toEqual({ status: 409, title: 'Not our HPA' });
    expect(body.detail).toContain('was not made by AI4K8s');
    expect((await post('predictive/enable', { ...WEB, create_hpa: true })).status).toBe(409);
  });

  it('is offered by enable where there is none, as it would be made', async () => {
    const { body } = await post('predictive/enable', { ...PLAIN, min_replicas: 2, max_replicas: 8 });
    const { name, yaml, create } = body.hpa_offer;
    expect(name).toBe('plain-hpa');
    expect((await post('predictive/enable', { ...PLAIN, mode: 'recommend' })).body.hpa_offer).toMatchObject({
      yaml,
      create: null,
    });
    expect((await post('predictive/enable', { ...PLAIN, mode: 'scale' })).body.hpa_offer).toBeNull();
    await post('predictive/enable', { ...PLAIN, mode: 'auto' });
    expect(create.path).toBe('/api/autoscaling/hpa/create/demo');
    expect((await post('hpa/create', create.body)).status).toBe(200);
    const { namespace, minReplicas, maxReplicas } = (await hpaOf('plain')) ?? {};
    expect(parsed(yaml)).toMatchObject({
      metadata: { name: 'plain-hpa', namespace },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'plain' }, minReplicas, maxReplicas },
    });
    // In Git it is theirs: nothing marks it as one that we may delete.
    expect(yaml).not.toContain('managed-by');
    expect(yaml).toMatch(
      /name: cpu\n.*\n.*\n +averageUtilization: 70\n[\s\S]*name: memory\n.*\n.*\n +averageUtilization: 80$/,
    );
    expect((await post('predictive/enable', WEB)).body.hpa_offer).toBeNull();
  });

  it('comes with enable, and is worked through', async () => {
    const { body } = await post('predictive/enable', { ...PLAIN, min_replicas: 2, max_replicas: 8, create_hpa: true });
    expect(body.message).toContain('HPA plain-hpa created');
    expect(body.hpa_offer).toBeNull();
    expect(body.decision.blocked_by).toBeNull();
    expect(await hpaOf('plain')).toMatchObject({ maxReplicas: 8 });
    expect((await post('predictive/enable', { ...PLAIN, mode: 'scale', create_hpa: true })).status).toBe(400);
  });
});

describe('a floor whose annotations somebody stripped', () => {
  const STRIP = { 'ai4k8s.io/original-min-replicas': null, 'ai4k8s.io/floor-min-replicas': null };
  beforeEach(async () => {
    await post('predictive/enable', WEB);
    const [hpa, record] = [await hpaOf('web'), await system.ports.floors.get(ref)];
    if (hpa === undefined || record === null) throw new Error('no floor is held on web');
    expect(record).toMatchObject({ own: 2, confirmed: true });
    await system.ports.hpas.patch(hpa, null, STRIP);
  });
  const unconfirm = async () => {
    const record = await system.ports.floors.get(ref);
    if (record !== null) await system.ports.floors.put({ ...record, confirmed: false });
  };

  describe.each([
    ['confirmed', async () => undefined],
    ['not confirmed, since we died or the table was away', unconfirm],
  ])('while its record was %s', (_state, prepare) => {
    beforeEach(prepare);

    it.each([
      ['disable', () => post('predictive/disable', WEB)],
      ['pause', () => post('predictive/pause', WEB)],
      ['release', () => post('release', {})],
      [
        'the watchdog, where ticks stopped',
        () => runWatchdog(system.watchdog.ports, system.settings, 'demo', system.now() + 11 * 60_000),
      ],
    ])('is given back on %s', async (_what, command) => {
      await command();
      expect(await floor()).toBe(2);
      expect(await system.ports.floors.get(ref)).toBeNull();
    });

    it('comes down with the load, and does not hold itself up', async () => {
      load = 0.2;
      await system.tick(45);
      expect(await floor()).toBe(2);
    });

    it('is given back by a tick where the opt-in is gone', async () => {
      await system.command.ports.policies.put({
        workload: ref,
        values: { 'predictive-autoscaling-enabled': 'false' },
        updatedAt: system.now(),
        updatedBy: null,
      });
      await system.tick();
      expect(await floor()).toBe(2);
    });
  });

  it('is not ours where a person set another number meanwhile, and the record was not confirmed', async () => {
    await unconfirm();
    const hpa = await hpaOf('web');
    if (hpa === undefined) throw new Error('no HPA drives web');
    await system.ports.hpas.patch(hpa, 3, {});
    await post('release', {});
    expect(await floor()).toBe(3);
  });
});

describe('a floor that was set', () => {
  it('is told so where only its confirmation failed, and confirmed by a later tick', async () => {
    const floors = system.ports.floors;
    let isAway = true;
    const put: typeof floors.put = async (record) => {
      if (record.confirmed && isAway) throw new AdapterError('dynamodb', 'throttled', { retryable: true });
      await floors.put(record);
    };
    await system.command.ports.policies.put({
      workload: ref,
      values: { 'predictive-autoscaling-enabled': 'true' },
      updatedAt: system.now(),
      updatedBy: null,
    });
    const ports = { ...system.ports, floors: { ...floors, put } };
    system.advance(1);
    await runTick(ports, system.settings, 'demo', system.now());
    expect(await floor()).toBeGreaterThan(2);
    const { body } = await system.get(`${API}/status/demo`);
    const row = body.workloads.find(({ deployment }: { deployment: string }) => deployment === 'web');
    expect(row).toMatchObject({ outcome: 'applied', outcome_message: expect.stringContaining('not confirmed yet') });
    expect((await floors.get(ref))?.confirmed).toBe(false);
    isAway = false;
    await post('predictive/apply', WEB);
    await post('predictive/disable', WEB);
    expect(await floor()).toBe(2);
  });
});
