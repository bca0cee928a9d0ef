// Going back: the release before this one, run from its own source, meets a table that this one has written, and the other way round.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedTable, startEmbeddedTable } from '../../local/embedded-table.ts';
import { type SimulatedCluster, startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import { apiRequest } from '../infra/api-request.ts';
import { type Checkout, checkOut, PRESENT, type Ran, type Release, startRelease } from '../stand-ins/release.ts';

/** The last one whose table has places in pages, and no item of a tick that is handed on. */
const OLDER = '243b871428cce125b14f9cfc1ce10da98c11ddff';
const MINUTE = 60_000;
const MIB = 2 ** 20;

const workload = (name: string, cores: number) => ({
  namespace: 'shop',
  name,
  replicas: 2,
  cpuRequestCores: 0.5,
  memoryRequestBytes: 256 * MIB,
  memoryBaseBytes: 100 * MIB,
  memoryPerCoreBytes: 20 * MIB,
  startupSeconds: 1,
  load: () => cores * growth,
});
const HPA = { minReplicas: 2, maxReplicas: 12, targetCpuPercent: 70 };
const WORKLOADS = [
  workload('checkout', 3),
  workload('search', 3),
  workload('basket', 0.2),
  workload('reports', 3),
  { ...workload('catalog', 0.2), hpa: HPA },
];

const older = checkOut(OLDER);
const WHY_NOT = older === null ? ` (not run: this clone's history does not reach back to ${OLDER.slice(0, 7)})` : '';
/** Both releases and the cluster go by it; it begins at a full minute. */
let now = Math.floor(Date.now() / MINUTE) * MINUTE;
/** What all loads are multiplied by. */
let growth = 1;
let cluster: SimulatedCluster;
let table: EmbeddedTable;
let folder: string;
let running: Release;

async function deploy(release: Pick<Checkout, 'folder'> | null): Promise<void> {
  if (release === null) throw new Error('no older release');
  await running?.close();
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig);
  const CLUSTERS = JSON.stringify([{ id: 'prod', kubeconfig }]);
  running = await startRelease(release.folder, { TABLE_NAME: table.tableName, CLUSTERS }, table);
}

function tick(): Promise<Ran> {
  now += MINUTE;
  return running.run('tick', { cluster: 'prod', scheduled_at: new Date(now).toISOString() }, now);
}

const watch = () => running.run('watchdog', { cluster: 'prod' }, now);

async function ask(name: 'query' | 'command', method: string, path: string, body?: unknown) {
  const ran = await running.run(name, apiRequest(method, `/api/autoscaling/${path}`, body), now);
  if (!ran.ok) throw new Error(ran.error);
  const { statusCode, body: text } = ran.result as { statusCode: number; body: string };
  return { status: statusCode, body: JSON.parse(text) };
}

async function command(path: string, deployment_name: string, rest: object = {}): Promise<void> {
  const answer = await ask('command', 'POST', `${path}/prod`, { deployment_name, namespace: 'shop', ...rest });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
}

interface Row {
  readonly deployment: string;
}
async function rows() {
  const { body } = await ask('query', 'GET', 'status/prod');
  return Object.fromEntries((body.workloads as readonly Row[]).map((row) => [row.deployment, row]));
}

interface KubeObject {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly replicas: number; readonly minReplicas?: number };
}
async function list(path: string): Promise<readonly KubeObject[]> {
  const answer = await fetch(`${cluster.url}/apis/${path}`);
  return ((await answer.json()) as { items: readonly KubeObject[] }).items;
}

/** What anybody could have changed of them: replicas and annotations; behind an HPA its bounds. */
async function standing() {
  const deployments = await list('apps/v1/deployments');
  const hpas = await list('autoscaling/v2/horizontalpodautoscalers');
  const scaled = deployments.filter(({ metadata: { name } }) => name !== 'catalog');
  return [...scaled, ...hpas].map(({ metadata: { name, annotations = {} }, spec: { replicas, minReplicas } }) => ({
    name,
    annotations,
    replicas: minReplicas ?? replicas,
  }));
}
/** Replicas, or the lower bound, of those that have others than they began with. */
async function changed(): Promise<Readonly<Record<string, number>>> {
  const others = (await standing()).filter(({ replicas }) => replicas !== 2);
  return Object.fromEntries(others.map(({ name, replicas }) => [name, replicas]));
}

const ALL_DAY = {
  time_zone: 'UTC',
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  start: '00:00',
  end: '24:00',
};
const STANDING = {
  checkout: { enabled: true, mode: 'scale' },
  search: { enabled: true },
  basket: { enabled: true },
  reports: { enabled: false },
  catalog: { enabled: true },
};

