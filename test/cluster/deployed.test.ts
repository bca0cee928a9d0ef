// The synthesized functions on a real API server: found by DescribeCluster, let in by a token of AWS's and the template's access
// entries, and there with the rights of rbac.yaml alone.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { presignToken } from '../../lib/adapters/eks/token.ts';
import { type Synthesis, synthesise } from '../infra/synthesis.ts';
import { apiOf, minute } from '../stand-ins/deployed-api.ts';
import { type Identities, identitiesOf, REGION } from '../stand-ins/deployed-identities.ts';
import { type DeployedStack, deployStack } from '../stand-ins/deployed-stack.ts';
import { startTokenWebhook, type TokenWebhook } from '../stand-ins/token-webhook.ts';
import { apply, kubectl } from './cluster-under-test.ts';
import { busy, isStandIn, observerOf } from './observe-and-decide.ts';
import { manifestText } from './rbac-subjects.ts';

const NAMESPACE = `dp-${process.pid}`;
const { until, wanting } = observerOf(NAMESPACE);
const OPTED_IN = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/mode': 'scale' };
const WORKLOADS = ['asked', 'left', 'noted'];

let synthesis: Synthesis;
let identities: Identities;
let webhook: TokenWebhook;
let stack: DeployedStack;

describe.runIf(isStandIn)('the stack, run on a real cluster', () => {
  beforeAll(async () => {
    kubectl(['create', 'namespace', NAMESPACE]);
    apply(WORKLOADS.map((name) => wanting(name, name === 'noted' ? { annotations: OPTED_IN } : {})));
    kubectl(['apply', '-f', '-'], manifestText('rbac.yaml'));
    synthesis = synthesise({ Real: { createAccessEntries: true, settings: { NAMESPACES: NAMESPACE } } });
    identities = identitiesOf(templateOf(synthesis));
    webhook = await startTokenWebhook(authenticatorUrl(), (token) => identities.admit('prod', token, Date.now()));
    for (const name of WORKLOADS) await until(name, busy(2));
  }, 300_000);

  afterAll(() => {
    webhook?.close();
    kubectl(['delete', '-f', '-'], manifestText('rbac.yaml'));
    kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
    synthesis?.remove();
  });
  afterEach(() => stack.close());

  it('scales through its queue what opted in before, and tells it in the cluster', async () => {
    const { status } = await deploy({ SHARDS_IN_PLACE: '0' });
    expect(await stack.schedule('Schedule', minute(0))).toMatchObject({ ok: true, result: { kind: 'handed_on' } });
    await expect.poll(async () => (await status()).last_tick, { timeout: 60_000 }).not.toBeNull();
    expect(await status()).toMatchObject({ predictive_enabled: 1, problems: [] });
    expect([replicas('noted') > 2, replicas('asked'), replicas('left')]).toEqual([true, 2, 2]);
    expect(admitted()).toEqual(['Evaluate', 'Tick']);
    const events = kubectl(['-n', NAMESPACE, 'get', 'events', '-o', 'jsonpath={.items[*].message}']);
    expect(events).toContain('scaled 2 → ');
  }, 120_000);

  it('scales in place, and what somebody enables at once', async () => {
    const { enable, status } = await deploy({});
    const first = { kind: 'done', summary: { cluster: 'prod', workloads: 3, problems: [] } };
    expect(await stack.schedule('Schedule', minute(0))).toMatchObject({ ok: true, result: first });
    const { status: code, body } = await enable(NAMESPACE, 'asked');
    expect([code, body.decision.outcome]).toEqual([200, 'applied']);
    expect([replicas('asked'), replicas('left')]).toEqual([body.decision.target_replicas, 2]);
    const second = { kind: 'done', summary: { enabled: 2, problems: [] } };
    expect(await stack.schedule('Schedule', minute(1))).toMatchObject({ ok: true, result: second });
    expect(await status()).toMatchObject({ predictive_enabled: 2 });
    expect(admitted()).toContain('Command');
  }, 120_000);

  it('is let in as the functions that may, with what rbac.yaml gives, and as nobody else', async () => {
    await deploy({});
    const as = async (name: string, clusterName = 'prod') => {
      const keys = identities.keysOf(stack.lambda(name).name);
      const token = await presignToken({ clusterName, region: REGION }, keys, Date.now());
      return (path: string) => outcomeOf(path, token);
    };
    const tick = await as('Tick');
    expect(await tick(`/api/v1/namespaces/${NAMESPACE}/pods`)).toBe('allowed');
    expect(await tick(`/api/v1/namespaces/${NAMESPACE}/secrets`)).toBe('forbidden');
    expect(await (await as('Query'))('/api')).toBe('unauthorized');
    expect(await (await as('Tick', 'staging'))('/api')).toBe('unauthorized');
  }, 60_000);
});

async function deploy(environment: Readonly<Record<string, string>>) {
  const config = new KubeConfig();
  config.loadFromDefault();
  const { server: endpoint = '', caData = '' } = config.getCurrentCluster() ?? {};
  const clusters = { prod: { endpoint, ca: Buffer.from(caData, 'base64').toString() } };
  stack = await deployStack({ synthesis, template: templateOf(synthesis), identities, clusters, environment });
  return apiOf(stack, 'prod');
}

function templateOf({ templates }: Synthesis) {
  const { Real } = templates;
  if (Real === undefined) throw new Error('the stack is missing');
  return Real;
}

/** Our control plane says where it asks. */
function authenticatorUrl(): string {
  const file = join(dirname(process.env.KUBECONFIG ?? ''), 'pki', 'authenticator.kubeconfig');
  return JSON.parse(readFileSync(file, 'utf8')).clusters[0].cluster.server;
}

/** Functions that were let in so far, by the first part of their roles' names. */
function admitted(): readonly string[] {
  return [...webhook.admitted].map((user) => /role\/(\w+?)Role/.exec(user)?.[1] ?? user).sort();
}

function replicas(name: string): number {
  return Number(kubectl(['-n', NAMESPACE, 'get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}']));
}

/** Not by `kubectl` of the other tests: nobody would answer the API server while this process waits for that. */
async function outcomeOf(path: string, token: string): Promise<string> {
  try {
    await promisify(execFile)(process.env.KUBECTL ?? 'kubectl', ['get', '--raw', path, '--token', token]);
    return 'allowed';
  } catch (error) {
    const said = String(error);
    return /Forbidden/.test(said) ? 'forbidden' : /Unauthorized/.test(said) ? 'unauthorized' : said;
  }
}
