// A number that an agent wants: it waits for a person, is held against the present twice, and the agent itself can do nothing more.
import { afterEach, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const API = '/api/autoscaling';
const WEB = { deployment_name: 'web', namespace: 'shop' };
const REASON = 'the batch is over';

let system: Embedded | undefined;
afterEach(async () => {
  await system?.close();
  system = undefined;
});

/** Ten replicas, of which the load needs 8; so many ticks later nothing of the past holds them. */
async function started(more: object = {}) {
  const load = { cores: 2.6 };
  system = await startEmbedded([simulated({ load: () => load.cores, ...more })]);
  await system.tick(8);
  return { on: system, load };
}
const ask = (on: Embedded, target_replicas: number, reason = REASON) =>
  on.post(`${API}/proposals/create/demo`, { ...WEB, target_replicas, reason });
const waiting = async (on: Embedded) => (await on.get(`${API}/proposals/demo`)).body.proposals;
const replicas = async (on: Embedded) => (await on.get(`${API}/status/demo`)).body.workloads[0].replicas;
const answer = (on: Embedded, what: string, proposal: string, more: object = {}) =>
  on.post(`${API}/proposals/${what}/demo`, { ...WEB, proposal, ...more });

describe('a change that was asked for', () => {
  it('waits, changes nothing, and is carried out once a person approves it', async () => {
    const { on } = await started();
    const { status, body } = await ask(on, 9);
    expect([status, body.message ?? body.detail]).toEqual([
      200,
      expect.stringContaining('10 → 9 waits for a person until'),
    ]);
    expect(await replicas(on)).toBe(10);
    const [listed] = await waiting(on);
    expect(listed).toEqual(body.proposal);
    expect(listed).toMatchObject({ source: 'asked', reason: REASON, current_replicas: 10, target_replicas: 9 });
    await on.tick();
    expect(await waiting(on)).toEqual([listed]);
    const approved = await answer(on, 'approve', listed.id);
    expect(approved.body.decision).toMatchObject({ outcome: 'applied', source: 'asked', target_replicas: 9 });
    expect(approved.body.decision.reason).toContain(`asked for by somebody: ${REASON}`);
    expect(await replicas(on)).toBe(9);
    expect(await waiting(on)).toEqual([]);
    expect((await answer(on, 'approve', listed.id)).status).toBe(409);
  });

  it('is cut to what orders and evidence leave of it, and refused where that is nothing', async () => {
    const { on, load } = await started();
    const { body } = await ask(on, 1);
    expect(body.proposal).toMatchObject({ current_replicas: 10, target_replicas: 8 });
    expect(body.message).toContain('10 → 8 (1 was asked for: ');
    const more = await ask(on, 30);
    expect([more.status, more.body.type]).toEqual([409, 'urn:ai4k8s:problem:nothing-to-propose']);
    expect(more.body.detail).toContain('every signal is under its target');
    load.cores = 4.6;
    await on.tick(2);
    expect((await ask(on, 4)).body.detail).toContain('over its target of 70 %: scaling down would harm');
    expect((await ask(on, 30)).body.detail).toContain('30 is over max-replicas 10');
    expect(await replicas(on)).toBe(10);
  });

  it('is shown and not done where the present has moved on', async () => {
    const { on, load } = await started();
    const { body } = await ask(on, 9);
    load.cores = 12;
    on.advance(2);
    const approved = await answer(on, 'approve', body.proposal.id);
    expect(approved.body.decision.outcome).toBe('recommended');
    expect(approved.body.message).toContain('not done: 9 was approved');
    expect(await replicas(on)).toBe(10);
  });

  it('expires, and gives way to what is asked for later', async () => {
    const { on } = await started();
    const first = (await ask(on, 9)).body.proposal;
    const second = (await ask(on, 8)).body.proposal;
    expect(await waiting(on)).toEqual([second]);
    expect((await answer(on, 'approve', first.id)).status).toBe(409);
    on.advance(31);
    expect(await waiting(on)).toEqual([]);
    expect((await answer(on, 'approve', second.id)).status).toBe(409);
  });

  it('is not asked for again once it was declined; what ticks propose is', async () => {
    const { on, load } = await started();
    await on.post(`${API}/predictive/enable/demo`, { ...WEB, mode: 'propose', max_replicas: 40 });
    const asked = (await ask(on, 12)).body;
    const id = asked.proposal?.id ?? (await ask(on, 9)).body.proposal.id;
    const no = await answer(on, 'reject', id, { reason: 'no campaign' });
    expect(no.body.decision).toMatchObject({ outcome: 'refused' });
    expect(no.body.message).toContain('declined: no campaign');
    expect(await waiting(on)).toEqual([]);
    const again = await ask(on, asked.proposal === undefined ? 9 : 12);
    expect(again.body.detail).toContain('declined');
    // Nor the other way, which would take the place of the no.
    expect((await ask(on, 9)).body.detail).toContain('declined');
    expect((await ask(on, 12)).body.detail).toContain('declined');
    load.cores = 5.5;
    await on.tick(3);
    const [proposed] = await waiting(on);
    expect(proposed.proposed_by).toBeNull();
    expect(proposed.source).not.toBe('asked');
    expect(proposed.target_replicas).toBeGreaterThan(10);
  });

  it('of two people at once one wins, and the other is told', async () => {
    const { on } = await started();
    const { id } = (await ask(on, 9)).body.proposal;
    const both = await Promise.all([answer(on, 'approve', id), answer(on, 'approve', id)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await replicas(on)).toBe(9);
  });

  it('is refused while the kill switch is on, and where nothing was named', async () => {
    const { on } = await started();
    expect((await ask(on, 0)).status).toBe(400);
    expect((await ask(on, 5, '  ')).status).toBe(400);
    const nowhere = { deployment_name: 'nobody', namespace: 'shop', target_replicas: 3, reason: REASON };
    expect((await on.post(`${API}/proposals/create/demo`, nowhere)).status).toBe(404);
    await on.post(`${API}/kill-switch/demo`, { state: 'on', reason: 'INC-1' });
    const { status, body } = await ask(on, 9);
    expect([status, body.type]).toEqual([409, 'urn:ai4k8s:problem:nothing-to-propose']);
  });
});
