// What a chart is drawn from: demand as it was, on one grid, and as it is forecast; and what status and recommendations say beside.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presentRecommendations } from '../../../lib/app/api/present.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { recordOf } from '../../make/records.ts';
import { advised } from '../../make/workloads.ts';

const API = '/api/autoscaling';
const WEB = 'deployment=web&namespace=shop';
let system: Embedded;
beforeAll(async () => {
  system = await startEmbedded([simulated(), simulated({ name: 'idle' }), simulated({ name: 'timed' })]);
  await system.tick(12);
});
afterAll(() => system.close());

describe('patterns', () => {
  it('have demand by the minute, ready replicas and six hours of forecast, in units that are told', async () => {
    const { status, body } = await system.get(`${API}/patterns/demo?${WEB}&hours=1`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ namespace: 'shop', deployment: 'web', kind: 'Deployment', step_seconds: 60 });
    expect(Date.parse(body.to) - Date.parse(body.from)).toBe(3_600_000);
    const { cpu, memory, replicas } = body.series;
    expect([cpu.unit, memory.unit, replicas.unit]).toEqual(['cores', 'bytes', 'replicas']);
    expect(cpu.values).toHaveLength(12);
    for (const value of cpu.values) expect(value).toBeCloseTo(2.5, 1);
    expect(replicas.values.every((value: number) => value === 10)).toBe(true);
    expect(Date.parse(cpu.start)).toBe(Date.parse('2026-03-04T12:01:00Z'));
    expect(body.forecast.cpu.predictions).toHaveLength(6);
    expect(body.forecast.cpu.points[0]).toMatchObject({ p50: expect.any(Number), p99: expect.any(Number) });
    expect(Date.parse(body.forecast_at)).toBe(system.now());
  });

  it('get a coarser grid the further they reach back, up to fourteen days', async () => {
    for (const [hours, step] of [
      [6, 60],
      [24, 300],
      [48, 900],
      [336, 3600],
    ])
      expect((await system.get(`${API}/patterns/demo?${WEB}&hours=${hours}`)).body.step_seconds).toBe(step);
    expect((await system.get(`${API}/patterns/demo?${WEB}&hours=337`)).body.detail).toBe(
      'hours: is "337", expected a whole number from 1 to 336',
    );
  });

  it('have when windows hold: what does now or within the six hours of the forecast, and nothing from before they were made', async () => {
    const window = { deployment_name: 'timed', namespace: 'shop', time_zone: 'UTC', start: '16:00', end: '20:00' };
    const days = ['tue', 'wed'];
    expect((await system.post(`${API}/schedule/create/demo`, { ...window, days, floor: 3 })).status).toBe(200);
    const { schedules } = (await system.get(`${API}/patterns/demo?deployment=timed&namespace=shop`)).body;
    expect(schedules).toMatchObject([{ floor: 3, from: '2026-03-04T16:00:00.000Z', to: '2026-03-04T20:00:00.000Z' }]);
    expect((await system.get(`${API}/patterns/demo?${WEB}`)).body.schedules).toEqual([]);
  });

  it('of a workload that no tick has seen are 404, and its form by path is the same answer', async () => {
    expect((await system.get(`${API}/patterns/demo?deployment=gone`)).status).toBe(404);
    const queried = await system.get(`${API}/patterns/demo?${WEB}`);
    expect(await system.get(`${API}/patterns/demo/shop/web`)).toEqual(queried);
  });
});

describe('a row of status', () => {
  it('tells whether it is paused, and its windows with what they do now', async () => {
    const body = { deployment_name: 'web', namespace: 'shop' };
    const window = { ...body, time_zone: 'UTC', days: ['wed'], start: '08:00', end: '18:00', floor: 3 };
    expect((await system.post(`${API}/schedule/create/demo`, window)).status).toBe(200);
    expect((await system.post(`${API}/predictive/pause/demo`, body)).status).toBe(200);
    const { workloads } = (await system.get(`${API}/status/demo`)).body;
    const [idle, , web] = workloads;
    expect(web).toMatchObject({
      deployment: 'web',
      paused: true,
      hpa: null,
      schedules: [
        { floor: 3, active_now: true, next_start: '2026-03-11T08:00:00.000Z', next_end: '2026-03-04T18:00:00.000Z' },
      ],
    });
    expect(idle).toMatchObject({ deployment: 'idle', paused: false, schedules: [] });
  });
});

describe('the seeds’ own words of an LLM', () => {
  const words = (source: 'llm' | 'reactive') => {
    const record = recordOf({ decision: { source } });
    const { recommendations, llm_used } = presentRecommendations({ ...record, advice: advised(9) });
    return { of: recommendations.llm, predictive: recommendations.predictive, llm_used };
  };

  it('stand in a recommendation: where its advice is from, and whether it was used', () => {
    expect(words('llm')).toMatchObject({
      of: { success: true, source: 'predictive_with_llm', recommendation: { target_replicas: 9 } },
      predictive: { success: true, llm_used: true },
      llm_used: true,
    });
    expect(words('reactive')).toMatchObject({ predictive: { llm_used: false }, llm_used: false });
  });
});
