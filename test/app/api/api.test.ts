// The HTTP API through the deployed handlers: what it serves, what it changes, and how it refuses.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const API = '/api/autoscaling';
let system: Embedded;

beforeAll(async () => {
  const annotations = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/min-replicas': '2' };
  system = await startEmbedded([
    simulated({ load: () => 4.4 }),
    simulated({ name: 'annotated', annotations }),
    simulated({ name: 'owned', hpa: { minReplicas: 2, maxReplicas: 12, targetCpuPercent: 70 } }),
    simulated({ name: 'enabling', load: () => 4.4 }),
    simulated({ name: 'applied', load: () => 3.3, replicas: 8 }),
  ]);
  await system.tick();
});
afterAll(() => system.close());

describe('reads', () => {
  it('serves recommendations of every source, and changes nothing', async () => {
    const { status, body } = await system.get(`${API}/recommendations/demo?deployment=web&namespace=shop`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      recommendations: {
        predictive: { success: true, target_replicas: 10 },
        reactive: {
          success: true,
          target_replicas: 10,
          action: 'at_max',
          reason: expect.stringContaining('13 wanted'),
        },
        scheduled: null,
        llm: { success: false, error: 'no_api_key' },
        rules: { success: true, target_replicas: 10, action: 'at_max' },
      },
      decision: { action: 'at_max', target_replicas: 10, source: 'reactive', outcome: 'recommended' },
      llm_used: false,
      llm_model: null,
      cached: false,
      rate_limited: false,
      source: 'reactive',
    });
    expect(body.forecast.cpu.predictions).toHaveLength(6);
    expect(Date.parse(body.timestamp)).toBe(system.now());
    expect(system.cluster.replicas('shop/web')).toBe(10);
  });

  it('serves status: workloads, how many are enabled, replicas in total', async () => {
    const { body } = await system.get(`${API}/status/demo`);
    expect(body.workloads.map((row: { deployment: string }) => row.deployment)).toEqual([
      'annotated',
      'applied',
      'enabling',
      'owned',
      'web',
    ]);
    expect(body).toMatchObject({ success: true, cluster: 'demo', total_replicas: 48, problems: [] });
    expect(body.predictive_enabled).toBeGreaterThanOrEqual(1);
    const each = 0.5 * 0.04048 + 0.5 * 0.004445;
    const ofWeb = body.workloads.find((row: { deployment: string }) => row.deployment === 'web').cost;
    expect(ofWeb).toMatchObject({ usd_per_hour: Number((10 * each).toFixed(4)), potential_usd_per_month: 0 });
    expect(body.cost.usd_per_hour).toBeCloseTo(48 * each, 3);
    expect(body.cost).toMatchObject({ workloads_without_requests: 0, prices: { usd_per_vcpu_hour: 0.04048 } });
    const watched = 'too short to say: it has been watched for less than a day; from 2 days on its class is told';
    for (const row of body.workloads) expect(row.demand_class).toMatchObject({ name: 'too_short', message: watched });
  });

  it('serves history in pages, newest first, and each decision whole', async () => {
    const first = await system.get(`${API}/history/demo?deployment=web&namespace=shop&limit=1`);
    expect(first.body.decisions).toHaveLength(1);
    const id = encodeURIComponent(first.body.decisions[0].id);
    const whole = await system.get(`${API}/history/demo/${id}?deployment=web&namespace=shop`);
    expect(whole.body.decision.verdicts.map((verdict: { guardrail: string }) => verdict.guardrail)).toContain(
      'envelope',
    );
  });

  it('is open about itself', async () => {
    expect((await system.get('/health')).body).toMatchObject({ status: 'ok' });
    const { body } = await system.get('/openapi.json');
    expect(Object.keys(body.paths)).toContain('/api/autoscaling/predictive/enable/{cluster}');
  });
});

