// What is told, and to whom, while things go wrong or somebody wants nothing changed: on the embedded parts.
import { afterEach, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const API = '/api/autoscaling';
const WEB = { deployment_name: 'web', namespace: 'shop' };
const ENABLED = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/mode': 'scale' };

let system: Embedded;
afterEach(() => system.close());

const eventsOfOurs = async () => {
  const answer = await fetch(`${system.cluster.url}/apis/events.k8s.io/v1/namespaces/shop/events`);
  const { items } = (await answer.json()) as { items: { reason: string; reportingController: string }[] };
  return items.filter((one) => one.reportingController === 'ai4k8s').map(({ reason }) => reason);
};
const status = async () => (await system.get(`${API}/status/demo`)).body;
const recommended = async () =>
  (await system.get(`${API}/recommendations/demo?deployment=web&namespace=shop`)).body.decision;

describe('a cluster in which nothing is to be written', () => {
  it.each([
    ['by the kill switch', { env: { KILL_SWITCH: 'true', ANNOTATE_ON_ENABLE: 'true' } }],
    ['by a start that only looks', { env: { ANNOTATE_ON_ENABLE: 'true' }, readOnly: 'only looks' }],
  ])('%s is told nothing either', async (_how, options) => {
    const mistyped = { ...ENABLED, 'ai4k8s.io/mode': 'scael' };
    system = await startEmbedded([simulated({ load: () => 5, annotations: mistyped })], options);
    await system.tick(2);
    expect(await eventsOfOurs()).toEqual([]);
    const web = await system.ports.reader.workload({ cluster: 'demo', namespace: 'shop', name: 'web' });
    expect(web?.annotations).toEqual(mistyped);
  });
});

describe('an event in the cluster', () => {
  it('tells of a change that somebody asked for, and of a mistyped opt-in', async () => {
    const mistyped = { 'ai4k8s.io/predictive-autoscaling-enable': 'true' };
    system = await startEmbedded([simulated({ load: () => 5 }), simulated({ name: 'typo', annotations: mistyped })]);
    await system.tick();
    expect(await eventsOfOurs()).toEqual(['PolicyInvalid']);
    await system.post(`${API}/predictive/enable/demo`, { ...WEB, mode: 'scale', max_replicas: 40 });
    expect(await eventsOfOurs()).toEqual(['PolicyInvalid', 'ReplicasChanged']);
  });

  it('is none for a change that only waits its turn', async () => {
    const env = { BLAST_RADIUS_WORKLOADS: '1' };
    const two = ['one', 'two'].map((name) => simulated({ name, load: () => 5, annotations: ENABLED }));
    system = await startEmbedded(
      two.map((workload) => ({ ...workload, annotations: { ...ENABLED, 'ai4k8s.io/max-replicas': '40' } })),
      { env },
    );
    await system.tick();
    expect(await eventsOfOurs()).toEqual(['ReplicasChanged']);
  });
});

describe('status', () => {
  it('says that ticks fail, since when and why, until one finishes', async () => {
    system = await startEmbedded([simulated()]);
    await system.tick();
    system.faults.readsForbidden = true;
    await expect(system.tick()).rejects.toThrow();
    expect((await status()).problems).toEqual([
      expect.stringMatching(/^the tick of 2026-03-04T12:02:00.000Z failed, and none has finished since: .*deployments/),
    ]);
    system.faults.readsForbidden = false;
    await system.tick();
    expect((await status()).problems).toEqual([]);
  });

  it('says that no tick runs at all', async () => {
    system = await startEmbedded([simulated()]);
    await system.tick();
    system.advance(2);
    expect((await status()).problems).toEqual([]);
    system.advance(2);
    expect((await status()).problems).toEqual([expect.stringContaining('no tick has finished since')]);
  });
});

describe('a recommendation', () => {
  it('does not promise what the last tick was refused', async () => {
    system = await startEmbedded([
      simulated({ load: () => 5, annotations: { ...ENABLED, 'ai4k8s.io/max-replicas': '40' } }),
    ]);
    system.faults.writesForbidden = true;
    await system.tick();
    const { outcome_message } = await recommended();
    expect(outcome_message).toMatch(/^the last tick did not carry this out: .*; the next one tries again$/);
  });

  it('of a workload that is off says what would be in the way', async () => {
    system = await startEmbedded([simulated({ replicas: 0, load: () => 0 })]);
    await system.tick();
    expect((await recommended()).outcome_message).toMatch(/not enabled for this workload; it would be refused: /);
  });
});

describe('an opt-in in the table', () => {
  it('can be withdrawn when its Deployment is gone, and only then is there nothing to do', async () => {
    system = await startEmbedded([simulated()]);
    await system.tick();
    const gone = { cluster: 'demo', namespace: 'shop', name: 'gone' };
    const values = { 'predictive-autoscaling-enabled': 'true', mode: 'scale' };
    await system.command.ports.policies.put({ workload: gone, values, updatedAt: 0, updatedBy: null });
    const body = { deployment_name: 'gone', namespace: 'shop' };
    expect((await system.post(`${API}/predictive/disable/demo`, body)).status).toBe(200);
    expect((await system.ports.policies.list('demo')).records.get('shop/gone')?.values).toEqual({
      ...values,
      'predictive-autoscaling-enabled': 'false',
    });
    expect((await system.post(`${API}/predictive/pause/demo`, body)).status).toBe(404);
    const other = { deployment_name: 'never', namespace: 'shop' };
    expect((await system.post(`${API}/predictive/disable/demo`, other)).status).toBe(404);
  });
});
