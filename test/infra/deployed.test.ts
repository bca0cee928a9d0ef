// The whole way of the deployed autoscaler, from its schedule to a scaled Deployment: the bundles that were synthesized, run as
// Lambda runs them, with the environment, queues and schedules of the template.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCluster, startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import { type DeployedStack, deployStack } from '../stand-ins/deployed-stack.ts';
import { apiRequest } from './api-request.ts';
import { type Synthesis, synthesise } from './synthesis.ts';

const MIB = 2 ** 20;
/** Each is short of capacity: two pods of half a core, loaded with three cores. */
const WORKLOADS = ['checkout', 'search', 'basket'].map((name) => ({
  namespace: 'shop',
  name,
  replicas: 2,
  cpuRequestCores: 0.5,
  memoryRequestBytes: 256 * MIB,
  memoryBaseBytes: 100 * MIB,
  memoryPerCoreBytes: 20 * MIB,
  startupSeconds: 1,
  load: () => 3,
}));

let synthesis: Synthesis;
let cluster: SimulatedCluster;
let stack: DeployedStack;
beforeAll(() => {
  synthesis = synthesise({ Plain: {} });
}, 300_000);
afterAll(() => synthesis?.remove());
afterEach(async () => {
  await stack.close();
  await cluster.close();
});

async function deploy(environment: Readonly<Record<string, string>>) {
  cluster = await startSimulatedCluster({ name: 'prod', workloads: WORKLOADS, clock: { now: () => Date.now() } });
  const { Plain: template } = synthesis.templates;
  if (template === undefined) throw new Error('the stack is missing');
  const clusters = [{ id: 'prod', kubeconfig: cluster.kubeconfig }];
  stack = await deployStack({ synthesis, template, clusters, environment });
}

async function enable(name: string): Promise<unknown> {
  const body = { deployment_name: name, namespace: 'shop', mode: 'scale', max_replicas: 8 };
  const request = apiRequest('POST', '/api/autoscaling/predictive/enable/prod', body);
  return (await stack.lambda('Command').invoke(request)).ok;
}

interface Status {
  readonly last_tick: string | null;
  readonly problems: readonly string[];
}

async function status(): Promise<Status> {
  const answer = await stack.lambda('Query').invoke(apiRequest('GET', '/api/autoscaling/status/prod'));
  if (!answer.ok) throw new Error(answer.error);
  return JSON.parse(String((answer.result as { body: string }).body));
}

/** A tick's scheduled time: of the present minute, or of one beside it. */
function minute(ahead: 0 | 1): Date {
  return new Date((Math.floor(Date.now() / 60_000) + ahead) * 60_000);
}

describe('the stack, run', () => {
  it('scales what opted in, in place, from its schedule', async () => {
    await deploy({});
    expect(await stack.schedule('Schedule', minute(0))).toMatchObject({ ok: true, result: { kind: 'done' } });
    expect(await enable('checkout')).toBe(true);
    expect(cluster.replicas('shop/checkout')).toBeGreaterThan(2);
    const second = await stack.schedule('Schedule', minute(1));
    expect(second).toMatchObject({ ok: true, isCold: false, result: { kind: 'done', summary: { enabled: 1 } } });
    expect(cluster.replicas('shop/search')).toBe(2);
    expect(stack.events.map(({ DetailType }) => DetailType)).toContain('DecisionApplied');
  }, 300_000);

  it('scales what opted in through its queue, and the last shard closes the tick', async () => {
    await deploy({ SHARDS_IN_PLACE: '0' });
    expect(await stack.schedule('Schedule', minute(0))).toMatchObject({ ok: true, result: { kind: 'handed_on' } });
    await expect.poll(async () => (await status()).last_tick, { timeout: 60_000 }).not.toBeNull();
    expect(await enable('checkout')).toBe(true);
    expect(await enable('search')).toBe(true);
    const before = (await status()).last_tick;
    const after = cluster.replicas('shop/checkout');
    expect(await stack.schedule('Schedule', minute(1))).toMatchObject({ ok: true, result: { kind: 'handed_on' } });
    await expect.poll(async () => (await status()).last_tick, { timeout: 60_000 }).not.toBe(before);
    expect(cluster.replicas('shop/checkout')).toBeGreaterThanOrEqual(after);
    expect((await status()).problems).toEqual([]);
    expect(stack.queue('QueuesShardsQueue')).toEqual({ ready: 0, inFlight: 0 });
  }, 300_000);
});
