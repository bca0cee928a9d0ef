// Run once before the tests of the package: packed as a release is.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

const ROOT = join(import.meta.dirname, '../..');

declare module 'vitest' {
  interface ProvidedContext {
    /** The file that `npm pack` made. */
    readonly archive: string;
    /** The folder beside it, for whoever has no CDK. */
    readonly release: string;
  }
}

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-packed-'));
  const said = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  project.provide('archive', join(folder, JSON.parse(said)[0].filename));
  cpSync(join(ROOT, 'dist/release'), join(folder, 'release'), { recursive: true });
  project.provide('release', join(folder, 'release'));
  return () => rmSync(folder, { recursive: true, force: true });
}
