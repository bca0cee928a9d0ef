// The programs of the control plane: built once per version of the scripts that build them, outside the repository.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const BUILD = join(import.meta.dirname, 'build.sh');
/** A change to these makes other programs; a change to how they are started does not. */
const MADE_BY = [BUILD, join(import.meta.dirname, 'patch-autoscaling-v2.ts')];
const PROGRAMS = ['kube-apiserver', 'kube-controller-manager', 'etcd', 'kubectl'];

/**
 * The folder that holds the programs, built there where they are missing (about four minutes on two cores).
 * `AI4K8S_K8S_DIR` names another place than `$XDG_CACHE_HOME/ai4k8s/k8s-<hash of the scripts>`.
 *
 * @throws Error where the build fails; what it printed is on the terminal
 */
export async function ensureControlPlane(): Promise<string> {
  const folder = process.env.AI4K8S_K8S_DIR ?? join(cacheFolder(), `k8s-${scriptsHash()}`);
  const bin = join(folder, 'bin');
  if (!PROGRAMS.every((program) => existsSync(join(bin, program)))) await build([folder]);
  return bin;
}

/** The folder of a kubectl to put at the end of the PATH, or null where there is one already. */
export async function ensureKubectl(): Promise<string | null> {
  const known = await promisify(execFile)('kubectl', ['version', '--client']).catch(() => null);
  if (known !== null) return null;
  const folder = join(cacheFolder(), `kubectl-${scriptsHash()}`);
  if (!existsSync(join(folder, 'bin', 'kubectl'))) await build([folder, 'kubectl']);
  return join(folder, 'bin');
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ai4k8s');
}

function scriptsHash(): string {
  const hash = createHash('sha256');
  for (const file of MADE_BY) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

/** The build runs TypeScript too: with the Node that runs this. */
function build(args: readonly string[]): Promise<void> {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` };
  return new Promise((resolve, reject) => {
    const child = spawn('bash', [BUILD, ...args], { stdio: 'inherit', env });
    const killed = () => child.kill('SIGTERM');
    process.once('exit', killed);
    child.once('error', reject).once('exit', (code) => {
      process.off('exit', killed);
      if (code === 0) resolve();
      else reject(new Error(`${BUILD} ended with ${code}: its last lines say why`));
    });
  });
}
