// The whole system on a stand-in API server of objects: real table engine, real handlers, and a clock that the test moves.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeHandler as makeCommandHandler } from '../../functions/command.ts';
import { makeHandler as makeQueryHandler } from '../../functions/query.ts';
import { makeHandler as makeTickHandler } from '../../functions/tick.ts';
import type { Log } from '../../lib/app/ports/world.ts';
import { readConfig } from '../../lib/config.ts';
import { wireCommand } from '../../lib/wire/command.ts';
import { wireQuery } from '../../lib/wire/query.ts';
import { wireTick } from '../../lib/wire/tick.ts';
import { startEmbeddedTable } from '../../local/embedded-table.ts';
import { startGateway } from '../../local/gateway.ts';
import { type ObjectServer, startObjectServer } from '../stand-ins/object-server.ts';
import type { Answer } from './embedded.ts';

export async function startOnObjects(env: Record<string, string> = {}) {
  let now = Date.parse('2026-03-04T12:00:00Z');
  const clock = { now: () => now };
  const server = await startObjectServer();
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-test-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigFor(server));
  const table = await startEmbeddedTable();
  const write = () => undefined;
  const log: Log = { info: write, warn: write, error: write };
  const clusters = JSON.stringify([{ id: 'demo', kubeconfig }]);
  const config = readConfig({ TABLE_NAME: table.tableName, CLUSTERS: clusters, ...env });
  const overrides = { clock, log, table, events: { publish: async () => undefined } };
  const { ports, settings, ...rest } = await wireTick(config, overrides);
  const tick = makeTickHandler({ ports, settings, ...rest });
  const gateway = await startGateway(0, {
    query: makeQueryHandler(await wireQuery(config, overrides)),
    command: makeCommandHandler(await wireCommand(config, overrides)),
  });
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const answer = await fetch(`${gateway.url}/api/autoscaling/${path}`, init);
    return { status: answer.status, body: await answer.json() };
  };
  return {
    server,
    ports,
    settings,
    now: () => now,
    /** Moves on by a minute, takes figures of that minute, and ticks; so many times. */
    async tick(times = 1) {
      for (let i = 0; i < times; i++) {
        now += 60_000;
        for (const one of server.metrics) one.timestamp = new Date(now - 15_000).toISOString();
        await tick({ cluster: 'demo', scheduled_at: new Date(now).toISOString() });
      }
    },
    get: (path: string) => ask(path),
    post: (path: string, body: object) =>
      ask(`${path}/demo`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    async close() {
      await gateway.close();
      await table.close();
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type OnObjects = Awaited<ReturnType<typeof startOnObjects>>;

function kubeconfigFor({ url }: ObjectServer): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster: { server: url } }],
    users: [{ name: 'u', user: { token: 't' } }],
  });
}
