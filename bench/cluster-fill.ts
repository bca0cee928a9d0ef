// Fills a control plane with a big cluster in seconds: one workload goes through the API server, its copies straight into etcd.
import { type ClusterClient, makeConnections } from '../lib/adapters/kubernetes/connection.ts';
import { makeTransport } from '../lib/adapters/kubernetes/transport.ts';
import type { ControlPlane } from '../test/cluster/control-plane/start.ts';
import {
  deployment,
  deploymentStatus,
  NAME,
  NAMESPACE,
  nameOf,
  namespaceOf,
  POD,
  pod,
  podName,
  podStatus,
  REPLICAS,
} from './cluster-objects.ts';

/** Of operations in one transaction: etcd's own limit. */
const AT_ONCE = 128;
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const DEPLOYMENTS = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;

/** @param cluster without controllers: nobody acts on what is written */
export async function fillCluster({ kubeconfig, etcd }: ControlPlane, deployments: number): Promise<void> {
  const access = new Map([['bench', { kind: 'kubeconfig', path: kubeconfig } as const]]);
  const client = await makeConnections(access, makeTransport('bench', 10_000).http)('bench');
  for (let index = 0; index < deployments; index += 100) await makeNamespace(client, namespaceOf(index));
  const originals = {
    deployment: await original(client, etcd, DEPLOYMENTS, NAME, deployment(), deploymentStatus()),
    pod: await original(client, etcd, PODS, POD, pod(), podStatus()),
  };
  let batch: Copy[] = [];
  for (let index = 0; index < deployments; index += 1) {
    batch.push(copyOf(originals.deployment, index, POD));
    for (let replica = 0; replica < REPLICAS; replica += 1)
      batch.push(copyOf(originals.pod, index, podName(0, replica)));
    if (batch.length > AT_ONCE - REPLICAS - 1 || index === deployments - 1) {
      await put(etcd, batch);
      batch = [];
    }
  }
}

async function makeNamespace(client: ClusterClient, name: string): Promise<void> {
  await client.exchange('/api/v1/namespaces', { body: { metadata: { name } } });
  // The controller that makes this account is not running, and pods are refused without it.
  const account = { metadata: { name: 'default' }, automountServiceAccountToken: false };
  await client.exchange(`/api/v1/namespaces/${name}/serviceaccounts`, { body: account });
}

/** An object as the API server stores it: protobuf, all defaults and managedFields in it. */
interface Copy {
  readonly key: string;
  /** One character per byte. */
  readonly value: string;
  readonly uid: string;
}

async function original(
  client: ClusterClient,
  etcd: string,
  collection: string,
  name: string,
  body: object,
  status: object,
): Promise<Copy> {
  const { answer } = await client.exchange<{ metadata: { uid: string } }>(collection, { body });
  await client.exchange(`${collection}/${name}/status`, { method: 'PATCH', body: status });
  const key = `/registry/${collection.endsWith('pods') ? 'pods' : 'deployments'}/${NAMESPACE}/${name}`;
  const { kvs } = await ask(etcd, 'range', { key: base64(key) });
  const value = Buffer.from(kvs?.[0]?.value ?? '', 'base64').toString('latin1');
  if (!value.includes(name)) throw new Error(`etcd does not hold ${key} as the API server wrote it`);
  return { key, value, uid: answer.metadata.uid };
}

let copies = 0;

/** Every name in it by one of the same length, since protobuf writes lengths before texts. */
function copyOf({ key, value, uid }: Copy, index: number, pod: string): Copy {
  copies += 1;
  const fresh = uid.slice(0, -12) + String(copies).padStart(12, '0');
  const rename = (text: string) =>
    text.replaceAll(POD, pod).replaceAll(NAMESPACE, namespaceOf(index)).replaceAll(NAME, nameOf(index));
  return { key: rename(key), value: rename(value).replaceAll(uid, fresh), uid: fresh };
}

async function put(etcd: string, batch: readonly Copy[]): Promise<void> {
  const success = batch.map(({ key, value }) => ({
    requestPut: { key: base64(key), value: Buffer.from(value, 'latin1').toString('base64') },
  }));
  await ask(etcd, 'txn', { success });
}

/** etcd's own JSON gateway. */
async function ask(etcd: string, what: string, body: object): Promise<{ kvs?: readonly { value: string }[] }> {
  const response = await fetch(`${etcd}/v3/kv/${what}`, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`etcd refused ${what}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
