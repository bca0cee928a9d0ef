// Two certificate authorities and what they sign, as kube-apiserver wants them; good for a day, thrown away with the cluster.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const openssl = (args: readonly string[]) => promisify(execFile)('openssl', args);
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

interface Leaf {
  readonly name: string;
  readonly authority: 'ca' | 'front-proxy-ca';
  readonly usage: 'serverAuth' | 'clientAuth';
  readonly hosts: readonly string[];
}

const LEAVES: readonly Leaf[] = [
  {
    name: 'apiserver',
    authority: 'ca',
    usage: 'serverAuth',
    hosts: ['DNS:localhost', 'DNS:kubernetes.default.svc', 'IP:127.0.0.1', 'IP:127.96.0.1'],
  },
  {
    name: 'metrics-server',
    authority: 'ca',
    usage: 'serverAuth',
    hosts: ['DNS:localhost', 'DNS:metrics-server.kube-system.svc', 'IP:127.0.0.1'],
  },
  { name: 'front-proxy-client', authority: 'front-proxy-ca', usage: 'clientAuth', hosts: [] },
];

/** Writes `NAME.crt` and `NAME.key` for each into `folder`, and `sa.key` and `sa.pub` for ServiceAccount tokens. */
export async function makeCertificates(folder: string): Promise<void> {
  const inFolder = (name: string) => join(folder, name);
  await Promise.all(['ca', 'front-proxy-ca'].map((name) => makeAuthority(inFolder, name)));
  await Promise.all(LEAVES.map((leaf) => makeLeaf(inFolder, leaf)));
  await openssl(['genrsa', '-out', inFolder('sa.key'), '2048']);
  await openssl(['rsa', '-in', inFolder('sa.key'), '-pubout', '-out', inFolder('sa.pub')]);
}

async function makeAuthority(at: (name: string) => string, name: string): Promise<void> {
  const out = ['-keyout', at(`${name}.key`), '-out', at(`${name}.crt`)];
  await openssl(['req', '-x509', ...NEW_KEY, '-days', '1', '-subj', `/CN=loopback-${name}`, ...out]);
}

async function makeLeaf(at: (name: string) => string, { name, authority, usage, hosts }: Leaf): Promise<void> {
  const request = at(`${name}.csr`);
  await openssl(['req', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', at(`${name}.key`), '-out', request]);
  const extensions = [`keyUsage=digitalSignature`, `extendedKeyUsage=${usage}`];
  if (hosts.length > 0) extensions.push(`subjectAltName=${hosts.join(',')}`);
  await writeFile(at(`${name}.ext`), extensions.join('\n'));
  const signer = ['-CA', at(`${authority}.crt`), '-CAkey', at(`${authority}.key`), '-CAserial', at(`${name}.srl`)];
  const rest = ['-CAcreateserial', '-days', '1', '-extfile', at(`${name}.ext`), '-out', at(`${name}.crt`)];
  await openssl(['x509', '-req', '-in', request, ...signer, ...rest]);
}
