// A real Kubernetes control plane on loopback: etcd, kube-apiserver, kube-controller-manager, each on a free port.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from './certificates.ts';
import { apiServerArgs, authenticatorUrl, controllerManagerArgs, etcdArgs, type Layout } from './flags.ts';
import { freePorts, type Program, startProgram } from './programs.ts';

export interface ControlPlane {
  /** Holds everything that was made for this one: data, keys, logs, `kubeconfig`. Gone after `stop`. */
  readonly folder: string;
  /** Of a user who may do everything. */
  readonly kubeconfig: string;
  /** Base of etcd's URLs. */
  readonly etcd: string;
  /** Calls `tell` once for each program that ends before `stop` is called. */
  onDeath(tell: (death: string) => void): void;
  stop(): Promise<void>;
}

export interface ControlPlaneOptions {
  /** Folder of the programs. */
  readonly bin: string;
  /** Without controllers objects stay as they are written: nothing makes pods of a Deployment or takes them away. */
  readonly controllers: boolean;
}

/** Started within about ten seconds. @throws Error with the last lines of the log of the program that did not start */
export async function startControlPlane({ bin, controllers }: ControlPlaneOptions): Promise<ControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'ai4k8s-cluster-'));
  const programs: Program[] = [];
  const stop = async () => {
    for (const program of programs.toReversed()) await program.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const layout = await prepare(folder);
    const start = async (name: string, args: readonly string[], holds: () => Promise<boolean>) => {
      const program = startProgram(join(bin, name), args, join(folder, `${name}.log`));
      programs.push(program);
      await program.ready(holds);
    };
    const { etcd: etcdPort, api, controllerManager } = layout.ports;
    const etcd = `http://127.0.0.1:${etcdPort}`;
    await start('etcd', etcdArgs(layout), () => answers(`${etcd}/health`, layout));
    await start('kube-apiserver', apiServerArgs(layout), () => answers(`https://127.0.0.1:${api}/readyz`, layout));
    if (controllers) {
      const args = controllerManagerArgs(layout, process.env);
      await start('kube-controller-manager', args, async () => {
        // Pods cannot be made before the controllers have made this account.
        const account = `https://127.0.0.1:${api}/api/v1/namespaces/default/serviceaccounts/default`;
        const alive = await answers(`https://127.0.0.1:${controllerManager}/healthz`, layout);
        return alive && (await answers(account, layout));
      });
    }
    const onDeath = (tell: (death: string) => void) => {
      for (const program of programs) program.onDeath(tell);
    };
    return { folder, kubeconfig: join(folder, 'kubeconfig'), etcd, onDeath, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepare(folder: string): Promise<Layout> {
  const pki = join(folder, 'pki');
  await mkdir(pki);
  await makeCertificates(pki);
  const [etcd = 0, etcdPeer = 0, api = 0, controllerManager = 0, authenticator = 0] = await freePorts(5);
  const ports = { etcd, etcdPeer, api, controllerManager, authenticator };
  const [token, controllerToken] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const users = `${token},admin,admin,"system:masters"\n${controllerToken},system:kube-controller-manager,kcm\n`;
  await writeFile(join(pki, 'tokens.csv'), users, { mode: 0o600 });
  const ca = await readFile(join(pki, 'ca.crt'));
  await writeFile(join(folder, 'kubeconfig'), kubeconfig(api, ca, token), { mode: 0o600 });
  await writeFile(join(pki, 'controllers.kubeconfig'), kubeconfig(api, ca, controllerToken), { mode: 0o600 });
  await writeFile(join(pki, 'authenticator.kubeconfig'), kubeconfigOf({ server: authenticatorUrl(ports) }, ''));
  return { folder, pki, ca, token, ports };
}

function kubeconfig(port: number, ca: Buffer, token: string): string {
  const server = `https://127.0.0.1:${port}`;
  return kubeconfigOf({ server, 'certificate-authority-data': ca.toString('base64') }, token);
}

/** JSON is YAML. */
function kubeconfigOf(cluster: Readonly<Record<string, string>>, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'loopback', cluster }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'loopback', context: { cluster: 'loopback', user: 'admin' } }],
    'current-context': 'loopback',
  });
}

/** Whether `url` answers 200. The controller-manager signs its own certificate; it is on loopback and asked for nothing. */
async function answers(url: string, { ca, token, ports }: Layout): Promise<boolean> {
  const ownCertificate = url.includes(`:${ports.controllerManager}/`);
  const headers = { authorization: `Bearer ${token}` };
  const options = { headers, timeout: 2000, ...(ownCertificate ? { rejectUnauthorized: false } : { ca }) };
  const request = url.startsWith('https:') ? httpsGet(url, options) : httpGet(url, { timeout: 2000 });
  request.on('timeout', () => request.destroy());
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode === 200;
}