describe('commands', () => {
  const enable = (body: unknown) => system.post(`${API}/predictive/enable/demo`, body);

  it('enable marks the workload, decides, and in mode scale scales it now', async () => {
    const { status, body } = await enable({
      deployment_name: 'enabling',
      namespace: 'shop',
      min_replicas: 2,
      max_replicas: 20,
      mode: 'scale',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, decision: { outcome: 'applied', target_replicas: 13 } });
    expect(system.cluster.replicas('shop/enabling')).toBe(13);
    const shown = await system.get(`${API}/status/demo`);
    const row = shown.body.workloads.find((entry: { deployment: string }) => entry.deployment === 'enabling');
    expect(row).toMatchObject({ enabled: true, mode: 'scale' });
  });

  it('disable switches it off and leaves the replicas', async () => {
    const before = system.cluster.replicas('shop/enabling');
    const { body } = await system.post(`${API}/predictive/disable/demo`, {
      deployment_name: 'enabling',
      namespace: 'shop',
    });
    expect(body).toMatchObject({ success: true, decision: null });
    expect(system.cluster.replicas('shop/enabling')).toBe(before);
  });

  it('enable in mode recommend scales nothing', async () => {
    const { body } = await enable({ deployment_name: 'web', namespace: 'shop', mode: 'recommend' });
    expect(body.decision).toMatchObject({ outcome: 'recommended', target_replicas: 10 });
    expect(system.cluster.replicas('shop/web')).toBe(10);
  });

  it('enable in mode scale where an HPA owns the target says so and scales nothing', async () => {
    const { body } = await enable({ deployment_name: 'owned', namespace: 'shop', mode: 'scale' });
    expect(body.decision).toMatchObject({ outcome: 'refused', blocked_by: 'owned_by_hpa' });
    expect(body.message).toContain('HPA');
  });

  it('apply carries one decision out for a workload that is not enabled', async () => {
    const { body } = await system.post(`${API}/predictive/apply/demo`, {
      deployment_name: 'applied',
      namespace: 'shop',
    });
    expect(body.decision).toMatchObject({ outcome: 'applied', current_replicas: 8, target_replicas: 10 });
    expect(system.cluster.replicas('shop/applied')).toBe(10);
  });

  it('pause is a policy, and resume takes it back', async () => {
    const pause = (paused?: boolean) =>
      system.post(`${API}/predictive/pause/demo`, { deployment_name: 'web', namespace: 'shop', paused });
    expect((await pause()).body.message).toContain('paused');
    const shown = await system.get(`${API}/recommendations/demo?deployment=web&namespace=shop`);
    expect(shown.body.policy.paused).toBe(true);
    expect((await pause(false)).body.message).toContain('resumed');
  });

  it('does not argue with an annotation', async () => {
    const { status, body } = await enable({ deployment_name: 'annotated', namespace: 'shop', min_replicas: 3 });
    expect(status).toBe(409);
    expect(body.detail).toContain('min-replicas');
    expect(body.keys).toEqual(['predictive-autoscaling-enabled', 'min-replicas']);
  });
});

