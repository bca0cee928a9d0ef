// What is said of all of a namespace, from the request to what ticks, looks, commands and answers make of it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const API = '/api/autoscaling';
const ENABLED = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/mode': 'scale' };
const POLICY = `${API}/policy/demo`;

let system: Embedded;
beforeAll(async () => {
  const capped = simulated({ load: () => 5, annotations: { ...ENABLED, 'ai4k8s.io/max-replicas': '50' } });
  const env = { POLICY_DEFAULTS: '{"slo":"99.9"}' };
  system = await startEmbedded([capped, simulated({ name: 'idle', load: () => 0.2 })], { env });
});
afterAll(() => system.close());

const row = async (name: string) => {
  const { body } = await system.get(`${API}/status/demo`);
  return (body.workloads as { deployment: string }[]).find(({ deployment }) => deployment === name) as Record<
    string,
    unknown
  >;
};

describe('the policy of a namespace', () => {
  it('is refused with every error at once', async () => {
    const { status, body } = await system.post(POLICY, {
      namespace: 'shop',
      cap_mode: 'yolo',
      max_replicas: 0,
      paused: true,
    });
    expect(status).toBe(400);
    expect((body.errors as { field: string }[]).map(({ field }) => field).toSorted()).toEqual([
      'cap_mode',
      'max_replicas',
      'paused',
    ]);
    const wide = await system.post(POLICY, { enabled: true });
    expect(wide.status).toBe(400);
    expect(await system.post(POLICY, { namespace: 'shop' })).toMatchObject({ status: 400 });
    const whole = await system.post(POLICY, { namespace: 'shop', min_replicas: 9, max_replicas: 3 });
    expect(whole).toMatchObject({ status: 400, body: { title: 'Invalid policy' } });
  });

  it('caps ticks, and status says who gave which value', async () => {
    expect((await system.post(POLICY, { namespace: 'shop', cap_max_replicas: 4 })).status).toBe(200);
    await system.tick(6);
    const web = await row('web');
    expect(web.replicas).toBeLessThanOrEqual(4);
    expect(web).toMatchObject({
      policy_from: { max_replicas: 'cap of the namespace record', slo: 'installation', mode: 'annotation' },
      clipped: ['max-replicas 50 (annotation) is more than cap-max-replicas of the namespace record: 4 holds'],
      problems: [],
    });
    const { body } = await system.get(`${API}/recommendations/demo?deployment=web&namespace=shop`);
    expect(body.policy).toMatchObject({ max_replicas: 4, slo: 99.9, from: { slo: 'installation' } });
  });

  it('holds for a person too, as far as its number goes', async () => {
    const { body } = await system.post(`${API}/predictive/apply/demo`, { deployment_name: 'web', namespace: 'shop' });
    expect((body.decision as { target_replicas: number }).target_replicas).toBeLessThanOrEqual(4);
  });

  it('leaves a change to a person where it caps the mode', async () => {
    await system.post(POLICY, { namespace: 'shop', cap_mode: 'propose', unset: ['cap_max_replicas'] });
    const before = (await row('web')).replicas;
    await system.tick(3);
    expect(await row('web')).toMatchObject({ mode: 'propose', replicas: before, why_not: { code: 'proposed' } });
  });

  it('lists it for windows of size 0, which it refuses before, and names who made one', async () => {
    const sized = { deployment_name: 'web', namespace: 'shop', time_zone: 'UTC', size: 0 };
    const off = { ...sized, cron: '0 22 * * *', duration_minutes: 60 };
    const create = () => system.post(`${API}/schedule/create/demo`, off);
    expect((await create()).body.detail).toContain('not listed for size 0 (allow-zero)');
    await system.post(POLICY, { namespace: 'shop', allow_zero: true });
    expect(await create()).toMatchObject({ status: 200, body: { window: { size: 0 } } });
    const [listed] = [...(await system.ports.schedules.list('demo')).values()].flat();
    expect(listed?.window.by).toEqual(listed?.createdBy ?? 'somebody');
    expect(await create()).toMatchObject({
      status: 200,
      body: { message: expect.stringContaining('had this window already') },
    });
    await system.post(POLICY, { namespace: 'shop', unset: ['allow_zero'] });
  });

  it('opts all of it in, to be told about, and is taken back', async () => {
    expect(await row('idle')).toMatchObject({ enabled: false });
    await system.post(POLICY, { namespace: 'shop', enabled: true });
    expect(await row('idle')).toMatchObject({
      enabled: true,
      rung: 'recommend',
      policy_from: { enabled: 'namespace record', mode: 'opt-in of the namespace' },
    });
    await system.post(POLICY, { namespace: 'shop', unset: ['enabled', 'cap_mode'] });
    expect(await row('idle')).toMatchObject({ enabled: false });
    const { body } = await system.get(POLICY);
    expect(body).toMatchObject({ installation: { slo: '99.9' }, levels: [{ namespace: 'shop', policy: {} }] });
  });
});
