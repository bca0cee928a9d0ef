// What a kubelet reports about a pod that runs, or fails in the one of five ways that a test asks for.
import type { V1Pod } from '@kubernetes/client-node';

/** @param state of the annotation `fake-kubelet/state`; unknown ones run */
export function podStatus(pod: V1Pod, state: string): object {
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const ready = !(state in CONTAINER_STATES) && state !== 'notready';
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: at,
    ...(!holds && { reason: 'ContainersNotReady' }),
  });
  const ip = podIp(pod);
  return {
    phase: PHASES[state] ?? 'Running',
    startTime: at,
    hostIP: '127.0.0.1',
    podIP: ip,
    podIPs: [{ ip }],
    conditions: [
      condition('Initialized', true),
      condition('Ready', ready),
      condition('ContainersReady', ready),
      condition('PodScheduled', true),
    ],
    containerStatuses: (pod.spec?.containers ?? []).map(({ name, image }) => ({
      name,
      image,
      imageID: `fake://${image}`,
      containerID: `fake://${pod.metadata?.uid}/${name}`,
      ready,
      started: state === 'notready' || ready,
      restartCount: state === 'crashloop' ? 7 : 0,
      state: (CONTAINER_STATES[state] ?? running)(at),
      ...(state === 'crashloop' && { lastState: terminated(1, 'Error')(at) }),
    })),
  };
}

const PHASES: Readonly<Record<string, string>> = { succeeded: 'Succeeded', failed: 'Failed', imagepull: 'Pending' };

const running = (startedAt: string) => ({ running: { startedAt } });
const waiting = (reason: string, message: string) => () => ({ waiting: { reason, message } });
const terminated = (exitCode: number, reason: string) => (at: string) => ({
  terminated: { exitCode, reason, startedAt: at, finishedAt: at },
});

const CONTAINER_STATES: Readonly<Record<string, (at: string) => object>> = {
  crashloop: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container'),
  imagepull: waiting('ImagePullBackOff', 'Back-off pulling image'),
  succeeded: terminated(0, 'Completed'),
  failed: terminated(1, 'Error'),
};

/** Of a range kept for documentation: a label, nothing is sent there. The same each time a pod is asked about. */
function podIp({ metadata }: V1Pod): string {
  return `198.51.100.${(Number.parseInt(metadata?.uid?.slice(0, 2) ?? '0', 16) % 250) + 1}`;
}