describe.skipIf(older === null)(`the release before, and this one, by turns on one table${WHY_NOT}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ai4k8s-turns-'));
    cluster = await startSimulatedCluster({ name: 'prod', workloads: WORKLOADS, clock: { now: () => now } });
    table = await startEmbeddedTable();
    await deploy(older);
  });
  afterAll(async () => {
    await running?.close();
    await cluster?.close();
    await table?.close();
    if (folder) rmSync(folder, { recursive: true });
    older?.remove();
  });

  it('the older one scales, holds a floor, and knows a window and a pause', async () => {
    expect(await tick()).toMatchObject(DONE);
    await command('predictive/enable', 'checkout', { mode: 'scale', max_replicas: 12 });
    await command('predictive/enable', 'search', { max_replicas: 12 });
    await command('predictive/pause', 'search');
    for (const [name, size] of [
      ['basket', 4],
      ['catalog', 5],
    ] as const) {
      await command('predictive/enable', name, { max_replicas: 12 });
      await command('schedule/create', name, { ...ALL_DAY, floor: size });
    }
    await tick();
    expect(await tick()).toMatchObject(DONE);
    expect(await rows()).toMatchObject(STANDING);
    expect(await changed()).toMatchObject({ checkout: expect.any(Number), basket: 4, catalog: 5 });
  });

  it('a kill switch that this one turned on stops the older one', async () => {
    await deploy({ folder: PRESENT });
    await turnKillSwitch('on');
    await deploy(older);
    const before = await standing();
    growth = 1.6;
    expect(await tick()).toMatchObject({ ok: false, error: refusal('C#prod#POLICY / !KILL_SWITCH') });
    expect(await standing()).toEqual(before);
    await deploy({ folder: PRESENT });
    await turnKillSwitch('off');
    await deploy(older);
    expect(await tick()).toMatchObject(DONE);
  });

  it('this one goes on from there, with all that stands', async () => {
    const before = await changed();
    await deploy({ folder: PRESENT });
    growth = 2.4;
    expect(await rows()).toMatchObject(STANDING);
    await tick();
    expect(await tick()).toMatchObject(DONE);
    expect(await rows()).toMatchObject(STANDING);
    expect(await changed()).toMatchObject({ ...before, checkout: 12 });
  });

  it('the older one, back again, changes no workload: neither by its ticks nor at a request', async () => {
    await deploy(older);
    const before = await standing();
    growth = 4;
    for (let i = 0; i < 2; i += 1) {
      const ran = await tick();
      expect(ran).toMatchObject({ ok: false, error: refusal('SHARDS#prod / SHARDS') });
      // Whoever reads the log, or is told by the alarm on it, learns what to run.
      expect(ran.said).toContainEqual(expect.stringContaining('run the release that wrote it'));
    }
    for (const path of ['predictive/enable', 'predictive/apply', 'predictive/pause']) {
      const answer = await ask('command', 'POST', `${path}/prod`, { deployment_name: 'reports', namespace: 'shop' });
      expect(answer).toMatchObject({ status: 503, body: { detail: refusal('SHARDS#prod / SHARDS') } });
    }
    const asked = await ask('query', 'GET', 'status/prod');
    expect(asked).toMatchObject({ status: 503, body: { detail: refusal('SHARDS#prod / SHARDS') } });
    expect(await watch()).toMatchObject({ ok: true, result: { reason: 'tended', released: [] } });
    expect(await standing()).toEqual(before);
  });

  it('but it gives floors back once its ticks have failed for ten minutes', async () => {
    const before = await standing();
    now += 11 * MINUTE;
    const { said } = await watch();
    expect(said).toContainEqual(expect.stringContaining('HPA shop/catalog has its own minReplicas back: 5 → 2'));
    const given = { name: 'catalog', annotations: {}, replicas: 2 };
    expect(await standing()).toEqual(before.map((one) => (one.name === 'catalog' ? given : one)));
  });

  it('and this one, once more, has everything as it stood', async () => {
    await deploy({ folder: PRESENT });
    await tick();
    expect(await tick()).toMatchObject(DONE);
    expect(await rows()).toMatchObject(STANDING);
    expect(await changed()).toMatchObject({ checkout: 12, basket: 4, catalog: 5 });
  });
});

const DONE = { ok: true, result: { kind: 'done' } };

function refusal(item: string): string {
  return `Item ${item} has version 2 and this release reads 1: run the release that wrote it.`;
}

async function turnKillSwitch(state: 'on' | 'off'): Promise<void> {
  expect(await ask('command', 'POST', 'kill-switch/prod', { state, reason: 'a test' })).toMatchObject({ status: 200 });
}
