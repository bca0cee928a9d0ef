// A `--data` folder written by an earlier release (fixtures/data-folder-2026-11): the present code goes on from it, with all it was told.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeHandler as makeQueryHandler } from '../../functions/query.ts';
import { makeHandler as makeTickHandler } from '../../functions/tick.ts';
import { readConfig } from '../../lib/config.ts';
import { wireQuery } from '../../lib/wire/query.ts';
import { wireTick } from '../../lib/wire/tick.ts';
import { openSimulated, SIMULATED_ID } from '../../local/embedded-cluster.ts';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import { startGateway } from '../../local/gateway.ts';
import { pastIn, startOf } from '../../local/past.ts';
import { OUR_CLOCK } from '../../local/simulated-clock.ts';

const FIXTURE = join(import.meta.dirname, 'fixtures/data-folder-2026-11');
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
let system: Awaited<ReturnType<typeof openFolder>>;
beforeAll(async () => {
  system = await openFolder();
});
afterAll(() => system.close());

/** As `npm start -- --data` opens it, on the day it was written. */
async function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-older-'));
  cpSync(FIXTURE, folder, { recursive: true });
  const table = await startEmbeddedTable({ folder });
  const past = await pastIn(table, SIMULATED_ID, folder);
  let now = startOf(past, 0);
  const clock = { ...OUR_CLOCK, now: () => now };
  const cluster = await openSimulated({ trace: [], folder: null, past }, clock);
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.kubeconfigText ?? '');
  const config = readConfig({
    TABLE_NAME: table.tableName,
    CLUSTERS: JSON.stringify([{ id: SIMULATED_ID, kubeconfig }]),
  });
  const overrides = { clock, table, log: quiet, events: { publish: () => Promise.resolve() } };
  const tick = await wireTick(config, overrides);
  const handler = makeTickHandler(tick);
  const query = makeQueryHandler(await wireQuery(config, overrides));
  const gateway = await startGateway(0, { query, command: query });
  return {
    ports: tick.ports,
    now: () => now,
    get: async (path: string) => (await fetch(`${gateway.url}/api/autoscaling/${path}`)).json(),
    async tick() {
      now += MINUTE;
      return handler({ cluster: SIMULATED_ID, scheduled_at: new Date(now).toISOString() });
    },
    async close() {
      await gateway.close();
      await cluster.close();
      await table.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Row {
  readonly deployment: string;
}
const rows = async () => {
  const { workloads } = (await system.get(`status/${SIMULATED_ID}`)) as { workloads: readonly Row[] };
  return Object.fromEntries(workloads.map((row) => [row.deployment, row]));
};

describe('a folder of an earlier release, before a tick and after one', () => {
  it.each(['before', 'after'])('%s: opt-ins, bounds, pauses and floors stand', async (when) => {
    if (when === 'after') await system.tick();
    expect(await rows()).toMatchObject({
      reports: { enabled: true, mode: 'auto', problems: [] },
      search: { enabled: true, mode: 'recommend' },
      checkout: { enabled: true, mode: 'scale' },
      catalog: { enabled: true, hpa: { min_replicas: 4, own_min_replicas: 2 } },
    });
    const [floor] = await system.ports.floors.list(SIMULATED_ID);
    expect(floor).toMatchObject({ hpa: 'catalog', own: 2, floor: 4, confirmed: true });
    const policies = await system.ports.policies.list(SIMULATED_ID);
    expect(policies.records.get('default/search')).toMatchObject({ values: { paused: 'true' } });
    expect(policies.records.get('batch/reports')).toMatchObject({
      values: { 'min-replicas': '3', 'max-replicas': '25' },
    });
  });

  it('its windows are listed', async () => {
    const { windows } = (await system.get(`schedule/${SIMULATED_ID}`)) as { windows: readonly unknown[] };
    expect(windows).toMatchObject([{ deployment: 'checkout', time_zone: 'Europe/Berlin', floor: 9, active_now: true }]);
  });

  it('what it has under older names is read under the present ones', async () => {
    const { series, decisions, ticks } = system.ports;
    const [shard] = await series.shards(SIMULATED_ID);
    if (shard === undefined) throw new Error('no shard');
    const web = { cluster: SIMULATED_ID, namespace: 'default', name: 'checkout' };
    const [latest, fitted] = await Promise.all([
      series.readLatest(SIMULATED_ID, shard),
      series.readFitted(SIMULATED_ID, shard),
    ]);
    const memory = latest.get('default/checkout');
    expect(memory?.regret.baselineMinutes).toBeGreaterThan(0);
    expect(memory?.wanted.every(({ baseline }) => baseline > 0)).toBe(true);
    expect(fitted.get('default/checkout')).toMatchObject({
      sizing: { policy: { expert: { windowMinutes: expect.any(Number) } } },
      signals: { cpu: { residuals: expect.any(Array) } },
    });
    const { records } = await decisions.list(web, 50);
    const [record] = records.slice(-1);
    expect(record?.assessment).toMatchObject({ unusable: {}, sizingPolicy: { windowMinutes: expect.any(Number) } });
    const journal = await ticks.readJournal(SIMULATED_ID, shard.id);
    expect(journal.every(({ assessment }) => assessment.regret.baselineMinutes >= 0)).toBe(true);
  });

  it('its places are taken over as they are, and one that is gone is shown no more', async () => {
    const { series } = system.ports;
    const [before] = await series.shards(SIMULATED_ID);
    expect(before?.places).toEqual([0, 1, 2, 3].map((slot) => ({ slot, since: 0 })));
    const ghost = { cluster: SIMULATED_ID, namespace: 'preview', name: 'gone' };
    await series.assign(SIMULATED_ID, [ghost]);
    expect((await series.shards(SIMULATED_ID))[0]?.workloads).toContainEqual(ghost);
    await system.tick();
    expect((await series.shards(SIMULATED_ID))[0]).toEqual(before);
    expect(await series.locate(ghost)).not.toBeNull();
  });

  it('its two weeks of series are read whole', async () => {
    const { series } = system.ports;
    const samples: number[] = [];
    for (const shard of await series.shards(SIMULATED_ID))
      for (const [, { at }] of await series.read(SIMULATED_ID, shard, system.now() - 14 * DAY, system.now()))
        samples.push(at.length);
    expect(samples).toHaveLength(4);
    expect(Math.min(...samples)).toBeGreaterThan(13 * 24 * 60);
  });

  it('goes on deciding from it, and takes nothing of ours for somebody else’s', async () => {
    await system.tick();
    const body = (await system.get(`recommendations/${SIMULATED_ID}?deployment=checkout&namespace=default`)) as Record<
      string,
      unknown
    >;
    expect(body).toMatchObject({ source: expect.stringMatching(/predictive|scheduled/) });
    const { decisions } = (await system.get(
      `history/${SIMULATED_ID}?deployment=catalog&namespace=default&limit=50`,
    )) as { decisions: readonly { readonly reason: string }[] };
    expect(decisions.length).toBeGreaterThan(3);
    expect(JSON.stringify(await system.get(`status/${SIMULATED_ID}`))).not.toContain('overruled');
  });
});
