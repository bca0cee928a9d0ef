// `npm i -g` of what `npm pack` made, as its user would: by npm, in an empty folder, and what is then on the path.
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { generatedLoad } from '../../local/loads.ts';
import { startSimulatedCluster } from '../../local/simulated-cluster/server.ts';
import { type PackageRegistry, startPackageRegistry } from '../stand-ins/package-registry.ts';
import { type EmptyFolder, emptyFolder } from './empty-folder.ts';

const ROOT = join(import.meta.dirname, '../..');

let registry: PackageRegistry;
let folder: EmptyFolder;
let installed: string;
beforeAll(async () => {
  registry = await startPackageRegistry(ROOT);
  folder = emptyFolder();
  await folder.install(registry, '--global', inject('archive'));
  installed = join(folder.path, 'global/lib/node_modules/ai4k8s');
}, 240_000);
afterAll(async () => {
  await registry.close();
  folder.remove();
});

const filesIn = (pattern: string) => globSync(pattern, { cwd: installed, exclude: ['node_modules/**'] });
const manifest = () => JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));

describe('the package', () => {
  it('holds JavaScript, and no TypeScript to run', () => {
    expect(filesIn('**/*.js').length).toBeGreaterThan(500);
    expect(filesIn('**/*.ts').filter((file) => !file.endsWith('.d.ts'))).toEqual([]);
  });

  it('depends on what its commands import, all of it and nothing else', () => {
    const sources = filesIn('dist/{cli,functions,lib,local}/**/*.js').map((file) =>
      readFileSync(join(installed, file), 'utf8'),
    );
    const imported = sources.flatMap((source) => [
      ...source.matchAll(
        /(?:\} from |^import (?:[\w*]+ (?:as \w+ )?from )?|\bimport\(|require\d*\.resolve\()"([^"\n]+)"/gm,
      ),
    ]);
    const names = imported
      .map(([, path = '']) => path)
      .filter((path) => !path.startsWith('.') && !path.startsWith('node:') && !builtinModules.includes(path))
      .map((path) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'));
    expect([...new Set(names)].sort()).toEqual(Object.keys(manifest().dependencies).sort());
  });

  it('pulls in no CDK and no tool: npm was not even asked for them', () => {
    const { peerDependencies, peerDependenciesMeta } = manifest();
    expect(Object.keys(peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
    for (const name of Object.keys(peerDependencies)) expect(peerDependenciesMeta[name]).toEqual({ optional: true });
    expect(registry.asked).toContain('@kubernetes/client-node');
    for (const name of ['aws-cdk-lib', 'constructs', 'aws-cdk', 'cdk-nag', 'esbuild', 'typescript', 'vitest']) {
      expect(registry.asked).not.toContain(name);
      expect(existsSync(join(installed, 'node_modules', name))).toBe(false);
    }
  });
});

describe('its command', () => {
  it('shows its help, in which everything is spelled as it is typed here', async () => {
    const { stdout, status } = await folder.run('ai4k8s', '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: ai4k8s /);
    expect(stdout).toContain('\n  ai4k8s backtest --trace demand.csv\n');
    expect(stdout).toMatch(/^ {2}local /m);
    expect(stdout).not.toMatch(/npm (run|start)/);
    expect((await folder.run('ai4k8s', '--version')).stdout).toBe(`${manifest().version}\n`);
  });

  it('is a command of kubectl as well', async () => {
    const hasKubectl = (await folder.run('kubectl', 'version', '--client')).status === 0;
    const { stdout, status } = hasKubectl
      ? await folder.run('kubectl', 'ai4k8s', '--help')
      : await folder.run('kubectl-ai4k8s', '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: kubectl ai4k8s /);
    expect(stdout).toContain('\n  kubectl ai4k8s status\n');
  });

  it('backtests a trace on all cores, and writes the page', async () => {
    const load = generatedLoad({ seed: 3, mean: 50, burstsPerDay: 4 });
    const rows = Array.from({ length: 576 }, (_, i) => {
      const at = Date.UTC(2026, 0, 5) + i * 300_000;
      return `${new Date(at).toISOString()},${load(at).toFixed(4)}`;
    });
    writeFileSync(join(folder.path, 'shop.csv'), `timestamp,demand\n${rows.join('\n')}\n`);
    const { stdout, stderr, status } = await folder.run(
      'ai4k8s',
      'backtest',
      '--trace',
      'shop.csv',
      '--html',
      'report.html',
    );
    expect(stderr).toMatch(/\[89\/89\] shop/);
    expect(status).toBe(0);
    expect(stdout).toMatch(/shop +│ ours /);
    const page = readFileSync(join(folder.path, 'report.html'), 'utf8');
    expect(page).toContain('uPlot');
    expect(page).toMatch(/<style>[^<]*\.uplot/);
  });

  it('runs everything embedded', async () => {
    const { stdout, status } = await folder.run('ai4k8s', 'local', '--port', '0', '--speed', '600', '--for', '2');
    expect(stdout).toContain('4 workloads, 3 enabled');
    expect(stdout).not.toMatch(/npm (run|start)/);
    expect(status).toBe(0);
    expect((await folder.run('ai4k8s', 'local', '--help')).stdout).toMatch(/^Usage: ai4k8s local \[options\]/);
    const refused = await folder.run('ai4k8s', 'local', '--speed', 'fast');
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('(ai4k8s local --help shows')]);
  });

  it('knows the rights of the manifests, which are beside it', async () => {
    const cluster = await startSimulatedCluster({ name: 'demo', workloads: [], clock: { now: () => Date.now() } });
    writeFileSync(join(folder.path, 'kubeconfig'), cluster.kubeconfig);
    const { stdout } = await folder.run('ai4k8s', 'doctor', '--kubeconfig', 'kubeconfig');
    await cluster.close();
    // The first of them is asked for, which this cluster cannot answer.
    expect(stdout).toMatch(/✗ rights: .*could not create selfsubjectaccessreviews/);
    expect(readdirSync(join(installed, 'dist/infra/manifests'))).toContain('rbac.yaml');
  });

  it('says in one line that a Node is too old', async () => {
    const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.1' } })";
    const preload = `--import=data:text/javascript,${encodeURIComponent(old)}`;
    const { stdout, stderr, status } = await folder.run('node', preload, join(installed, 'dist/cli/bin.js'), '--help');
    expect([stdout, stderr, status]).toEqual(['', 'error: ai4k8s needs Node 24 or newer, and this is 20.11.1\n', 1]);
  });
});