describe('bad input', () => {
  it.each([
    [`${API}/recommendations/nowhere?deployment=web&namespace=shop`, 'nowhere'],
    [`${API}/recommendations/demo?deployment=nothing&namespace=shop`, 'nothing'],
    [`${API}/recommendations/demo?deployment=web&namespace=elsewhere`, 'elsewhere'],
    [`${API}/history/demo?deployment=nothing&namespace=shop`, 'nothing'],
    [`${API}/status/nowhere`, 'nowhere'],
    ['/api/autoscaling', '/api/autoscaling'],
  ])('GET %s is 404 and says what was looked for', async (path, what) => {
    const { status, body } = await system.get(path);
    expect(status).toBe(404);
    expect(body).toMatchObject({ status: 404, success: false });
    expect(body.detail).toContain(what);
  });

  it.each([
    ['deployment', `${API}/recommendations/demo`],
    ['limit', `${API}/history/demo?deployment=web&limit=0`],
    ['deployment', `${API}/recommendations/demo?deployment=Web!`],
  ])('GET without a good %s is 400: %s', async (field, path) => {
    const { status, body } = await system.get(path);
    expect(status).toBe(400);
    expect(body.errors[0].field).toBe(field);
  });

  it.each([
    [{ min_replicas: 'abc' }, 'min_replicas: is "abc", expected a number'],
    [{ max_replicas: 1e9 }, 'max_replicas: is 1000000000, expected at most 10000'],
    [{ max_replicas: 0 }, 'max_replicas: is 0, expected at least 1'],
    [{ mode: 'yolo' }, 'mode: is "yolo", expected one of auto, recommend, propose, hpa-floor, scale'],
  ])('enable says of %j: %s', async (change, detail) => {
    const body = { deployment_name: 'web', namespace: 'shop', ...change };
    const answer = await system.post(`${API}/predictive/enable/demo`, body);
    expect(answer.body.detail).toBe(detail);
  });

  it('a cursor that is none is 400', async () => {
    const { status, body } = await system.get(`${API}/history/demo?deployment=web&namespace=shop&cursor=nonsense`);
    expect({ status, title: body.title }).toEqual({ status: 400, title: 'Invalid cursor' });
  });

  it('enable against an annotated bound is refused, and nothing is recorded', async () => {
    const body = { deployment_name: 'annotated', namespace: 'shop', max_replicas: 1 };
    const { body: refused } = await system.post(`${API}/predictive/enable/demo`, body);
    expect(refused.success).toBe(false);
  });

  it.each([
    ['min_replicas', { min_replicas: 'abc' }],
    ['min_replicas', { min_replicas: 0 }],
    ['min_replicas', { min_replicas: -1 }],
    ['min_replicas', { min_replicas: 1.5 }],
    ['min_replicas', { min_replicas: null }],
    ['max_replicas', { max_replicas: 0 }],
    ['max_replicas', { max_replicas: 1e9 }],
    ['min_replicas', { min_replicas: 9, max_replicas: 3 }],
    ['mode', { mode: 'yolo' }],
    ['slo', { slo: 101 }],
    ['unknown_field', { unknown_field: 1 }],
  ])('enable refuses a bad %s: %j', async (field, change) => {
    const { status, body } = await system.post(`${API}/predictive/enable/demo`, {
      deployment_name: 'web',
      namespace: 'shop',
      ...change,
    });
    expect(status).toBe(400);
    expect(body.errors[0].field).toBe(field);
  });

  it('enable refuses a cooldown nobody can read, in the policy’s words', async () => {
    const { status, body } = await system.post(`${API}/predictive/enable/demo`, {
      deployment_name: 'web',
      namespace: 'shop',
      cooldown: 'soon',
    });
    expect(status).toBe(400);
    expect(body.detail).toContain('a duration such as');
  });

  it('enable takes a memory target of off and a time zone, and says so', async () => {
    const wish = { deployment_name: 'web', namespace: 'shop', mode: 'recommend' };
    const bad = await system.post(`${API}/predictive/enable/demo`, { ...wish, target_memory: 'none' });
    expect(bad.status).toBe(400);
    const nowhere = await system.post(`${API}/predictive/enable/demo`, { ...wish, time_zone: 'Mars/Olympus_Mons' });
    expect(nowhere).toMatchObject({ status: 400, body: { detail: expect.stringContaining('an IANA time zone') } });
    const off = { ...wish, target_memory: 'off', restart_cost: '5m', time_zone: 'Europe/Berlin' };
    expect((await system.post(`${API}/predictive/enable/demo`, off)).status).toBe(200);
    const { body } = await system.get(`${API}/recommendations/demo?deployment=web&namespace=shop`);
    expect(body.policy).toMatchObject({ target_memory: 'off', restart_cost_seconds: 300, problems: [] });
    expect(body.policy).toMatchObject({ time_zone: 'Europe/Berlin' });
    await system.post(`${API}/predictive/enable/demo`, { ...wish, target_memory: 80 });
  });

  it('a body that is not JSON is 400; a workload that is not there is 404', async () => {
    expect((await system.post(`${API}/predictive/enable/demo`, '{')).status).toBe(400);
    const missing = await system.post(`${API}/predictive/enable/demo`, { deployment_name: 'gone', namespace: 'shop' });
    expect(missing).toMatchObject({ status: 404, body: { detail: expect.stringContaining('shop/gone') } });
  });
});

