// A change that waits for a person, through whole ticks and the API: proposed, approved, declined, overtaken, raced for.
import { afterEach, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const API = '/api/autoscaling';
const WEB = { deployment_name: 'web', namespace: 'shop' };

const REF = { cluster: 'demo', namespace: 'shop', name: 'web' };

let system: Embedded | undefined;
afterEach(async () => {
  await system?.close();
  system = undefined;
});

/** Proposes more than ten replicas from the second tick on; `load` is what the tests turn. */
async function proposing(more: object = {}) {
  const load = { cores: 4.5 };
  const started = await startEmbedded([simulated({ load: () => load.cores })]);
  system = started;
  const { body } = await started.post(`${API}/predictive/enable/demo`, {
    ...WEB,
    mode: 'propose',
    max_replicas: 40,
    ...more,
  });
  expect(body.decision.outcome).toBe('recommended');
  await started.tick(2);
  return { started, load };
}

const waiting = async (from: Embedded) => (await from.get(`${API}/proposals/demo`)).body.proposals;
const row = async (from: Embedded) => (await from.get(`${API}/status/demo`)).body.workloads[0];
const answer = (from: Embedded, what: string, proposal: string, more: object = {}) =>
  from.post(`${API}/proposals/${what}/demo`, { ...WEB, proposal, ...more });

describe('a proposed change', () => {
  it('waits and changes nothing, is told once, and keeps its name while it goes the same way', async () => {
    const { started, load } = await proposing();
    const [first] = await waiting(started);
    expect(first).toMatchObject({ namespace: 'shop', deployment: 'web', current_replicas: 10 });
    expect(first.target_replicas).toBeGreaterThan(10);
    load.cores = 5.5;
    await started.tick(3);
    const [second] = await waiting(started);
    expect(second.id).toBe(first.id);
    expect(second.target_replicas).toBeGreaterThan(first.target_replicas);
    expect((await row(started)).replicas).toBe(10);
    expect(started.events.filter(({ type }) => type === 'DecisionProposed')).toHaveLength(1);
    const { decisions } = (await started.get(`${API}/history/demo?deployment=web&namespace=shop`)).body;
    expect(
      decisions.filter((line: { outcome_message: string }) => /waits for approval/.test(line.outcome_message)),
    ).toHaveLength(1);
  });

  it('is judged by what came, and that is among the evidence for the next rung', async () => {
    const { started, load } = await proposing();
    const evidence = async () =>
      (await started.get(`${API}/recommendations/demo?deployment=web&namespace=shop`)).body.ladder.evidence.at(-1);
    expect(await evidence()).not.toMatch(/proposals/);
    load.cores = 5.5;
    await started.tick(2);
    expect(await evidence()).toBe(
      '1 of 1 proposals would have been right: 1 of 1 scale-outs came to be needed within 30 minutes',
    );
  });

  it('is carried out once it is approved, and waits no more', async () => {
    const { started } = await proposing();
    const [{ id, target_replicas: target }] = await waiting(started);
    const { status, body } = await answer(started, 'approve', id);
    expect({ status, outcome: body.decision.outcome }).toEqual({ status: 200, outcome: 'applied' });
    expect(body.decision.target_replicas).toBe(target);
    expect(await waiting(started)).toEqual([]);
    expect((await row(started)).replicas).toBe(target);
    expect((await answer(started, 'approve', id)).status).toBe(409);
  });

  it('is shown and not done where something else is wanted by now', async () => {
    const { started, load } = await proposing();
    const [{ id, target_replicas: target }] = await waiting(started);
    load.cores = 9;
    started.advance(1);
    const { status, body } = await answer(started, 'approve', id);
    expect({ status, outcome: body.decision.outcome }).toEqual({ status: 200, outcome: 'recommended' });
    expect(body.message).toContain(`not done: ${target} was approved, and by now 10 → `);
    expect((await row(started)).replicas).toBe(10);
    // What is wanted now can be answered as soon as a tick has proposed it, under the same name.
    await started.tick();
    const [next] = await waiting(started);
    expect(next.id).toBe(id);
    expect((await answer(started, 'approve', id)).body.decision).toMatchObject({
      outcome: 'applied',
      target_replicas: next.target_replicas,
    });
  });

  it('is approved at the number that was looked at, or not', async () => {
    const { started } = await proposing();
    const [{ id, target_replicas: target }] = await waiting(started);
    const { body } = await answer(started, 'approve', id, { target_replicas: target + 1 });
    expect(body.message).toContain(`not done: ${target + 1} was approved`);
    expect((await row(started)).replicas).toBe(10);
  });

  it('is not carried out while the circuit breaker is open, until a person closes it', async () => {
    const { started } = await proposing();
    const [{ id }] = await waiting(started);
    const last = await started.ports.ticks.last('demo');
    if (last === null) throw new Error('no tick has finished');
    const fallen = [{ key: 'shop/web', expected: 10 }];
    const hold = { since: started.now() - 1, reason: '4 pods stopped serving', fallen, calmTicks: 0 };
    await started.ports.ticks.finish({ ...last, readiness: { fallingTicks: 2, hold } });
    const { body } = await answer(started, 'approve', id);
    expect(body.decision).toMatchObject({ outcome: 'refused', why_not: { code: 'on_hold' } });
    expect(body.message).toMatch(/on hold: 4 pods stopped serving; this workload is left as it is/);
    const asked = await started.post(`${API}/predictive/apply/demo`, WEB);
    expect(asked.body.decision.why_not.code).toBe('on_hold');
    expect((await row(started)).replicas).toBe(10);
    expect((await started.post(`${API}/hold/clear/demo`, {})).status).toBe(200);
    expect((await started.post(`${API}/predictive/apply/demo`, WEB)).body.decision.outcome).toBe('applied');
  });

  it('is answered by one of two who answer at once, and the other is told', async () => {
    const { started } = await proposing();
    const [{ id, target_replicas: target }] = await waiting(started);
    const both = await Promise.all([answer(started, 'approve', id), answer(started, 'reject', id)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const loser = both.find(({ status }) => status === 409);
    expect(loser?.body.title).toMatch(/Already answered|No such proposal/);
    expect((await row(started)).replicas).toBe(both[0]?.status === 200 ? target : 10);
  });

  it('that was declined is not proposed again, until more is wanted', async () => {
    const { started, load } = await proposing();
    const [{ id, target_replicas: target }] = await waiting(started);
    const { body } = await answer(started, 'reject', id, { reason: 'release day' });
    expect(body.message).toContain(`10 → ${target} declined: release day`);
    expect(await waiting(started)).toEqual([]);
    await started.tick(3);
    expect(await waiting(started)).toEqual([]);
    expect((await row(started)).outcome_message).toMatch(/^declined; it may be proposed again from /);
    load.cores = 7;
    await started.tick(2);
    const [again] = await waiting(started);
    expect(again.target_replicas).toBeGreaterThan(target);
    expect(again.id).not.toBe(id);
  });

  it('is proposed again half an hour after it was declined', async () => {
    const { started } = await proposing();
    const [{ id }] = await waiting(started);
    await answer(started, 'reject', id);
    await started.tick(32);
    expect(await waiting(started)).toHaveLength(1);
  });

  it('expires, and goes by another name then', async () => {
    const { started } = await proposing();
    const [{ id }] = await waiting(started);
    await started.tick(32);
    const [later] = await waiting(started);
    expect(later.id).not.toBe(id);
    started.advance(35);
    expect(await waiting(started)).toEqual([]);
    const { status, body } = await answer(started, 'approve', later.id);
    expect(status).toBe(409);
    expect(body.detail).toContain('expired');
  });

  it('is withdrawn where it is not wanted any more', async () => {
    const { started, load } = await proposing();
    const [{ id }] = await waiting(started);
    load.cores = 3.4;
    await started.tick(8);
    expect(await waiting(started)).toEqual([]);
    expect((await answer(started, 'approve', id)).body.detail).toContain('nothing does');
  });

  it('is not carried out while the kill switch is on', async () => {
    const { started } = await proposing();
    const [{ id }] = await waiting(started);
    await started.post(`${API}/kill-switch/demo`, { state: 'on', reason: 'INC-42' });
    const { body } = await answer(started, 'approve', id);
    expect(body.decision.outcome).toBe('refused');
    expect((await row(started)).replicas).toBe(10);
  });
});

describe('undo', () => {
  const undo = (from: Embedded) => from.post(`${API}/predictive/undo/demo`, WEB);

  it('sets the count from before the last change, and keeps it so for an hour', async () => {
    const started = await startEmbedded([simulated({ load: () => 4.5 })]);
    system = started;
    await started.tick();
    const { body } = await started.post(`${API}/predictive/enable/demo`, { ...WEB, mode: 'scale', max_replicas: 40 });
    expect(body.decision.outcome).toBe('applied');
    started.advance(1);
    const undone = await undo(started);
    expect(undone.status).toBe(200);
    expect(undone.body.decision).toMatchObject({ target_replicas: 10, outcome: 'applied' });
    await started.tick(20);
    expect((await row(started)).replicas).toBe(10);
    expect((await row(started)).why_not).toMatchObject({ code: 'paused_scale_out' });
    await started.tick(50);
    expect((await row(started)).replicas).toBeGreaterThan(10);
  });

  it('takes nothing back that somebody has changed since, nor where nothing was changed', async () => {
    const started = await startEmbedded([simulated({ load: () => 4.5 })]);
    system = started;
    await started.tick(2);
    expect((await undo(started)).body.title).toBe('Nothing to undo');
    await started.post(`${API}/predictive/enable/demo`, { ...WEB, mode: 'scale', max_replicas: 40 });
    const { resourceVersion = '' } = (await started.ports.reader.workload(REF)) ?? {};
    await started.ports.writer.scale(REF, 17, resourceVersion);
    started.advance(1);
    const { status, body } = await undo(started);
    expect(status).toBe(409);
    expect(body.detail).toContain('17 replicas run now');
  });
});

describe('what limits say', () => {
  it('keeps replicas while scale-in is paused, until that ends by itself', async () => {
    const started = await startEmbedded([simulated({ load: () => 1 })]);
    system = started;
    await started.post(`${API}/predictive/enable/demo`, { ...WEB, mode: 'scale', max_replicas: 40 });
    const until = new Date(started.now() + 20 * 60_000).toISOString();
    await started.post(`${API}/predictive/pause/demo`, { ...WEB, paused: 'scale-in', until, reason: 'INC-42' });
    await started.tick(15);
    expect((await row(started)).replicas).toBe(10);
    await started.tick(15);
    expect((await row(started)).replicas).toBeLessThan(10);
  });

  it('lets one change move by so many replicas', async () => {
    const started = await startEmbedded([simulated({ load: () => 9 })]);
    system = started;
    const { body } = await started.post(`${API}/predictive/enable/demo`, {
      ...WEB,
      mode: 'scale',
      max_replicas: 40,
      limit_step: '2',
    });
    expect(body.decision).toMatchObject({ current_replicas: 10, target_replicas: 12, outcome: 'applied' });
  });

  it('acts in its hours only, but for a person', async () => {
    const started = await startEmbedded([simulated({ load: () => 9 })]);
    system = started;
    const { body } = await started.post(`${API}/predictive/enable/demo`, {
      ...WEB,
      mode: 'scale',
      max_replicas: 40,
      limit_hours: '01:00-02:00',
    });
    expect(body.message).toContain('limit-hours is 01:00-02:00');
    await started.tick(3);
    expect((await row(started)).replicas).toBe(10);
    const applied = await started.post(`${API}/predictive/apply/demo`, WEB);
    expect(applied.body.decision.outcome).toBe('applied');
  });
});
