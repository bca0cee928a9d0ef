// `ai4k8s mcp` as an agent's program starts it: a process of its own, over stdio, on a system that runs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';
import { startSignedGateway } from '../stand-ins/signed-gateway.ts';
import { call, newClient, PROTOCOLS, type Protocol } from './client.ts';

const PROJECT = join(import.meta.dirname, '../..');
const NODE = join(PROJECT, 'node_modules/node/bin/node');
const WEB = { deployment: 'web', namespace: 'shop' };

let system: Embedded;
beforeAll(async () => {
  system = await startEmbedded([simulated()]);
  await system.tick(2);
});
afterAll(() => system.close());

const argumentsFor = (url: string, more: readonly string[]) => ['cli/main.ts', '--url', url, 'mcp', ...more];

async function started(protocol: Protocol, more: readonly string[], url = system.url, env = {}): Promise<Client> {
  const client = newClient(protocol);
  const own = { PATH: process.env.PATH ?? '', ...env };
  await client.connect(
    new StdioClientTransport({ command: NODE, args: argumentsFor(url, more), cwd: PROJECT, env: own }),
  );
  return client;
}

describe.each(PROTOCOLS)('protocol %s', (protocol) => {
  it('answers every tool that reads, in the form that it has announced', async () => {
    const client = await started(protocol, []);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      ...['status', 'recommend', 'why', 'why_not', 'forecast', 'backtest', 'history'],
    ]);
    for (const tool of ['status', 'recommend', 'why_not', 'forecast', 'history'])
      expect(await call(client, tool, tool === 'status' ? {} : WEB)).toMatchObject({ isError: false });
    expect((await call(client, 'status')).output.data.workloads).toMatchObject([{ deployment: 'web' }]);
    await client.close();
  });

  it('may pause and propose where it was started to', async () => {
    const client = await started(protocol, ['--allow-writes']);
    expect((await client.listTools()).tools).toHaveLength(9);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const paused = await call(client, 'pause', { ...WEB, way: 'all', until, reason: 'INC-42' });
    expect(paused).toMatchObject({ isError: false, output: { way: 'all', until } });
    await client.close();
  });
});

it('prints the protocol and nothing else, and ends with its input', async () => {
  const child = spawn(NODE, argumentsFor(system.url, []), { cwd: PROJECT });
  const [printed, exited] = [text(child.stdout), once(child, 'exit')];
  child.stdin.write('this is no JSON\n');
  child.stdin.end(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'no/such' })}\n`);
  const lines = (await printed).split('\n').filter((line) => line !== '');
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
  expect((await exited)[0]).toBe(0);
});

it('says what an API that lets nobody in answers, and where it is gone', async () => {
  const secret = 'a-secret-key';
  const gateway = await startSignedGateway(secret, (_method, event) => system.handlers.query(event));
  const client = await started('2026-07-28', [], gateway.url);
  expect((await call(client, 'status')).line).toMatch(/^No answer of the API \(HTTP 403\).*Forbidden.*tell a person/);
  gateway.close();
  expect((await call(client, 'status')).line).toMatch(/^The API could not be asked .*does not answer/);
  await client.close();
});
