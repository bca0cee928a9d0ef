// Keys of the API are snake_case: in openapi.json, in every answer and in every refusal, however deep.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presentRecommendations } from '../../../lib/app/api/present.ts';
import type { Owner } from '../../../lib/domain/workload/observation.ts';
import { type Answer, type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { sizingPolicy } from '../../make/sizings.ts';
import { sampleAssessment } from '../../stand-ins/sample-assessment.ts';

const API = '/api/autoscaling';
const SNAKE = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const WEB = { deployment_name: 'web', namespace: 'shop' };
const WINDOW = { ...WEB, time_zone: 'UTC', cron: '0 8 * * 1-5', duration_minutes: 60, floor: 3 };
let system: Embedded;

beforeAll(async () => {
  system = await startEmbedded([
    simulated(),
    simulated({ name: 'owned', hpa: { minReplicas: 2, maxReplicas: 12, targetCpuPercent: 70 } }),
    simulated({ name: 'annotated', annotations: { 'ai4k8s.io/min-replicas': '2', 'ai4k8s.io/mode': 'yolo' } }),
  ]);
  await system.tick(2);
});
afterAll(() => system.close());

/** Where a key is not snake_case, by its path. */
function oddKeys(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => oddKeys(entry, `${path}[]`));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    const here = `${path}.${key}`;
    return [...(SNAKE.test(key) ? [] : [here]), ...oddKeys(entry, here)];
  });
}

interface Schema {
  readonly properties?: object;
  readonly required?: readonly string[];
  readonly in?: string;
  readonly name?: string;
}

/** Of a schema only what it says of data: names of its fields and of parameters; its own words are JSON Schema's. */
function dataNames(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(dataNames);
  if (value === null || typeof value !== 'object') return [];
  const { properties = {}, required = [], in: place, name } = value as Schema;
  const required_ = Array.isArray(required) ? required : [];
  const parameter = typeof place === 'string' && place !== 'header' && typeof name === 'string' ? [name] : [];
  return [...Object.keys(properties), ...required_, ...parameter, ...Object.values(value).flatMap(dataNames)];
}

describe('openapi.json', () => {
  it('names every field and parameter in snake_case', async () => {
    const names = dataNames((await system.get('/openapi.json')).body);
    expect(names).toContain('min_replicas');
    expect(names).toContain('deployment');
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => !SNAKE.test(name))).toEqual([]);
  });

  it('says of every write that it takes application/json', async () => {
    const { paths } = (await system.get('/openapi.json')).body;
    const writes = Object.entries<{ post?: { requestBody?: { content: object } } }>(paths).flatMap(
      ([path, { post }]) => (post === undefined ? [] : [[path, Object.keys(post.requestBody?.content ?? {})]]),
    );
    expect(writes.length).toBeGreaterThan(8);
    for (const [path, types] of writes) expect({ path, types }).toEqual({ path, types: ['application/json'] });
  });
});