describe('an installation that marks Deployments', () => {
  const body = { deployment_name: 'web', namespace: 'shop' };
  const start = (annotations: Record<string, string>, ANNOTATE_ON_ENABLE: string) =>
    startEmbedded([simulated({ annotations })], { env: { ANNOTATE_ON_ENABLE } });
  const annotationsOf = async ({ ports }: Embedded) =>
    (await ports.reader.workload({ cluster: 'demo', namespace: 'shop', name: 'web' }))?.annotations;
  const MODE = { 'ai4k8s.io/mode': 'recommend' };

  it.each([
    { 'ai4k8s.io/predictive-autoscaling': 'enabled' },
    { 'ai4k8s.io/predictive-autoscaling-enabled': 'true' },
    { 'ai4k8s.io/predictive-autoscaling': 'enabled', 'ai4k8s.io/predictive-autoscaling-enabled': 'true' },
  ])('disables what is enabled by %j: the key that is there goes, and no other', async (annotations) => {
    const marking = await start({ ...annotations, ...MODE }, 'true');
    await marking.tick();
    expect((await marking.get(`${API}/status/demo`)).body.predictive_enabled).toBe(1);
    expect((await marking.post(`${API}/predictive/disable/demo`, body)).status).toBe(200);
    expect(await annotationsOf(marking)).toEqual(MODE);
    await marking.tick();
    expect((await marking.get(`${API}/status/demo`)).body.predictive_enabled).toBe(0);
    await marking.close();
  });

  it('enables by the spelling that is there', async () => {
    const marking = await start({ 'ai4k8s.io/predictive-autoscaling': 'disabled', ...MODE }, 'true');
    expect((await marking.post(`${API}/predictive/enable/demo`, body)).status).toBe(200);
    expect(await annotationsOf(marking)).toEqual({ 'ai4k8s.io/predictive-autoscaling': 'enabled', ...MODE });
    await marking.close();
  });

  const JSON_KEY = 'ai4k8s.io/predictive-autoscaling-config';
  it.each([
    ['false', { 'ai4k8s.io/predictive-autoscaling': 'enabled' }, 'ai4k8s.io/predictive-autoscaling '],
    ['false', { 'ai4k8s.io/predictive-autoscaling-enabled': 'true' }, 'ai4k8s.io/predictive-autoscaling-enabled '],
    [
      'true',
      { [JSON_KEY]: '{"predictive-autoscaling-enabled":true}' },
      `predictive-autoscaling-enabled in ${JSON_KEY} `,
    ],
    ['true', { [JSON_KEY]: '{"predictive_autoscaling":"enabled"}' }, `predictive-autoscaling in ${JSON_KEY} `],
  ])(
    'annotating allowed: %s, does not claim to disable what is enabled by %j, and names it',
    async (may, stated, named) => {
      const marking = await start(stated, may);
      const { status, body: refused } = await marking.post(`${API}/predictive/disable/demo`, body);
      expect(status).toBe(409);
      expect(refused.detail).toContain(` states ${named}`);
      expect(await annotationsOf(marking)).toEqual(stated);
      expect(await marking.ports.policies.get({ cluster: 'demo', namespace: 'shop', name: 'web' })).toBeNull();
      await marking.close();
    },
  );

  it('does not claim to disable where the cluster refuses the annotation', async () => {
    const annotations = { 'ai4k8s.io/predictive-autoscaling': 'enabled' };
    const marking = await start(annotations, 'true');
    await marking.tick();
    marking.faults.writesForbidden = true;
    const { status, body: refused } = await marking.post(`${API}/predictive/disable/demo`, body);
    expect({ status, keys: refused.keys }).toEqual({ status: 409, keys: ['predictive-autoscaling'] });
    expect(refused.detail).toContain('could not be changed');
    expect((await marking.get(`${API}/status/demo`)).body.predictive_enabled).toBe(1);
    await marking.close();
  });

  it('disables also where the answer to the annotation was lost', async () => {
    const marking = await start({ 'ai4k8s.io/predictive-autoscaling': 'enabled' }, 'true');
    marking.faults.lostAnswers = 1;
    expect((await marking.post(`${API}/predictive/disable/demo`, body)).status).toBe(200);
    expect(await annotationsOf(marking)).toEqual({});
    await marking.close();
  });

  it('enables and disables by its own mark', async () => {
    const marking = await startEmbedded([simulated()], { env: { ANNOTATE_ON_ENABLE: 'true' } });
    const enabled = async () => {
      await marking.tick();
      return (await marking.get(`${API}/status/demo`)).body.predictive_enabled;
    };
    expect((await marking.post(`${API}/predictive/enable/demo`, body)).status).toBe(200);
    expect(await enabled()).toBe(1);
    expect((await marking.post(`${API}/predictive/disable/demo`, body)).status).toBe(200);
    expect(await enabled()).toBe(0);
    await marking.close();
  });
});

describe('a read-only installation', () => {
  it('serves, and refuses every command with the reason', async () => {
    const readOnly = await startEmbedded([simulated()], { readOnly: 'only looking' });
    await readOnly.tick();
    expect((await readOnly.get(`${API}/status/demo`)).status).toBe(200);
    const { status, body } = await readOnly.post(`${API}/predictive/enable/demo`, {
      deployment_name: 'web',
      namespace: 'shop',
    });
    expect({ status, detail: body.detail }).toEqual({ status: 403, detail: 'only looking' });
    await readOnly.close();
  });
});
