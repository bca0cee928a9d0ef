// Namespaces and nodes: they never change, but kubectl and readers of a cluster ask for them.
import { cpuQuantity, type JsonObject, type KubeObject, memoryQuantity, timestamp } from './kube-object.ts';
import { NODES, uidOf } from './workload.ts';
import type { World } from './world.ts';

/** Older than everything in them. */
const AGE_SECONDS = 30 * 86_400;

export const KUBERNETES_VERSION = 'v1.32.4';

export function namespaceObject(name: string, world: World): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { ...metadata(`namespace ${name}`, name, world), labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  };
}

export function nodeObject(name: string, world: World): KubeObject {
  const { cores, bytes } = nodeCapacity(world);
  const capacity = { cpu: cpuQuantity(cores), memory: memoryQuantity(bytes), pods: '5000' };
  const created = timestamp(bornAt(world));
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      ...metadata(`node ${name}`, name, world),
      labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'arm64' },
    },
    spec: { providerID: `simulated://${name}` },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'the simulation is running',
          lastHeartbeatTime: timestamp(world.seconds),
          lastTransitionTime: created,
        },
      ],
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: nodeInfo(name),
    },
  };
}

export function bornAt(world: World): number {
  return world.startedAt - AGE_SECONDS;
}

/** Room for every workload at several times its size, in a power of two that a machine could have. */
function nodeCapacity(world: World): { cores: number; bytes: number } {
  const GROWTH = 4;
  let cores = 0;
  let bytes = 0;
  for (const { spec } of world.workloads(null)) {
    const replicas = Math.max(spec.hpa?.maxReplicas ?? 0, GROWTH * spec.replicas);
    cores += (spec.cpuRequestCores * replicas) / NODES.length;
    bytes += (spec.memoryRequestBytes * replicas) / NODES.length;
  }
  return { cores: powerOfTwo(Math.max(8, cores)), bytes: powerOfTwo(Math.max(32 * 2 ** 30, bytes)) };
}

function powerOfTwo(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(atLeast));
}

function metadata(id: string, name: string, world: World): JsonObject {
  return {
    name,
    uid: uidOf(`${id} of ${world.name}`),
    resourceVersion: '1',
    creationTimestamp: timestamp(bornAt(world)),
  };
}

function nodeInfo(name: string): JsonObject {
  return {
    architecture: 'arm64',
    operatingSystem: 'linux',
    osImage: 'simulated',
    kernelVersion: '0',
    kubeletVersion: KUBERNETES_VERSION,
    kubeProxyVersion: KUBERNETES_VERSION,
    containerRuntimeVersion: 'simulated://0',
    machineID: name,
    systemUUID: name,
    bootID: name,
  };
}
