// A trial that goes wrong at each of its steps: it says where and why, and takes away what it made all the same.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runTrial, type Trial } from '../../../cli/verify/trial.ts';
import { trialDeployment } from '../../../cli/verify/trial-deployment.ts';
import { makeConnections } from '../../../lib/adapters/kubernetes/connection.ts';
import { makeTransport } from '../../../lib/adapters/kubernetes/transport.ts';
import { type PauseCluster, type PauseOptions, startPauseCluster } from '../../stand-ins/pause-cluster.ts';
import { startSignedGateway } from '../../stand-ins/signed-gateway.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const DECISION = { action: 'maintain', reason: 'nothing to do', outcome: 'unchanged', outcome_message: 'stays' };
const APPLIED = { action: 'scale_up', reason: 'a window', outcome: 'applied', outcome_message: '1 → 2' };
const REFUSED = { action: 'scale_up', reason: 'a window', outcome: 'refused', outcome_message: 'no room in the quota' };

interface Spoilt extends PauseOptions {
  /** Bodies with their status, by the path between `/api/autoscaling/` and the cluster. */
  readonly api?: Readonly<Record<string, readonly [number, object]>>;
  /** Whether a tick scales once there is a window. */
  readonly ticks?: boolean;
  /** Status goes on to have it enabled. */
  readonly staysEnabled?: boolean;
  /** Told each call; may interrupt. */
  readonly onCall?: (what: string, interrupt: () => void) => void;
}

async function tried(spoilt: Spoilt = {}) {
  const cluster = await startPauseCluster(spoilt);
  closing.push(() => cluster.close());
  const interruption = new AbortController();
  const asked: string[] = [];
  const gateway = await startSignedGateway('none', (_, { rawPath }) => {
    const what = rawPath.replace('/api/autoscaling/', '').replace(/\/prod$/, '');
    asked.push(what);
    spoilt.onCall?.(what, () => interruption.abort());
    if (what === 'schedule/create' && spoilt.ticks !== false) scaleTo(cluster, 2);
    const [statusCode, body] = spoilt.api?.[what] ?? [200, SAID[what] ?? {}];
    const enabled = cluster.names().map((deployment) => ({ namespace: 'shop', deployment, enabled: true }));
    const workloads = what === 'status' && spoilt.staysEnabled === true ? { workloads: enabled } : {};
    return { statusCode, body: JSON.stringify({ ...body, ...workloads }) };
  });
  gateway.open();
  closing.push(() => gateway.close());
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-trial-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'kubeconfig');
  writeFileSync(path, cluster.kubeconfig);
  const access = new Map([['prod', { kind: 'kubeconfig', path } as const]]);
  const client = await makeConnections(access, makeTransport('0', 5000).http)('prod');
  const trial = await runTrial(
    {
      deployment: trialDeployment(client, 'shop', 'pause'),
      namespace: 'shop',
      target: { url: gateway.url, cluster: 'prod' },
      longestMs: { ready: 1500, scaled: 1500 },
      now: Date.now,
      tell: () => undefined,
      byHand: 'kubectl delete it',
    },
    interruption.signal,
  );
  return { trial, asked, left: cluster.names() };
}

const SAID: Readonly<Record<string, object>> = {
  'predictive/enable': { success: true, decision: DECISION },
  'predictive/disable': { success: true },
  'schedule/create': { success: true },
  schedule: { windows: [{ id: 'floor-1' }] },
  history: { decisions: [APPLIED] },
  status: { success: true, last_tick: null, problems: [], kill_switch: null, workloads: [] },
};

function scaleTo({ server }: PauseCluster, replicas: number): void {
  for (const deployment of server.objects.deployments ?? []) deployment.spec.replicas = replicas;
}

function outcomes({ checks }: Trial): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, status }) => [name, status]));
}

const TAKEN_AWAY = ['schedule', 'schedule/delete', 'predictive/disable'];

describe('a trial', () => {
  it('that goes well has each step, its time, and leaves nothing', async () => {
    const { trial, asked, left } = await tried();
    expect(outcomes(trial)).toEqual({
      Deployment: 'ok',
      enable: 'ok',
      'scaled by the schedule': 'ok',
      disable: 'ok',
      'taken away': 'ok',
    });
    expect(Object.values(trial.measured).every((ms) => ms >= 0)).toBe(true);
    expect(asked.slice(-3)).toEqual(TAKEN_AWAY);
    expect(left).toEqual([]);
  });

  it('whose Deployment may not be made asks the API for nothing', async () => {
    const { trial, asked, left } = await tried({ refuse: { POST: 403 } });
    expect(trial.checks[0]).toMatchObject({
      status: 'broken',
      message: expect.stringContaining('Grant the verb "create"'),
    });
    expect([asked, left]).toEqual([[], []]);
  });

  it('whose image is not there says so in Kubernetes’ words, and is not enabled', async () => {
    const { trial, asked, left } = await tried({ withoutImage: true });
    expect(trial.checks[0]).toMatchObject({
      status: 'broken',
      message: expect.stringContaining('ImagePullBackOff: Back-off pulling image'),
      mend: expect.stringContaining('--image'),
    });
    expect([asked, left]).toEqual([[], []]);
  });

  it('that may not be enabled is disabled all the same: the answer may have been lost', async () => {
    const problem = { title: 'Forbidden', detail: 'you may not operate in shop' };
    const { trial, asked, left } = await tried({ api: { 'predictive/enable': [403, problem] } });
    expect(trial.checks[1]).toMatchObject({
      status: 'broken',
      message: expect.stringContaining('you may not operate'),
    });
    expect(asked).toEqual(['predictive/enable', 'predictive/disable']);
    expect(left).toEqual([]);
  });

  it('that no tick scales tells the last decision', async () => {
    const { trial, asked, left } = await tried({ ticks: false, api: { history: [200, { decisions: [REFUSED] }] } });
    expect(trial.checks[2]).toMatchObject({
      name: 'scaled by the schedule',
      status: 'broken',
      message: expect.stringContaining('refused: no room in the quota'),
    });
    expect(asked.slice(-3)).toEqual(TAKEN_AWAY);
    expect(left).toEqual([]);
  });

  it('that is still enabled after disable fails', async () => {
    const { trial, left } = await tried({ staysEnabled: true });
    expect(trial.checks[3]).toMatchObject({ name: 'disable', status: 'broken' });
    expect(left).toEqual([]);
  });

  it('that cannot take its Deployment away takes away the rest, and says what to run', async () => {
    const { trial, asked, left } = await tried({ refuse: { DELETE: 403 } });
    expect(trial.checks.at(-1)).toMatchObject({
      name: 'taken away',
      status: 'broken',
      message: expect.stringContaining('could not delete deployments.apps'),
      mend: 'kubectl delete it',
    });
    expect(asked.slice(-3)).toEqual(TAKEN_AWAY);
    expect(left).toHaveLength(1);
  });

  it.each(['predictive/enable', 'schedule/create', 'predictive/disable'])(
    'interrupted at %s ends there, and takes away what it made',
    async (at) => {
      const { trial, asked, left } = await tried({ onCall: (what, interrupt) => what === at && interrupt() });
      expect(outcomes(trial)).toMatchObject({ trial: 'skipped', 'taken away': 'ok' });
      expect(asked.at(-1)).toBe('predictive/disable');
      expect(left).toEqual([]);
    },
  );
});
