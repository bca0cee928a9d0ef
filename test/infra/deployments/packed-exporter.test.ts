// The packed exporter as the sidecar has it: one file out of a ConfigMap, in a folder with nothing else, under plain node.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
/** What a ConfigMap may hold, keys included. */
const CONFIG_MAP_BYTES = 1024 * 1024;

let folder: string;
beforeAll(() => {
  // As a kubelet lays it out, so that a new version appears at once.
  folder = mkdtempSync(join(tmpdir(), 'ai4k8s-sidecar-'));
  const packed = join(folder, '..2026_11_26/exporter.mjs');
  execFileSync(process.execPath, [join(ROOT, 'exporter/pack.ts'), packed], { stdio: 'ignore' });
  symlinkSync('..2026_11_26', join(folder, '..data'));
  symlinkSync('..data/exporter.mjs', join(folder, 'exporter.mjs'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('fits into a ConfigMap, with room to grow', () => {
  expect(statSync(join(folder, 'exporter.mjs')).size).toBeLessThan(0.8 * CONFIG_MAP_BYTES);
});

it('starts there with the variables of the manifest, serves metrics, and ends in order', async () => {
  const env = {
    LITEBRAIN_PROXY_PORT: '0',
    LITEBRAIN_METRICS_PORT: '0',
    OLLAMA_HOST: '127.0.0.1:1',
    LITEBRAIN_STATE: join(folder, 'learned.json'),
  };
  const child = spawn(process.execPath, ['exporter.mjs'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const port = await metricsPort(child);
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(await metrics.text()).toMatch(/^litebrain_complexity_score 0$/m);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    // Nobody to send requests to.
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
  } finally {
    child.kill('SIGTERM');
  }
  expect(await once(child, 'exit')).toEqual([0, null]);
});

/** Of the line that says it has started. */
async function metricsPort({ stdout, stderr }: ReturnType<typeof spawn>): Promise<number> {
  let said = '';
  for (const stream of [stdout, stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
  for (;;) {
    const port = /"metricsPort":(\d+)/.exec(said)?.[1];
    if (port !== undefined) return Number(port);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
