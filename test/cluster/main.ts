// `npm run test:cluster [-- FILES…]`: the tests of this folder on a real API server, the user's own or one started for them.
//
//   KUBECONFIG=…  npm run test:cluster     on that cluster, in namespaces of their own that are deleted afterwards
//   npm run test:cluster                   on a control plane that is built (once), started and stopped here
//   npm run test:cluster -- --serve        starts that control plane and leaves it to you until Ctrl-C
//   npm run test:cluster -- --build        builds it where it is missing, and no more
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { ensureControlPlane, ensureKubectl } from './control-plane/binaries.ts';
import { startStandIns } from './control-plane/stand-ins.ts';
import { startControlPlane } from './control-plane/start.ts';

const args = process.argv.slice(2);
const say = (line: string) => process.stderr.write(`test:cluster: ${line}\n`);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

try {
  if (args.includes('--build')) await ensureControlPlane();
  else process.exitCode = process.env.KUBECONFIG ? await onTheirs(process.env.KUBECONFIG) : await onOurs();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
if (interrupted.signal.aborted) process.exitCode = 130;

async function onTheirs(kubeconfig: string): Promise<number> {
  if (args.includes('--serve')) throw new Error('--serve starts a control plane of its own: unset KUBECONFIG for it');
  const bin = await ensureKubectl();
  say(`on the cluster of ${kubeconfig}`);
  return runTests({ ...process.env, ...onPath(bin) });
}

async function onOurs(): Promise<number> {
  const serving = args.includes('--serve');
  if (!serving) process.env.HPA_DOWN_STAB ??= '30s'; // no test waits five minutes for an HPA to scale in
  const bin = await ensureControlPlane();
  const start = performance.now();
  const cluster = await startControlPlane({ bin, controllers: true });
  cluster.onDeath(say);
  try {
    const standIns = await startStandIns(cluster, { kubelet: true, report: say });
    try {
      say(`control plane up in ${((performance.now() - start) / 1000).toFixed(1)} s`);
      if (!serving) return await runTests({ ...process.env, ...onPath(bin), KUBECONFIG: cluster.kubeconfig });
      say(`export KUBECONFIG=${cluster.kubeconfig}   (Ctrl-C stops it)`);
      await untilInterrupted();
      return 0;
    } finally {
      await standIns.stop();
    }
  } finally {
    await cluster.stop();
    say('control plane stopped');
  }
}

async function runTests(env: NodeJS.ProcessEnv): Promise<number> {
  if (interrupted.signal.aborted) return 130;
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  const command = [vitest, 'run', '--config', 'vitest.cluster.config.ts', ...args];
  // Ctrl-C reaches the whole group: vitest ends by itself, and its end is waited for.
  const child = spawn(process.execPath, command, { stdio: 'inherit', env });
  const end = () => child.kill('SIGTERM');
  interrupted.signal.addEventListener('abort', end);
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

/** At the end: a kubectl that is there already comes first. */
function onPath(bin: string | null): { PATH: string } {
  const path = process.env.PATH ?? '';
  return { PATH: bin === null ? path : `${path}${delimiter}${bin}` };
}

async function untilInterrupted(): Promise<void> {
  const alive = setInterval(() => undefined, 60_000);
  if (!interrupted.signal.aborted) await once(interrupted.signal, 'abort');
  clearInterval(alive);
}
