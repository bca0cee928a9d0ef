// Stands in for a node and its kubelet: binds pods, makes them ready (or what their annotations say), ends those deleted.
//
//   fake-kubelet/state: pending | notready | crashloop | imagepull | failed | succeeded     default: running and ready
//   fake-kubelet/ready-delay-ms: how long starting takes                                    default: 300
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiException, type CoreV1Api, PatchStrategy, setHeaderOptions, type V1Pod } from '@kubernetes/client-node';
import { podStatus } from './pod-status.ts';
import type { PodWatch } from './pod-watch.ts';

const NODE = 'fake-node-1';
const READY_DELAY_MS = 300;
/** Whatever an event came for while its pod was busy. */
const SWEEP_MS = 1000;
const STRATEGIC = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch);

/** @param report of what the API server refused, one sentence each */
export async function startKubelet(core: CoreV1Api, pods: PodWatch, report: (problem: string) => void) {
  await registerNode(core);
  const busy = new Set<string>();
  let stopped = false;
  const see = (pod: V1Pod) => {
    const uid = pod.metadata?.uid ?? '';
    if (busy.has(uid)) return;
    busy.add(uid);
    look(core, pod)
      .catch((error: unknown) => {
        const moved = error instanceof ApiException && (error.code === 404 || error.code === 409);
        if (!moved && !stopped)
          report(`${pod.metadata?.namespace}/${pod.metadata?.name}: ${String(error).slice(0, 300)}`);
      })
      .finally(() => busy.delete(uid));
  };
  pods.onChange(see);
  const sweep = setInterval(() => {
    for (const pod of pods.list()) see(pod);
  }, SWEEP_MS);
  return {
    stop() {
      stopped = true;
      clearInterval(sweep);
    },
  };
}

/** One step in the life of one pod: what the step changes comes back as an event. */
async function look(core: CoreV1Api, pod: V1Pod): Promise<void> {
  const { name = '', namespace = '', uid = '', deletionTimestamp, annotations = {} } = pod.metadata ?? {};
  const node = pod.spec?.nodeName;
  if (deletionTimestamp) {
    // The API server leaves the last word to the kubelet.
    if (node === NODE)
      await core.deleteNamespacedPod({ name, namespace, body: { gracePeriodSeconds: 0, preconditions: { uid } } });
  } else if (!node) {
    const target = { apiVersion: 'v1', kind: 'Node', name: NODE };
    await core.createNamespacedPodBinding({ name, namespace, body: { metadata: { name, namespace, uid }, target } });
  } else if (node === NODE && pod.status?.phase === 'Pending' && !pod.status.startTime) {
    const state = annotations['fake-kubelet/state'] ?? 'running';
    if (state === 'pending') return;
    await sleep(Number(annotations['fake-kubelet/ready-delay-ms'] ?? READY_DELAY_MS));
    const body = { metadata: { uid }, status: podStatus(pod, state) };
    await core.patchNamespacedPodStatus({ name, namespace, body }, STRATEGIC);
  }
}

async function registerNode(core: CoreV1Api): Promise<void> {
  const labels = { 'kubernetes.io/hostname': NODE, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' };
  await core.createNode({ body: { metadata: { name: NODE, labels }, spec: {} } });
  const room = { cpu: '64', memory: '256Gi', pods: '500', 'ephemeral-storage': '500Gi' };
  const conditions = [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }];
  await core.patchNodeStatus(
    { name: NODE, body: { status: { capacity: room, allocatable: room, conditions } } },
    STRATEGIC,
  );
  // Admission puts a not-ready taint on a new node, and the controller that takes it off again is not running.
  await core.patchNode({ name: NODE, body: { spec: { taints: null } } }, MERGE);
}

const MERGE = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
