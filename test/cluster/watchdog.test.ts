// The watchdog on a real control plane: floors that nobody tends are given back, and what has no HPA is raised where ticks stopped.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDecisionStore } from '../../lib/adapters/dynamo/decision-store.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import { openTable } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import type { TickSummary } from '../../lib/app/ports/tick-store.ts';
import { runWatchdog } from '../../lib/app/watchdog/watchdog.ts';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import { policiesWith } from '../make/policies.ts';
import { type Acting, startActing } from './acting.ts';
import { kubectl } from './cluster-under-test.ts';

const NAMESPACE = `wd-${process.pid}`;
const MINUTE = 60_000;
const DAY = 86_400_000;

let acting: Acting;
let table: Awaited<ReturnType<typeof startEmbeddedTable>>;
beforeAll(async () => {
  table = await startEmbeddedTable();
  acting = await startActing(NAMESPACE, { workloads: ['watched', 'alone', 'paused'], underHpa: ['watched'] });
}, 90_000);
afterAll(async () => {
  await acting?.stop();
  await table?.close();
});

const ENABLED = { 'predictive-autoscaling-enabled': 'true' };
const lines: string[] = [];
const log = {
  info: () => undefined,
  warn: (line: string) => lines.push(line),
  error: (line: string) => lines.push(line),
};

function watch(
  finishedAt: number,
  policies: Readonly<Record<string, Record<string, string>>>,
  killSwitch: string | null = null,
) {
  const opened = openTable(table);
  const last: TickSummary = {
    cluster: 'real',
    scheduledAt: finishedAt,
    finishedAt,
    workloads: 1,
    enabled: 1,
    applied: 0,
    problems: [],
  };
  const records = Object.entries(policies).map(
    ([name, values]) =>
      [`${NAMESPACE}/${name}`, { workload: acting.ref(name), values, updatedAt: 0, updatedBy: null }] as const,
  );
  const { limits, noticeBoard } = makeKubernetes({
    clusters: new Map([['real', { kind: 'kubeconfig' }]]),
    namespaces: { include: [NAMESPACE], exclude: [] },
    version: 'test',
  });
  const ports = {
    ...acting.ports,
    log,
    limits,
    noticeBoard,
    wall: { now: Date.now },
    series: makeSeriesStore(opened),
    decisions: makeDecisionStore(opened),
    schedules: { list: async () => new Map() },
    policies: { list: async () => policiesWith(records) },
    killSwitches: { whereOn: async () => null },
    ticks: { ...makeTickStore(opened), last: async () => last },
  };
  const blast = { sharePercent: 25, freeReplicas: 20, workloads: 200 };
  const settings = { tickSeconds: 60, killSwitch, safety: { blast, hold: { fallPercent: 20, calmTicks: 10 } } };
  return runWatchdog(ports, settings, 'real', Date.now());
}

describe('the watchdog', () => {
  it('leaves a floor that is tended, and gives it back when it is not, or when ticks stop', async () => {
    const watched = (keys = {}) => ({ watched: { ...ENABLED, ...keys } });
    expect(await watch(Date.now(), watched())).toMatchObject({ reason: 'no_floors' });
    await acting.floorAt('watched', 6);
    expect(await watch(Date.now(), watched())).toMatchObject({ reason: 'tended', released: [] });
    expect(acting.hpaAt('watched').min).toBe(6);
    expect(await watch(Date.now(), watched({ paused: 'true' }))).toMatchObject({ reason: 'untended' });
    expect(acting.hpaAt('watched').min).toBe(2);
    await acting.floorAt('watched', 6);
    expect(await watch(Date.now() - 11 * MINUTE, watched())).toMatchObject({ reason: 'ticks_stopped', raised: [] });
    expect(acting.hpaAt('watched')).toEqual({ min: 2, own: undefined, floor: undefined });
    expect(lines).toHaveLength(2);
  });

  it('raises a Deployment without an HPA to what its coming hour took, once, and tells it in the cluster', async () => {
    await rememberYesterday({ alone: 0.32, paused: 0.32, watched: 0.32 });
    const policies = { watched: ENABLED, alone: ENABLED, paused: { ...ENABLED, paused: 'true' } };
    const replicas = async (name: string) => (await acting.observed(name)).replicas.spec;
    expect(await watch(Date.now(), policies)).toMatchObject({ raised: [] });
    expect(await watch(Date.now() - 11 * MINUTE, policies, 'set')).toMatchObject({ raised: [] });
    expect(await replicas('alone')).toBe(2);
    const raised = [{ workload: { name: 'alone' }, kind: 'applied', message: 'scaled 2 → 5 replicas' }];
    expect(await watch(Date.now() - 11 * MINUTE, policies)).toMatchObject({ reason: 'ticks_stopped', raised });
    expect([await replicas('alone'), await replicas('paused'), await replicas('watched')]).toEqual([5, 2, 2]);
    const events = kubectl(['-n', NAMESPACE, 'get', 'events', '-o', 'jsonpath={.items[*].message}']);
    expect(events).toContain('scaled 2 → 5 replicas (watchdog): no tick has finished since');
    await acting.until('alone', ({ replicas: { ready } }) => ready === 5);
    expect(await watch(Date.now() - 16 * MINUTE, policies)).toMatchObject({ raised: [] });
    kubectl(['-n', NAMESPACE, 'scale', 'deployment', 'alone', '--replicas=3']);
    expect(await watch(Date.now() - 21 * MINUTE, policies)).toMatchObject({ raised: [] });
    expect(await replicas('alone')).toBe(3);
  });
});

/** Cores in use a day ago, in the hour and a half from now. */
async function rememberYesterday(cores: Readonly<Record<string, number>>): Promise<void> {
  const series = makeSeriesStore(openTable(table));
  const refs = Object.keys(cores).map(acting.ref);
  const at = Float64Array.from({ length: 90 }, (_, i) => Date.now() - DAY + i * MINUTE);
  for (const shard of await series.assign('real', refs)) {
    const past = Object.entries(cores).map(([name, cpu]) => {
      const demand = { cpu: at.map(() => cpu), memory: at.map(() => 2 ** 20) };
      return [`${NAMESPACE}/${name}`, { at, demand, replicas: at.map(() => 2) }] as const;
    });
    await series.backfill('real', shard, new Map(past));
  }
}
