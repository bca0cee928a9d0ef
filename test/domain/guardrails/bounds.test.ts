// What a maximum orders and what a default does not: through the API and whole ticks on the embedded parts.
import { afterEach, describe, expect, it } from 'vitest';
import { boundsNotes } from '../../../lib/app/commands/bounds-notes.ts';
import { readPolicy } from '../../../lib/domain/workload/policy-from-annotations.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { observation, policy } from '../../make/workloads.ts';

const API = '/api/autoscaling';
const WEB = { deployment_name: 'web', namespace: 'shop' };

let system: Embedded | undefined;
afterEach(async () => {
  await system?.close();
  system = undefined;
});

const started = () => {
  if (system === undefined) throw new Error('nothing was started');
  return system;
};
const row = async () => (await started().get(`${API}/status/demo`)).body.workloads[0];
const enable = (more: object) => started().post(`${API}/predictive/enable/demo`, { ...WEB, mode: 'scale', ...more });

describe('a maximum that nobody stated', () => {
  it('takes nothing away, is said, and lets what ran run again', async () => {
    let cores = 9.8;
    system = await startEmbedded([simulated({ replicas: 28, cpuRequestCores: 0.5, load: () => cores })]);
    const { body } = await enable({});
    expect(body.message).toContain(
      'no max_replicas is stated: it grows to at most 28 (what runs, over the default of 10)',
    );
    await system.tick(10);
    expect((await row()).replicas).toBe(28);
    cores = 1;
    await system.tick(30);
    const low = (await row()).replicas;
    expect(low).toBeLessThan(10);
    cores = 9.8;
    await system.tick(20);
    // No ratchet: the morning needs what the evening gave back.
    expect((await row()).replicas).toBe(28);
  });

  it('is for a window and for an HPA on request, too, what has run', async () => {
    let cores = 9.8;
    system = await startEmbedded([simulated({ replicas: 28, cpuRequestCores: 0.5, load: () => cores })]);
    await enable({});
    await system.tick(2);
    cores = 1;
    await system.tick(30);
    expect((await row()).replicas).toBeLessThan(10);
    const hours = { time_zone: 'UTC', days: ['sun'], start: '03:00', end: '04:00' };
    const window = await system.post(`${API}/schedule/create/demo`, { ...WEB, ...hours, floor: 24 });
    expect(window).toMatchObject({ status: 200, body: { window: { floor: 24 } } });
    const { body } = await system.post(`${API}/hpa/create/demo`, WEB);
    expect(body.message).toContain('between 1 and 28 replicas');
  });

  it('is not under a stated minimum', () => {
    const read = (record: Readonly<Record<string, string>>, running = 3) =>
      readPolicy({ annotations: {}, record, hpa: null, tickSeconds: 60, running });
    expect(read({ 'min-replicas': '15' })).toMatchObject({ min: 15, max: 15, maxIsDefault: true, problems: [] });
    expect(read({ 'max-replicas': '7' }, 30)).not.toHaveProperty('maxIsDefault');
    expect(read({ 'max-replicas': '7' }, 30).max).toBe(7);
  });
});

describe('a stated maximum under what runs', () => {
  it('is said before the first step, which the next tick takes', async () => {
    system = await startEmbedded([simulated({ replicas: 28, cpuRequestCores: 0.5, load: () => 9.8 })]);
    const { body } = await enable({ max_replicas: 10 });
    expect(body.message).toContain(
      '28 replicas run and max_replicas is 10, which is an order: it is scaled in 28 → 14 → 10',
    );
    expect((await row())?.replicas ?? 28).toBe(28);
    await system.tick();
    const { decisions } = (await system.get(`${API}/history/demo?deployment=web&namespace=shop`)).body;
    expect(decisions[0]).toMatchObject({ outcome: 'applied', current_replicas: 28, target_replicas: 14 });
    await system.tick(8);
    expect((await row()).replicas).toBe(10);
  });

  it('says nothing where there is nothing to take away, or it is not ours to take', () => {
    const runs = (spec: number) => observation({ replicas: { spec, ready: spec, running: spec, total: spec } });
    expect(boundsNotes(policy({ max: 10 }), runs(10)).isOverMax).toBe(false);
    expect(boundsNotes(policy({ max: 10, mode: 'recommend' }), runs(20)).notes).toEqual([]);
    expect(boundsNotes(policy({ max: 3 }), runs(20)).notes[0]).toContain('20 → 10 → 5 → 3');
  });
});
