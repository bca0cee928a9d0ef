// Scheduled windows through the deployed handlers: created, listed, carried out by ticks, removed, and refused in words.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const SCHEDULE = '/api/autoscaling/schedule';
const SCALED = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'scale',
  'ai4k8s.io/max-replicas': '40',
};
/** Half past twelve in London, a Wednesday. */
const START = Date.parse('2026-03-04T12:30:00Z');
const LUNCH = { time_zone: 'Europe/London', days: ['wed'], start: '12:35', end: '12:45' };
let system: Embedded;

beforeAll(async () => {
  system = await startEmbedded(
    [
      simulated({ annotations: SCALED, load: () => 3.5 }),
      simulated({ name: 'quiet' }),
      simulated({ name: 'capped', annotations: SCALED, load: () => 4 }),
    ],
    { start: START },
  );
  await system.tick();
});
afterAll(() => system.close());

const create = (body: object, name = 'web') =>
  system.post(`${SCHEDULE}/create/demo`, { deployment_name: name, namespace: 'shop', ...body });
const remove = (id: string, name = 'web') =>
  system.post(`${SCHEDULE}/delete/demo`, { deployment_name: name, namespace: 'shop', id });
const list = (name = 'web') => system.get(`${SCHEDULE}/demo?deployment=${name}&namespace=shop`);
const recommended = async (name: string) =>
  (await system.get(`/api/autoscaling/recommendations/demo?deployment=${name}&namespace=shop`)).body;

describe('a window, from its creation to its end', () => {
  it('is created, and says when it is next', async () => {
    const { status, body } = await create({ ...LUNCH, floor: 24 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      success: true,
      window: {
        ...LUNCH,
        floor: 24,
        active_now: false,
        next_start: '2026-03-04T12:35:00.000Z',
        next_end: '2026-03-04T12:45:00.000Z',
      },
    });
    expect(body.message).toBe(`shop/web has a new window: ${body.window.id}`);
  });

  it('sent again after a time-out, is still one', async () => {
    const { body } = await create({ ...LUNCH, floor: 24 });
    expect(body.message).toContain('had this window already');
    expect((await list()).body.windows).toHaveLength(1);
  });

  it('changes nothing before it starts', async () => {
    expect((await recommended('web')).recommendations.scheduled).toBeNull();
    expect(system.cluster.replicas('shop/web')).toBe(10);
  });

  it('is carried out in full by the tick of its start, and shown as the scheduled source', async () => {
    await system.tick(4);
    expect(system.cluster.replicas('shop/web')).toBe(24);
    const body = await recommended('web');
    expect(body.recommendations.scheduled).toMatchObject({ success: true, target_replicas: 24 });
    expect((await list()).body.windows).toEqual([
      expect.objectContaining({
        active_now: true,
        next_start: '2026-03-11T12:35:00.000Z',
        next_end: '2026-03-04T12:45:00.000Z',
      }),
    ]);
  });

  it('names the window in history', async () => {
    const { body } = await system.get('/api/autoscaling/history/demo?deployment=web&namespace=shop&limit=1');
    expect(body.decisions[0]).toMatchObject({ outcome: 'applied', target_replicas: 24 });
    expect(body.decisions[0].reason).toContain('scheduled floor 24 (wed 12:35-12:45 Europe/London)');
  });

  it('holds while it lasts, and lets go as slowly as any scale-in', async () => {
    await system.tick(9);
    expect(system.cluster.replicas('shop/web')).toBe(24);
    await system.tick(4);
    expect(system.cluster.replicas('shop/web')).toBe(24);
    await system.tick(12);
    expect(system.cluster.replicas('shop/web')).toBeLessThanOrEqual(12);
  });

  it('a ceiling takes replicas away that the load would keep', async () => {
    const all = { time_zone: 'UTC', cron: '0 12 * * *', duration_minutes: 600 };
    const { body } = await create({ ...all, ceiling: 6 }, 'capped');
    expect(body.window).toMatchObject({ active_now: true, cron: '0 12 * * *', ceiling: 6 });
    await system.tick(12);
    expect(system.cluster.replicas('shop/capped')).toBe(6);
    expect((await remove(body.window.id, 'capped')).status).toBe(200);
    await system.tick(3);
    expect(system.cluster.replicas('shop/capped')).toBeGreaterThan(6);
  });

  it('on a workload that has not opted in, is shown and changes nothing', async () => {
    const { body } = await create({ time_zone: 'UTC', cron: '0 * * * *', duration_minutes: 60, floor: 10 }, 'quiet');
    expect(body.message).toContain('changes nothing until enable');
    await system.tick();
    expect((await recommended('quiet')).decision.outcome).toBe('recommended');
    expect(system.cluster.replicas('shop/quiet')).toBe(10);
  });

  it('the whole cluster is listed without a deployment', async () => {
    const { body } = await system.get(`${SCHEDULE}/demo`);
    expect(body.windows.map((row: { deployment: string }) => row.deployment)).toEqual(['quiet', 'web']);
  });

  it('is removed by its id, once', async () => {
    const { id } = (await list()).body.windows[0];
    expect((await remove(id)).body).toMatchObject({ success: true, id });
    expect((await list()).body.windows).toEqual([]);
    const again = await remove(id);
    expect(again.status).toBe(404);
    expect(again.body.detail).toContain(`shop/web has no window "${id}"; GET ${SCHEDULE}/demo lists`);
  });
});

