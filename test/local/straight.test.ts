// A cluster asked straight by its kubeconfig, where nothing of ours is installed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SimulatedCluster, startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import { openStraight, type StraightCluster } from '../../local/straight.ts';
import { type Answer, simulated } from '../make/embedded.ts';

/** Needs twice what it has, and may be changed. */
const ACTING = simulated({
  replicas: 2,
  cpuRequestCores: 1,
  load: () => 4,
  annotations: {
    'ai4k8s.io/predictive-autoscaling-enabled': 'true',
    'ai4k8s.io/mode': 'scale',
    'ai4k8s.io/max-replicas': '20',
  },
});
let folder: string;
let cluster: SimulatedCluster;
let straight: StraightCluster;
let writes = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ai4k8s-test-'));
  const clock = { now: () => Date.now() };
  const save = () => {
    writes += 1;
  };
  cluster = await startSimulatedCluster({ name: 'prod', workloads: [ACTING], clock, save });
  writeFileSync(join(folder, 'config'), cluster.kubeconfig);
  straight = await openStraight(join(folder, 'config'));
  await straight.look();
});
afterAll(async () => {
  await straight.close();
  await cluster.close();
  rmSync(folder, { recursive: true });
});

async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(`${straight.url}/api/autoscaling/${path}`, init);
  return { status: answer.status, body: await answer.json() };
}

it('shows what would be done now, and does not do it', async () => {
  const { body } = await ask(`status/${straight.cluster}`);
  const [row] = body.workloads;
  expect(row).toMatchObject({ deployment: 'web', enabled: true, replicas: 2, outcome: 'refused' });
  expect(row.target_replicas).toBeGreaterThan(2);
  expect(row.outcome_message).toContain('--kubeconfig, which only recommends');
  const { deployment, namespace } = row;
  const named = await ask(`recommendations/${straight.cluster}?deployment=${deployment}&namespace=${namespace}`);
  expect(named.body.decision.target_replicas).toBe(row.target_replicas);
  expect([cluster.replicas(`${namespace}/web`), writes]).toEqual([2, 0]);
});

it('takes no order from whoever finds its port', async () => {
  const body = JSON.stringify({ deployment_name: 'web', namespace: 'shop' });
  const headers = { 'content-type': 'application/json' };
  const { status, body: said } = await ask(`predictive/apply/${straight.cluster}`, { method: 'POST', headers, body });
  expect([status, said.title]).toEqual([403, 'Read-only']);
  expect(writes).toBe(0);
});

it('says in one line why a cluster cannot be read', async () => {
  const away = join(folder, 'away');
  writeFileSync(away, cluster.kubeconfig.replaceAll(cluster.url, 'http://127.0.0.1:1'));
  const other = await openStraight(away);
  try {
    await expect(other.look()).rejects.toThrow(/^Cluster prod: could not list [^\n]*API server\.$/);
  } finally {
    await other.close();
  }
});
