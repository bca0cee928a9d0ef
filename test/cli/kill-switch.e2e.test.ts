// `stop`, `go` and `kill-switch` as a person types them, against the real API.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { refuseOpenToken } from '../../cli/api-client.ts';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';

let system: Embedded;
beforeAll(async () => {
  system = await startEmbedded([simulated()]);
});
afterAll(() => system.close());

async function ai4k8s(...given: string[]): Promise<{ code: number | null; said: string }> {
  const cli = join(import.meta.dirname, '../../cli/main.ts');
  const child = spawn(process.execPath, [cli, '--url', system.url, ...given], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said: said.trim() };
}

it('stops a cluster, shows it, and lets it go', async () => {
  expect(await ai4k8s('stop', 'demo', '--reason', 'INC-1')).toEqual({
    code: 0,
    said: 'the kill switch is on, and nothing is changed, in cluster demo: INC-1',
  });
  expect((await ai4k8s('kill-switch')).said).toBe('demo: the kill switch is on since 2026-03-04T12:00:00Z: INC-1');
  expect((await ai4k8s('status')).said).toContain('nothing is changed: the kill switch is on since');
  expect((await ai4k8s('go', '--all', '--reason', 'fixed')).said).toBe(
    'the kill switch is off, and changes go on, in 1 of 1 clusters: fixed',
  );
}, 60_000);

it.each<[number, string[], string]>([
  [2, ['stop', 'demo'], "required option '--reason <text>' not specified"],
  [2, ['stop', 'demo', '--all', '--reason', 'x'], 'give a cluster (demo) or --all, not both'],
  [1, ['stop', 'dmeo', '--reason', 'x'], 'Unknown cluster'],
  [1, ['stop', 'demo', '--reason', ' '], 'Invalid request: reason'],
])(
  '%d: %j is refused',
  async (exitCode, given, expected) => {
    const { code, said } = await ai4k8s(...given);
    expect(code).toBe(exitCode);
    expect(said).toContain(expected);
  },
  30_000,
);

it('a token is sent where nobody reads along', () => {
  const of = (url: string) => () => refuseOpenToken({ url, cluster: null, token: 'x' });
  expect(of('http://ai4k8s.example')).toThrow('a token is sent by https only');
  for (const url of ['https://ai4k8s.example', 'http://127.0.0.1:8080', 'http://localhost:1'])
    expect(of(url)).not.toThrow();
});
