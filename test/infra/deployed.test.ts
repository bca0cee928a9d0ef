// The whole way of the deployed autoscaler, from its schedule to a scaled Deployment: the bundles that were synthesized, run as
// Lambda runs them, with the environment, queues and schedules of the template.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type SimulatedCluster, startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import { type DeployedStack, deployStack } from '../stand-ins/deployed-stack.ts';
import { apiRequest, CALLER } from './api-request.ts';
import { type Synthesis, synthesise } from './synthesis.ts';

const MIB = 2 ** 20;
/** A process that answers people reads all of it first. */
const QUERY_MAX_BYTES = 800_000;
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

async function deploy(environment: Readonly<Record<string, string>>) {
  cluster = await startSimulatedCluster({ name: 'prod', workloads: WORKLOADS, clock: { now: () => Date.now() } });
  const { Plain: template } = synthesis.templates;
  if (template === undefined) throw new Error('the stack is missing');
  const clusters = [{ id: 'prod', kubeconfig: cluster.kubeconfig }];
  stack = await deployStack({ synthesis, template, clusters, environment });
}

async function ask(name: 'Query' | 'Command', method: string, path: string, body?: unknown) {
  const answer = await stack.lambda(name).invoke(apiRequest(method, path, body));
  if (!answer.ok) throw new Error(answer.error);
  const { statusCode, body: text } = answer.result as { statusCode: number; body: string };
  return { status: statusCode, body: JSON.parse(text) };
}

function enable(name: string) {
  const body = { deployment_name: name, namespace: 'shop', mode: 'scale', max_replicas: 8 };
  return ask('Command', 'POST', '/api/autoscaling/predictive/enable/prod', body);
}

async function status() {
  return (await ask('Query', 'GET', '/api/autoscaling/status/prod')).body;
}

/** A tick's scheduled time: of the present minute, or of one beside it. */
function minute(ahead: 0 | 1): Date {
  return new Date((Math.floor(Date.now() / 60_000) + ahead) * 60_000);
}

describe('the stack, run', () => {
  afterEach(async () => {
    await stack.close();
    await cluster.close();
  });

  it('scales what opted in, in place, from its schedule', async () => {
    await deploy({});
    const first = { kind: 'done', summary: { cluster: 'prod', workloads: 3, problems: [] } };
    expect(await stack.schedule('Schedule', minute(0))).toMatchObject({ ok: true, result: first });
    const again = await stack.schedule('Schedule', minute(0));
    expect(again).toMatchObject({ result: { kind: 'skipped', reason: 'already_done' } });
    const path = '/api/autoscaling/recommendations/prod?deployment=checkout&namespace=shop';
    const recommended = await ask('Query', 'GET', path);
    expect(recommended.body.decision).toMatchObject({ action: 'scale_up', current_replicas: 2 });
    const { status: code, body } = await enable('checkout');
    expect([code, body.decision.outcome, body.decision.requested_by]).toEqual([200, 'applied', CALLER]);
    expect(cluster.replicas('shop/checkout')).toBe(body.decision.target_replicas);
    expect(body.decision.target_replicas).toBeGreaterThan(2);
    const second = await stack.schedule('Schedule', minute(1));
    expect(second).toMatchObject({ ok: true, isCold: false, result: { kind: 'done', summary: { enabled: 1 } } });
    expect(cluster.replicas('shop/search')).toBe(2);
    expect(await status()).toMatchObject({ cluster: 'prod', predictive_enabled: 1 });
    expect((await ask('Query', 'GET', '/health')).body.status).toBe('ok');
    expect(stack.events.map(({ DetailType }) => DetailType)).toContain('DecisionApplied');
  }, 300_000);

  it('scales what opted in through its queue, and the last shard closes the tick', async () => {
    await deploy({ SHARDS_IN_PLACE: '0' });
    expect(await stack.schedule('Schedule', minute(0))).toMatchObject({ ok: true, result: { kind: 'handed_on' } });
    await expect.poll(async () => (await status()).last_tick, { timeout: 60_000 }).not.toBeNull();
    expect([(await enable('checkout')).status, (await enable('search')).status]).toEqual([200, 200]);
    const before = (await status()).last_tick;
    const after = cluster.replicas('shop/checkout');
    expect(await stack.schedule('Schedule', minute(1))).toMatchObject({ ok: true, result: { kind: 'handed_on' } });
    await expect.poll(async () => (await status()).last_tick, { timeout: 60_000 }).not.toBe(before);
    expect(cluster.replicas('shop/checkout')).toBeGreaterThanOrEqual(after);
    expect((await status()).problems).toEqual([]);
    // A message goes when its function has answered.
    await expect.poll(() => stack.queue('QueuesShardsQueue'), { timeout: 30_000 }).toEqual({ ready: 0, inFlight: 0 });
  }, 300_000);
});

describe('its bundles', () => {
  const codeOf = (name: string) => {
    const { Plain } = synthesis.templates;
    if (Plain === undefined) throw new Error('the stack is missing');
    return readFileSync(join(synthesis.assetOf(Plain, `${name}Function`), 'index.mjs'), 'utf8');
  };

  it('let query start fast', () => {
    expect(Buffer.byteLength(codeOf('Query'))).toBeLessThanOrEqual(QUERY_MAX_BYTES);
  });

  it.each(['KUBERNETES_SERVICE_HOST', 'DescribeCluster'])('hold %s where a cluster is to be reached', (text) => {
    for (const name of ['Tick', 'Evaluate', 'Command', 'Watchdog']) expect(codeOf(name)).toContain(text);
    for (const name of ['Query', 'Learn']) expect(codeOf(name)).not.toContain(text);
  });
});
