// `npm run bench:cluster`: what one observe of a big cluster costs, on a real API server that holds it.
import { execFile } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { build } from 'esbuild';
import { ensureControlPlane } from '../test/cluster/control-plane/binaries.ts';
import { startStandIns } from '../test/cluster/control-plane/stand-ins.ts';
import { type ControlPlane, startControlPlane } from '../test/cluster/control-plane/start.ts';
import { fillCluster } from './cluster-fill.ts';
import { REPLICAS } from './cluster-objects.ts';

const RUNS = 3;
const MAX_SECONDS = 15;
const MAX_MIB = 400;

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly calls: number;
  readonly bytes: number;
  readonly peakMiB: number;
  readonly workloads: number;
  readonly pods: number;
  readonly measured: number;
  readonly problems: readonly string[];
}

const { values } = parseArgs({ options: { deployments: { type: 'string', default: '5000' } } });
const deployments = Number(values.deployments);
if (!Number.isInteger(deployments) || deployments < 1 || deployments > 10_000)
  throw new Error(`--deployments ${values.deployments}: a whole number from 1 to 10000 is expected`);

const big = await startControlPlane({ bin: await ensureControlPlane(), controllers: false });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void big.stop().finally(() => process.exit(130)));
try {
  process.exitCode = await measure(big);
} finally {
  await big.stop();
}

async function measure(cluster: ControlPlane): Promise<number> {
  const start = performance.now();
  await fillCluster(cluster, deployments);
  console.log(`${deployments} Deployments and ${REPLICAS * deployments} pods written in ${secondsSince(start)} s`);
  const standIns = await startStandIns(cluster, { kubelet: false, report: console.error });
  try {
    const runs: Measured[] = [];
    console.log(`${availableParallelism()} cores, load before: ${loadavg()[0]?.toFixed(1)}`);
    const script = await bundle(cluster.folder);
    for (let run = 0; run < RUNS; run += 1) runs.push(await observeInFreshProcess(script, cluster.kubeconfig));
    for (const run of runs) console.log(describe(run));
    const good = runs.every(isWhole) && runs.every((run) => run.seconds < MAX_SECONDS && run.peakMiB < MAX_MIB);
    console.log(`target: each under ${MAX_SECONDS} s and ${MAX_MIB} MiB: ${good ? 'met' : 'MISSED'}`);
    return good ? 0 : 1;
  } finally {
    await standIns.stop();
  }
}

/** One file of JavaScript, as Lambda gets it: reading TypeScript takes a process 100 MiB that no function has to spend. */
async function bundle(folder: string): Promise<string> {
  const outfile = join(folder, 'observe.mjs');
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  const entryPoints = [join(import.meta.dirname, 'cluster-observe.ts')];
  await build({ entryPoints, outfile, banner, bundle: true, minify: true, platform: 'node', format: 'esm' });
  return outfile;
}

async function observeInFreshProcess(script: string, kubeconfig: string): Promise<Measured> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, kubeconfig]);
  return JSON.parse(stdout);
}

/** A run that saw less than there is was not fast but wrong. */
function isWhole({ workloads, pods, measured, problems }: Measured): boolean {
  return (
    workloads === deployments && pods === REPLICAS * deployments && measured === deployments && problems.length === 0
  );
}

function describe(run: Measured): string {
  const cost = `${run.seconds.toFixed(1)} s (${run.cpuSeconds.toFixed(1)} s of CPU), ${run.calls} calls`;
  const size = `${(run.bytes / 1e6).toFixed(1)} MB received, peak memory ${run.peakMiB.toFixed(0)} MiB`;
  const seen = `${run.workloads} workloads, ${run.pods} ready pods, ${run.measured} measured whole`;
  return `one observe: ${cost}, ${size}; ${seen}${run.problems.map((problem) => `\n  ${problem}`).join('')}`;
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(0);
}
