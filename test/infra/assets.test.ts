// The bundles as they would be deployed, each in a fresh Node 24 process, against the embedded parts.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedTable, startEmbeddedTable } from '../../local/embedded-table.ts';
import { type SimulatedCluster, startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import { startLambda } from '../stand-ins/lambda-service.ts';
import { apiRequest, CALLER } from './api-request.ts';
import { propertiesOf, type Synthesis, synthesise } from './synthesis.ts';

const MIB = 2 ** 20;
/** A process that answers people reads all of it first. */
const QUERY_MAX_BYTES = 800_000;
/** Two pods with half a core each, loaded with three cores: they are short of capacity. */
const SHORT_OF_CAPACITY = {
  namespace: 'shop',
  name: 'checkout',
  replicas: 2,
  cpuRequestCores: 0.5,
  memoryRequestBytes: 256 * MIB,
  memoryBaseBytes: 100 * MIB,
  memoryPerCoreBytes: 20 * MIB,
  startupSeconds: 30,
  load: () => 3,
};

type Name = 'Tick' | 'Query' | 'Command';

let synthesis: Synthesis;
let table: EmbeddedTable;
let cluster: SimulatedCluster;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ai4k8s-assets-'));
  synthesis = synthesise({ Plain: {} });
  table = await startEmbeddedTable();
  cluster = await startSimulatedCluster({
    name: 'prod',
    workloads: [SHORT_OF_CAPACITY],
    clock: { now: () => Date.now() },
  });
  writeFileSync(join(folder, 'kubeconfig'), cluster.kubeconfig);
}, 180_000);
afterAll(async () => {
  await cluster?.close();
  await table?.close();
  synthesis?.remove();
  rmSync(folder, { recursive: true, force: true });
});

function template() {
  const { Plain } = synthesis.templates;
  if (Plain === undefined) throw new Error('the stack is missing');
  return Plain;
}

function bundleOf(name: Name): string {
  return join(synthesis.assetOf(template(), `${name}Function`), 'index.mjs');
}

/** The variables of the template, with the embedded parts in the place of AWS; the LLM and the bus stay out. */
function environmentOf(name: Name): Record<string, string> {
  const { Environment } = propertiesOf(template(), 'AWS::Lambda::Function', `${name}Function`);
  const { NODE_OPTIONS } = (Environment as { Variables: Record<string, string> }).Variables;
  return {
    NODE_OPTIONS: NODE_OPTIONS ?? '',
    TABLE_NAME: table.tableName,
    CLUSTERS: JSON.stringify([{ id: 'prod', kubeconfig: join(folder, 'kubeconfig') }]),
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}

/** In a fresh process, as at a cold start. */
async function invoke(name: Name, event: unknown): Promise<Record<string, unknown>> {
  const { MemorySize, Timeout } = propertiesOf(template(), 'AWS::Lambda::Function', `${name}Function`);
  const environment = environmentOf(name);
  const sizes = { memoryMb: Number(MemorySize), timeoutSeconds: Number(Timeout) };
  const lambda = startLambda({ bundle: bundleOf(name), name, environment, folder, ...sizes });
  try {
    const answer = await lambda.invoke(event);
    if (!answer.ok) throw new Error(`${name}: ${answer.error}\n${lambda.printed()}`);
    return answer.result as Record<string, unknown>;
  } finally {
    await lambda.close();
  }
}

function sizeOf(name: Name): number {
  return statSync(bundleOf(name)).size;
}

async function request(name: Name, method: string, path: string, body?: unknown) {
  const result = await invoke(name, apiRequest(method, path, body));
  return { status: result.statusCode, body: JSON.parse(String(result.body)) };
}

describe('the deployed bundles', () => {
  it('tick reads the cluster and remembers what it saw', async () => {
    const scheduled_at = `${new Date().toISOString().slice(0, 19)}Z`; // as EventBridge Scheduler writes it
    const report = await invoke('Tick', { cluster: 'prod', scheduled_at });
    expect(report).toMatchObject({ kind: 'done', summary: { cluster: 'prod', workloads: 1, problems: [] } });
    expect(await invoke('Tick', { cluster: 'prod', scheduled_at })).toEqual({
      kind: 'skipped',
      reason: 'already_done',
    });
  });

  it('query answers from what the tick left in the table', async () => {
    const path = '/api/autoscaling/recommendations/prod?deployment=checkout&namespace=shop';
    const { status, body } = await request('Query', 'GET', path);
    expect(status).toBe(200);
    expect(body.decision).toMatchObject({ action: 'scale_up', current_replicas: 2 });
    expect(body.recommendations.reactive.target_replicas).toBeGreaterThan(2);
  });

  it('query tells the status of the cluster and its own health', async () => {
    const { status, body } = await request('Query', 'GET', '/api/autoscaling/status/prod');
    expect(status).toBe(200);
    expect(body).toMatchObject({ cluster: 'prod', predictive_enabled: 0, total_replicas: 2 });
    expect((await request('Query', 'GET', '/health')).body.status).toBe('ok');
  });

  it('command enables a Deployment and scales it at once, on record with who asked', async () => {
    const { status, body } = await request('Command', 'POST', '/api/autoscaling/predictive/enable/prod', {
      deployment_name: 'checkout',
      namespace: 'shop',
      mode: 'scale',
      max_replicas: 8,
    });
    expect(status).toBe(200);
    expect(body.decision).toMatchObject({ outcome: 'applied', requested_by: CALLER });
    expect(cluster.replicas('shop/checkout')).toBe(body.decision.target_replicas);
    expect(cluster.replicas('shop/checkout')).toBeGreaterThan(2);
  });

  it('query is small enough to start fast', () => {
    expect(sizeOf('Query')).toBeLessThanOrEqual(QUERY_MAX_BYTES);
  });

  it('query holds no way to reach a cluster; the other two do', () => {
    const clientCode = ['KUBERNETES_SERVICE_HOST', 'DescribeCluster'];
    for (const text of clientCode) {
      expect(readFileSync(bundleOf('Tick'), 'utf8')).toContain(text);
      expect(readFileSync(bundleOf('Command'), 'utf8')).toContain(text);
      expect(readFileSync(bundleOf('Query'), 'utf8')).not.toContain(text);
    }
  });
});