describe('refusals', () => {
  const field = (name: string, message: string) => ({ field: name, message: expect.stringContaining(message) });

  it.each([
    ['an unknown zone', { ...LUNCH, floor: 5, time_zone: 'Mars/Olympus' }, field('time_zone', 'is "Mars/Olympus"')],
    ['a floor over max', { ...LUNCH, floor: 41 }, field('floor', 'is 41, expected at most max_replicas 40: raise')],
    ['an end before its start', { ...LUNCH, floor: 5, end: '06:00' }, field('end', '"overnight": true')],
    [
      'cron without a duration',
      { time_zone: 'UTC', cron: '0 8 * * *', floor: 5 },
      field('duration_minutes', 'is missing'),
    ],
    ['a floor of zero', { ...LUNCH, floor: 0 }, field('floor', 'is 0, expected at least 1')],
  ])('%s: the field, its value and what is expected', async (_name, body, expected) => {
    const answer = await create(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual(expected);
    expect(answer.body.detail).toContain(expected.field);
  });

  it('an unknown Deployment and an unknown cluster', async () => {
    const unknown = await create({ ...LUNCH, floor: 5 }, 'nowhere');
    expect([unknown.status, unknown.body.detail]).toEqual([404, 'cluster demo has no Deployment shop/nowhere']);
    expect((await system.get(`${SCHEDULE}/elsewhere`)).status).toBe(404);
  });

  it('more windows than fifty on one workload', async () => {
    const made = await Promise.all(
      Array.from({ length: 50 }, (_, i) => create({ ...LUNCH, floor: 5, until: `20${27 + i}-01-01` })),
    );
    expect(new Set(made.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await create({ ...LUNCH, floor: 6 });
    expect(refused.status).toBe(409);
    expect(refused.body.detail).toContain('has 50 windows, and that is the most: delete one first');
  });

  it('the routes are in openapi.json', async () => {
    const { body } = await system.get('/openapi.json');
    const paths = Object.keys(body.paths).filter((path) => path.startsWith(SCHEDULE));
    const named = '{cluster}/{namespace}/{deployment_name}';
    expect(paths.toSorted()).toEqual(
      [
        'create/{cluster}',
        `create/${named}`,
        'delete/{cluster}',
        `delete/${named}`,
        '{cluster}',
        '{cluster}/{namespace}',
        '{cluster}/{namespace}/{deployment}',
      ].map((end) => `${SCHEDULE}/${end}`),
    );
  });
});
