// The whole way of the deployed autoscaler, from its schedule to a scaled Deployment: the bundles that were synthesized, run as
// Lambda runs them, with the environment, roles, queues and schedules of the template; the cluster is found as EKS has it found.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openApiText } from '../../lib/app/api/openapi-document.ts';
import { VERSION } from '../../lib/version.ts';
import { type SimulatedCluster, startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import { type Door, startDoor } from '../stand-ins/api-server-door.ts';
import { apiOf, minute } from '../stand-ins/deployed-api.ts';
import { identitiesOf } from '../stand-ins/deployed-identities.ts';
import { type DeployedStack, deployStack } from '../stand-ins/deployed-stack.ts';
import { CALLER } from './api-request.ts';
import { type Synthesis, synthesise, synthesiseElsewhere } from './synthesis.ts';
import { describeVerify } from './verify-deployed.ts';

const MIB = 2 ** 20;
/** A process that answers people reads all of it first. */
const QUERY_MAX_BYTES = 800_000;
const OPTED_IN = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/mode': 'scale' };
/** Each is short of capacity: two pods of half a core, loaded with three cores. One is opted in before the first tick. */
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
  ...(name === 'basket' && { annotations: OPTED_IN }),
}));

const FUNCTIONS = ['Tick', 'Evaluate', 'Learn', 'Query', 'Command', 'Watchdog'];
const CONTEXT = { createAccessEntries: true };

let synthesis: Synthesis;
let elsewhere: ReturnType<typeof synthesiseElsewhere>;
let cluster: SimulatedCluster;
let door: Door;
let stack: DeployedStack;
beforeAll(() => {
  // Beside this one, which takes all of this process meanwhile.
  elsewhere = synthesiseElsewhere('Plain', CONTEXT);
  elsewhere.catch(() => undefined);
  synthesis = synthesise({ Plain: CONTEXT });
}, 300_000);
afterAll(async () => {
  synthesis?.remove();
  (await elsewhere).remove();
});

async function deploy(environment: Readonly<Record<string, string>>) {
  cluster = await startSimulatedCluster({ name: 'prod', workloads: WORKLOADS, clock: { now: () => Date.now() } });
  const { Plain: template } = synthesis.templates;
  if (template === undefined) throw new Error('the stack is missing');
  const identities = identitiesOf(template);
  door = await startDoor(cluster.url, (token) => identities.admit('prod', token, Date.now()));
  stack = await deployStack({ synthesis, template, identities, clusters: { prod: door }, environment });
  return apiOf(stack, 'prod');
}

/** Functions that were let in to the cluster, by the first part of their roles' names. */
function admitted(): readonly string[] {
  return [...door.admitted].map((user) => /role\/(\w+?)Role/.exec(user)?.[1] ?? user).sort();
}

