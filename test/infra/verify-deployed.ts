// `ai4k8s verify --try` as its user runs it, against the stack as it was synthesized: its bundles behind signatures, its table, its
// queues, and a cluster in which the throwaway Deployment is made and scaled by a tick. Run by deployed.e2e.test.ts, which has the bundles.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, startDoor } from '../stand-ins/api-server-door.ts';
import { type AwsAccount, REGION, STACK, startAwsAccount } from '../stand-ins/aws-account.ts';
import { minute } from '../stand-ins/deployed-api.ts';
import { identitiesOf } from '../stand-ins/deployed-identities.ts';
import { type DeployedStack, deployStack } from '../stand-ins/deployed-stack.ts';
import { type PauseCluster, startPauseCluster } from '../stand-ins/pause-cluster.ts';
import { type GatewayAnswer, type SignedGateway, startSignedGateway } from '../stand-ins/signed-gateway.ts';
import { PROJECT, type Synthesis } from './synthesis.ts';

const SECRET_KEY = 'a-secret-key';

let cluster: PauseCluster;
let door: Door;
let stack: DeployedStack;
let gateway: SignedGateway;
let account: AwsAccount;
let folder: string;

function verify(...given: string[]) {
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfig);
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(PROJECT, 'cli/main.ts'), 'verify', '--stack', STACK, ...given], {
    env: {
      PATH,
      HOME,
      KUBECONFIG: kubeconfig,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      AWS_ENDPOINT_URL: account.url,
      AWS_ENDPOINT_URL_SQS: stack.queuesUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += chunk));
  child.stderr.on('data', (chunk) => (said.err += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, said, ended };
}

/** @param synthesisOf with stack `STACK`, when tests run */
export function describeVerify(synthesisOf: () => Synthesis): void {
  describe('verify, of the stack as it runs', () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'ai4k8s-verify-'));
      const synthesis = synthesisOf();
      const template = synthesis.templates[STACK];
      if (template === undefined) throw new Error('the stack is missing');
      cluster = await startPauseCluster();
      const identities = identitiesOf(template);
      door = await startDoor(cluster.server.url, (token) => identities.admit('prod', token, Date.now()));
      stack = await deployStack({ synthesis, template, identities, clusters: { prod: door } });
      gateway = await startSignedGateway(SECRET_KEY, async (method, event) => {
        const answer = await stack.lambda(method === 'GET' ? 'Query' : 'Command').invoke(event);
        // The next tick comes at once, and not within the minute.
        if (event.rawPath.includes('/schedule/create/')) void stack.schedule('Schedule', minute(1));
        if (!answer.ok) return { statusCode: 500, body: JSON.stringify({ message: 'Internal Server Error' }) };
        return answer.result as GatewayAnswer;
      });
      const { table, physicalIds } = stack;
      account = await startAwsAccount({ template, apiUrl: gateway.url, table, physicalIds });
    }, 300_000);
    afterAll(async () => {
      account?.close();
      gateway?.close();
      await stack?.close();
      await door?.close();
      cluster?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it('finds the stack in order, has a Deployment of its own scaled by the schedule, and leaves nothing', async () => {
      expect(await stack.schedule('Schedule', minute(0))).toMatchObject({ ok: true });
      const { said, ended } = verify('--try', '--namespace', 'shop', '--json');
      const code = await ended;
      const { checks, trial, ok } = JSON.parse(said.out);
      expect(checks.filter(({ status }: { status: string }) => status !== 'ok')).toEqual([]);
      expect([code, ok]).toEqual([0, true]);
      const sawOf = (name: string) => checks.find((check: { name: string }) => check.name === name)?.message;
      expect(sawOf('last tick')).toMatch(/finished \d+ s ago, says the table/);
      expect(sawOf('API status')).toMatch(/signed it answers: workloads 0/);
      expect(sawOf('enable')).toMatch(/^first decision: maintain, unchanged/);
      expect(sawOf('scaled by the schedule')).toMatch(/^1 → 2 written by a tick, applied/);
      expect(Object.keys(trial)).toEqual(['ready', 'firstDecision', 'scaled', 'disabled']);
      expect(said.err).toMatch(/should this process be killed: .* delete deployment ai4k8s-verify-[0-9a-f]{8}/);
      expect(cluster.names()).toEqual([]);
      expect(cluster.server.writes.filter(({ what }) => !what.includes('ai4k8s-verify-'))).toEqual([]);
    }, 300_000);

    it('takes away what it made on Ctrl-C, and says that it was interrupted', async () => {
      const { child, said, ended } = verify('--try', '--namespace', 'shop');
      await expect.poll(() => said.err, { timeout: 60_000 }).toContain('waiting for a tick to scale it');
      await expect.poll(() => cluster.names(), { timeout: 60_000 }).toHaveLength(1);
      child.kill('SIGINT');
      expect(await ended).toBe(1);
      expect(said.err).toContain('interrupted: taking away what was made');
      expect(said.out).toMatch(/– trial: interrupted\n +→ run it again/);
      expect(said.out).toMatch(/✓ taken away: its window, its opt-in, Deployment ai4k8s-verify-/);
      expect(cluster.names()).toEqual([]);
    }, 120_000);

    it('takes away what it made where nobody is left to read', async () => {
      const { child, said, ended } = verify('--try', '--namespace', 'shop');
      await expect.poll(() => said.err, { timeout: 60_000 }).toContain('creating Deployment');
      child.stdout.destroy();
      child.stderr.destroy();
      await ended;
      expect(cluster.names()).toEqual([]);
    }, 120_000);
  });
}