describe('answers', () => {
  const get = (path: string) => () => system.get(`${API}/${path}`);
  const post = (path: string, body: unknown) => () => system.post(`${API}/${path}`, body);
  const of = (name: string) => `deployment=${name}&namespace=shop`;

  it.each<[string, number, () => Promise<Answer>]>([
    ['health', 200, () => system.get('/health')],
    ['status', 200, get('status/demo')],
    ['recommendations', 200, get(`recommendations/demo?${of('web')}`)],
    ['recommendations behind an HPA', 200, get(`recommendations/demo?${of('owned')}`)],
    ['recommendations beside an annotation that is none', 200, get(`recommendations/demo?${of('annotated')}`)],
    ['history', 200, get(`history/demo?${of('owned')}`)],
    ['enable', 200, post('predictive/enable/demo', { ...WEB, min_replicas: 2, mode: 'scale' })],
    ['enable again, keeping what was said', 200, post('predictive/enable/demo', WEB)],
    ['apply', 200, post('predictive/apply/demo', WEB)],
    ['pause', 200, post('predictive/pause/demo', WEB)],
    ['a window', 200, post('schedule/create/demo', WINDOW)],
    ['windows', 200, get('schedule/demo')],
    ['an HPA made', 200, post('hpa/create/demo', { ...WEB, max_replicas: 12 })],
    ['an HPA deleted', 200, post('hpa/delete/demo', WEB)],
    ['floors released', 200, post('release/demo', {})],
    ['a hold cleared', 200, post('hold/clear/demo', {})],
    ['disable', 200, post('predictive/disable/demo', WEB)],
    ['an unknown path', 404, get('nowhere')],
    ['an unknown workload', 404, get('recommendations/demo?deployment=gone')],
    ['a wrong method', 405, post('status/demo', {})],
    ['a wrong field', 400, post('predictive/enable/demo', { ...WEB, minReplicas: 2 })],
    ['a wrong window', 400, post('schedule/create/demo', { ...WINDOW, time_zone: 'Mars', duration_minutes: 0 })],
    ['an annotated field', 409, post('predictive/enable/demo', { ...WEB, deployment_name: 'annotated', mode: 'auto' })],
    ['a window that is not there', 404, post('schedule/delete/demo', { ...WEB, id: 'none' })],
  ])('%s has no other keys', async (_what, status, ask) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.body).length).toBeGreaterThan(1);
    expect(oddKeys(answer.body)).toEqual([]);
  });

  it('fields in refusals are named as they are sent', async () => {
    const { body } = await system.post(`${API}/schedule/create/demo`, { ...WINDOW, time_zone: 'Mars' });
    expect(body.errors[0].field).toBe('time_zone');
  });
});

describe('what only some records have', () => {
  const score = { violationPercent: 0.3, cost: 1.1 };
  const plan = sizingPolicy({
    expected: score,
    hpa70: score,
    ownHpa: { targets: { cpu: 70 }, score, leftOut: ['queue (External)'] },
  });
  const shown = async (rest: Parameters<typeof sampleAssessment>[0]) => {
    const page = await system.ports.decisions.list({ cluster: 'demo', namespace: 'shop', name: 'owned' }, 1);
    const [record] = page.records;
    if (record === undefined) throw new Error('the ticks stored no decision');
    return presentRecommendations({ ...record, assessment: sampleAssessment(rest) });
  };

  it('a plan, with the score of the workload’s own HPA', async () => {
    const recommendations = await shown({ rest: { sizingPolicy: plan } });
    expect(oddKeys(recommendations)).toEqual([]);
    expect(recommendations.plan).toEqual({
      way: '10 % more than is in use, and no fewer than were wanted in the last 5 minutes',
      kind: 'headroom',
      headroom: 0.1,
      short_above_percent: 90,
      hold_minutes: 5,
      changes_per_hour: 2.5,
      expected: { violation_percent: 0.3, cost: 1.1 },
      hpa70: { violation_percent: 0.3, cost: 1.1 },
      own_hpa: { targets: { cpu: 70 }, score: { violation_percent: 0.3, cost: 1.1 }, left_out: ['queue (External)'] },
      days: 14,
    });
  });

  it('a plan by the price of shortage, without an HPA of its own', async () => {
    const { ownHpa: _, ...alone } = { ...plan, expert: { kind: 'price', price: 3, windowMinutes: 10 } as const };
    const recommendations = await shown({ rest: { sizingPolicy: alone } });
    expect(oddKeys(recommendations)).toEqual([]);
    expect(recommendations.plan).toMatchObject({ kind: 'price', price: 12, hold_minutes: 10, own_hpa: null });
    expect(recommendations.plan).not.toHaveProperty('headroom');
  });

  it.each<Owner>([
    { kind: 'several_hpas', names: ['a', 'b'] },
    { kind: 'rollout', name: null },
    { kind: 'keda', name: 'scaled' },
  ])('an owner: %j', async (owner) => {
    expect(oddKeys(await shown({ observation: { owner } }))).toEqual([]);
  });

  it('an observation with what pods serve, and with fields that are no part of the API', async () => {
    const replicas = { spec: 3, ready: 1, running: 3, total: 3, serving: 2, ofSomeLaterVersion: 1 };
    const { observation } = await shown({ observation: { replicas } });
    expect(observation.replicas).toEqual({ spec: 3, ready: 1, running: 3, total: 3, serving: 2 });
  });
});