describe('the stack, run', () => {
  afterEach(async () => {
    await stack.close();
    await door.close();
    await cluster.close();
  });

  it('scales what opted in, in place, from its schedule', async () => {
    const { ask, enable, status } = await deploy({});
    const first = { kind: 'done', summary: { cluster: 'prod', workloads: 3, enabled: 1, applied: 1, problems: [] } };
    const at = minute(0);
    expect(await stack.schedule('Schedule', at)).toMatchObject({ ok: true, result: first });
    expect(cluster.replicas('shop/basket')).toBeGreaterThan(2);
    const again = await stack.schedule('Schedule', at);
    expect(again).toMatchObject({ result: { kind: 'skipped', reason: 'already_done' } });
    const path = '/api/autoscaling/recommendations/prod?deployment=checkout&namespace=shop';
    const recommended = await ask('Query', 'GET', path);
    expect(recommended.body.decision).toMatchObject({ action: 'scale_up', current_replicas: 2 });
    const { status: code, body } = await enable('shop', 'checkout');
    expect([code, body.decision.outcome, body.decision.requested_by]).toEqual([200, 'applied', CALLER]);
    expect(cluster.replicas('shop/checkout')).toBe(body.decision.target_replicas);
    expect(body.decision.target_replicas).toBeGreaterThan(2);
    const second = await stack.schedule('Schedule', minute(1));
    expect(second).toMatchObject({ ok: true, isCold: false, result: { kind: 'done', summary: { enabled: 2 } } });
    expect(cluster.replicas('shop/search')).toBe(2);
    expect(await status()).toMatchObject({ cluster: 'prod', predictive_enabled: 2 });
    expect((await ask('Query', 'GET', '/health')).body.status).toBe('ok');
    expect((await ask('Query', 'GET', '/openapi.json')).body.openapi).toBe('3.1.0');
    expect(stack.events.map(({ DetailType }) => DetailType)).toContain('DecisionApplied');
    // Looks come when their time has come.
    const ours = admitted().filter((name) => name !== 'Look');
    expect([ours, door.refusals]).toEqual([['Command', 'Tick'], []]);
  }, 300_000);

  it('scales what opted in through its queue, and the last shard closes the tick', async () => {
    const { enable, status } = await deploy({ SHARDS_IN_PLACE: '0' });
    expect(await stack.schedule('Schedule', minute(0))).toMatchObject({ ok: true, result: { kind: 'handed_on' } });
    await expect.poll(async () => (await status()).last_tick, { timeout: 60_000 }).not.toBeNull();
    expect(cluster.replicas('shop/basket')).toBeGreaterThan(2);
    expect([(await enable('shop', 'checkout')).status, (await enable('shop', 'search')).status]).toEqual([200, 200]);
    const before = (await status()).last_tick;
    const after = cluster.replicas('shop/checkout');
    expect(await stack.schedule('Schedule', minute(1))).toMatchObject({ ok: true, result: { kind: 'handed_on' } });
    await expect.poll(async () => (await status()).last_tick, { timeout: 60_000 }).not.toBe(before);
    expect(cluster.replicas('shop/checkout')).toBeGreaterThanOrEqual(after);
    expect((await status()).problems).toEqual([]);
    // A look is held back by its queue, and then reads the cluster as the others do.
    await expect.poll(admitted, { timeout: 60_000 }).toContain('Look');
    expect([admitted(), door.refusals]).toEqual([['Command', 'Evaluate', 'Look', 'Tick'], []]);
    // A message goes when its function has answered.
    await expect.poll(() => stack.queue('QueuesShardsQueue'), { timeout: 30_000 }).toEqual({ ready: 0, inFlight: 0 });
  }, 300_000);
});

describeVerify(() => synthesis);

describe('its bundles', () => {
  const folderOf = (name: string) => {
    const { Plain } = synthesis.templates;
    if (Plain === undefined) throw new Error('the stack is missing');
    return synthesis.assetOf(Plain, `${name}Function`);
  };
  const codeOf = (name: string) => readFileSync(join(folderOf(name), 'index.mjs'), 'utf8');

  it('and the template are the same, made again by another process in another place and time zone', async () => {
    const again = await elsewhere;
    expect(again.template).toEqual(synthesis.templates.Plain?.toJSON());
    for (const name of FUNCTIONS) expect(again.bundle(basename(folderOf(name)))).toBe(codeOf(name));
  });

  it('have the OpenAPI document beside query, as the schemas say it', () => {
    expect(readFileSync(join(folderOf('Query'), 'openapi.json'), 'utf8')).toBe(openApiText(VERSION));
    expect(codeOf('Query')).not.toContain('requestBody');
  });

  it('let query start fast', () => {
    expect(Buffer.byteLength(codeOf('Query'))).toBeLessThanOrEqual(QUERY_MAX_BYTES);
  });

  it.each(['KUBERNETES_SERVICE_HOST', 'DescribeCluster'])('hold %s where a cluster is to be reached', (text) => {
    for (const name of ['Tick', 'Evaluate', 'Look', 'Command', 'Watchdog']) expect(codeOf(name)).toContain(text);
    for (const name of ['Query', 'Learn']) expect(codeOf(name)).not.toContain(text);
  });
});
