// What people ask for through the API: seen at once in status, recommendations and history, with who asked, and by the ticks after it.
import { afterEach, describe, expect, it } from 'vitest';
import { makeCommandApi } from '../../../lib/app/api/command-api.ts';
import { lambdaHandler } from '../../../lib/app/api/lambda.ts';
import { apiRequest } from '../../infra/api-request.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const API = '/api/autoscaling';
const WEB = { deployment_name: 'web', namespace: 'shop' };
const ref = { cluster: 'demo', namespace: 'shop', name: 'web' };
const HPA = { minReplicas: 2, maxReplicas: 12, targetCpuPercent: 90 };

let system: Embedded;
afterEach(() => system.close());

/** As API Gateway hands a signed request over. */
async function asks(who: string, path: string, body: object = WEB) {
  const app = makeCommandApi({
    ports: system.command.ports,
    settings: { ...system.settings, annotateOnEnable: false },
    clusters: ['demo'],
    log: system.ports.log,
    readOnly: null,
    requestedBy: () => who,
  });
  const answer = await lambdaHandler(app)(apiRequest('POST', `${API}/${path}/demo`, body));
  return { status: answer.statusCode, body: JSON.parse(answer.body) as Record<string, unknown> };
}

const row = async () =>
  (await system.get(`${API}/status/demo`)).body.workloads.find(
    (one: { deployment: string }) => one.deployment === 'web',
  );
const history = async () => (await system.get(`${API}/history/demo?deployment=web&namespace=shop`)).body.decisions;
const recommended = async () => (await system.get(`${API}/recommendations/demo?deployment=web&namespace=shop`)).body;
const linesBy = async (who: string) =>
  (await history()).filter((line: { requested_by: string | null }) => line.requested_by === who);

describe('without an HPA', () => {
  const start = async () => {
    system = await startEmbedded([simulated({ load: () => 4.4 }), simulated({ name: 'other' })]);
    await system.tick();
    system.advance(0.5);
  };

  it('an apply shows its outcome, target and who asked before the next tick, and says the same after it', async () => {
    await start();
    const { body } = await asks('alice', 'predictive/enable', { ...WEB, mode: 'scale', max_replicas: 20 });
    expect(body.message).toContain('scaled 10 → 13 replicas');
    expect(await row()).toMatchObject({
      enabled: true,
      replicas: 13,
      target_replicas: 13,
      outcome: 'applied',
      requested_by: 'alice',
    });
    expect(await linesBy('alice')).toMatchObject([
      { outcome: 'applied', current_replicas: 10, target_replicas: 13 },
      {
        outcome_message: expect.stringMatching(
          /^enabled, mode scale, max-replicas 20$|^enabled, max-replicas 20, mode scale$/,
        ),
      },
    ]);
    const { decision } = await recommended();
    expect(decision).toMatchObject({ current_replicas: 13 });
    expect(JSON.stringify(decision)).not.toContain('somebody');
    await system.tick(3);
    expect(JSON.stringify([await row(), await history()])).not.toContain('somebody');
    expect(await linesBy('alice')).toHaveLength(2);
    expect(system.events.filter(({ type }) => type === 'DecisionApplied')).toMatchObject([
      { detail: { target: 13, requestedBy: 'alice' } },
    ]);
    expect(await system.ports.ticks.asked('demo')).toEqual([]);
  });

  it.each([
    ['predictive/disable', WEB, /^disabled/, { enabled: false }],
    ['predictive/pause', WEB, /^paused/, { enabled: true }],
    ['predictive/pause', { ...WEB, paused: false }, /^resumed/, { enabled: true }],
  ] as const)('%s of %j leaves a line with who asked, and shows in status', async (path, body, message, shown) => {
    await start();
    await asks('alice', 'predictive/enable', { ...WEB, mode: 'scale', max_replicas: 20 });
    system.advance(0.2);
    expect((await asks('bob', path, body)).status).toBe(200);
    expect(await linesBy('bob')).toMatchObject([{ outcome_message: expect.stringMatching(message) }]);
    expect(await row()).toMatchObject({
      ...shown,
      requested_by: 'bob',
      outcome_message: expect.stringMatching(message),
    });
    await system.tick(2);
    expect(await linesBy('bob')).toHaveLength(1);
    expect(await row()).toMatchObject({ ...shown, requested_by: null });
    expect(await system.ports.ticks.asked('demo')).toEqual([]);
  });

  it('a later enable that leaves keys out keeps them and says which', async () => {
    await start();
    await asks('alice', 'predictive/enable', { ...WEB, mode: 'recommend', max_replicas: 20, slo: 99 });
    const { body } = await asks('bob', 'predictive/enable', { ...WEB, max_replicas: 15 });
    expect(body.kept).toEqual({ mode: 'recommend', slo: '99' });
    expect(body.message).toMatch(/kept from before: (mode recommend, slo 99|slo 99, mode recommend)/);
    expect((await system.ports.policies.get(ref))?.values).toMatchObject({
      mode: 'recommend',
      slo: '99',
      'max-replicas': '15',
    });
    const { body: nothing } = await asks('bob', 'predictive/enable', {
      ...WEB,
      mode: 'scale',
      max_replicas: 20,
      slo: 99,
    });
    expect(nothing.kept).toEqual({});
    expect(nothing.message).not.toContain('kept');
  });

  it('an apply whose answer the cluster lost is looked up, told as done, and known to the ticks', async () => {
    await start();
    system.faults.lostAnswers = 1;
    const { body } = await asks('alice', 'predictive/enable', { ...WEB, mode: 'scale', max_replicas: 20 });
    expect(body).toMatchObject({ success: true, decision: { outcome: 'applied' } });
    expect(body.message).toContain('its answer was lost');
    await system.tick(2);
    expect(JSON.stringify([await row(), await history()])).not.toContain('somebody');
  });

  it('an HPA that is made and deleted is in the history with who asked, also where the answers are lost', async () => {
    await start();
    for (const lostAnswers of [0, 1]) {
      system.faults.lostAnswers = lostAnswers;
      expect(await asks('alice', 'hpa/create')).toMatchObject({ status: 200, body: { changed: true } });
      system.advance(0.1);
      system.faults.lostAnswers = lostAnswers;
      expect(await asks('bob', 'hpa/delete')).toMatchObject({ status: 200, body: { changed: true } });
      system.advance(0.1);
    }
    const created = expect.stringMatching(/^HPA web-hpa created/);
    const deleted = expect.stringMatching(/^HPA web-hpa deleted/);
    expect(await linesBy('alice')).toMatchObject([{ outcome_message: created }, { outcome_message: created }]);
    expect(await linesBy('bob')).toMatchObject([{ outcome_message: deleted }, { outcome_message: deleted }]);
    await system.tick(2);
    expect(await system.ports.ticks.asked('demo')).toEqual([]);
  });
});

