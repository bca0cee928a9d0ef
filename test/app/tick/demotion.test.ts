// A workload whose own scale-ins did harm: it loses its rung in the tick that finds it, grows on, and a person gives it back.
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const API = '/api/autoscaling';
const WEB = { deployment_name: 'web', namespace: 'shop' };
const ANNOTATIONS = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/max-replicas': '40',
  // Allows nine seconds in a day.
  'ai4k8s.io/slo': '99.99',
};

let system: Embedded;
const load = { cores: 3 };
const row = async () => (await system.get(`${API}/status/demo`)).body.workloads[0];
const replicas = () => system.cluster.replicas('shop/web') ?? 0;
/** At most so many ticks. */
async function tickUntil(isSo: () => boolean, most: number) {
  for (let i = 0; i < most && !isSo(); i++) await system.tick();
  expect(isSo()).toBe(true);
}
/** Less is needed, and as soon as it has scaled in, what it had before. */
async function harm() {
  load.cores = 1;
  await tickUntil(() => replicas() <= 5, 20);
  load.cores = 3;
  await tickUntil(() => replicas() > 5, 5);
}
const told = () => system.events.filter(({ type }) => type === 'WorkloadDemoted');

beforeAll(async () => {
  system = await startEmbedded([simulated({ annotations: ANNOTATIONS, load: () => load.cores })]);
  await system.tick(2);
});
afterAll(() => system.close());

describe('harm after scale-ins', () => {
  it('demotes at the third time, in the tick that finds it, with evidence, and is told once', async () => {
    await harm();
    await harm();
    expect(await row()).toMatchObject({ mode: 'auto', rung: 'auto' });
    await harm();
    const { rung, demoted, outcome } = await row();
    expect({ rung, outcome }).toEqual({ rung: 'propose', outcome: 'applied' });
    expect(demoted).toMatchObject({ since: new Date(system.now()).toISOString(), code: 'short_after_scale_in' });
    expect(demoted.reason).toMatch(/^short of capacity for \d+ minutes within a day, after 3 scale-ins/);
    const { realised } = (await row()).cost;
    expect(realised).toMatchObject({ from_replicas: 10, usd_per_month: expect.any(Number) });
    expect(realised.usd).toBeGreaterThan(0);
    await system.tick(3);
    expect(told()).toHaveLength(1);
    expect(told()[0]?.detail).toMatchObject({ name: 'web', code: 'short_after_scale_in' });
    const config = new KubeConfig();
    config.loadFromString(system.cluster.kubeconfig);
    const { items } = await config.makeApiClient(CoreV1Api).listNamespacedEvent({ namespace: 'shop' });
    expect(items.filter(({ reason }) => reason === 'Demoted')).toHaveLength(1);
  });

  it('leaves growth free, and lets a person make what would shrink it', async () => {
    const before = replicas();
    load.cores = 6;
    await tickUntil(() => replicas() > before, 5);
    load.cores = 1;
    const high = replicas();
    await system.tick(12);
    expect(replicas()).toBe(high);
    const [proposal] = (await system.get(`${API}/proposals/demo`)).body.proposals;
    expect(proposal.change).toMatch(/waits for approval: demoted at /);
    expect(proposal.target_replicas).toBeLessThan(high);
    const { body } = await system.post(`${API}/proposals/approve/demo`, { ...WEB, proposal: proposal.id });
    expect(body.decision.outcome).toBe('applied');
    expect(replicas()).toBe(proposal.target_replicas);
  });

  it('is forgotten when a person resumes it, and that is recorded', async () => {
    const ladder = async () =>
      (await system.get(`${API}/recommendations/demo?deployment=web&namespace=shop`)).body.ladder;
    expect(await ladder()).toMatchObject({ rung: 'propose', next: 'auto', enable_with: { mode: 'auto' } });
    await system.post(`${API}/predictive/pause/demo`, { ...WEB, paused: false });
    expect(await row()).toMatchObject({ rung: 'auto' });
    const { decisions } = (await system.get(`${API}/history/demo?deployment=web&namespace=shop`)).body;
    expect(decisions[0].outcome_message).toBe('resumed, and trusted again');
    const before = replicas();
    await tickUntil(() => replicas() < before, 15);
    expect((await row()).demoted).toBeUndefined();
  });
});