describe('under an HPA', () => {
  const start = async () => {
    system = await startEmbedded([simulated({ load: () => 2, replicas: 4, hpa: HPA })]);
    await system.tick();
    system.advance(0.3);
  };
  const hpa = async () => (await system.ports.hpas.list('demo', 'shop'))[0];

  it('a floor whose answer was lost is found done, by a command and by a tick', async () => {
    await start();
    system.faults.lostAnswers = 1;
    const { body } = await asks('alice', 'predictive/enable');
    expect(body.decision).toMatchObject({ outcome: 'applied' });
    expect(body.message).toContain('its answer was lost');
    expect((await system.ports.floors.get(ref))?.confirmed).toBe(true);
    expect(await row()).toMatchObject({ requested_by: 'alice', outcome: 'applied' });
    await system.tick(2);
    expect(JSON.stringify([await row(), await history()])).not.toContain('somebody');
    system.faults.lostAnswers = 1;
    const { body: disabled } = await asks('bob', 'predictive/disable');
    expect(disabled.message).toContain('its answer was lost');
    expect(await hpa()).toMatchObject({ minReplicas: 2, annotations: {} });
    expect(await linesBy('bob')).toMatchObject([
      { outcome_message: expect.stringContaining('has its own minReplicas back') },
    ]);
    expect(await system.ports.floors.get(ref)).toBeNull();
  });

  it('a release is in the history of each workload with who asked', async () => {
    await start();
    await asks('alice', 'predictive/enable');
    system.advance(0.1);
    expect(await asks('carol', 'release', {})).toMatchObject({
      body: { success: true, given_back: [expect.stringContaining('→ 2')] },
    });
    expect(await linesBy('carol')).toMatchObject([
      { outcome_message: expect.stringContaining('has its own minReplicas back') },
    ]);
    expect(await hpa()).toMatchObject({ minReplicas: 2 });
  });
});
