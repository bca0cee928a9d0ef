// Every pod of the cluster as it is now, kept up to date by a watch: what both stand-ins go by.
import { type CoreV1Api, type KubeConfig, makeInformer, type V1Pod } from '@kubernetes/client-node';

export interface PodWatch {
  list(): readonly V1Pod[];
  onChange(listener: (pod: V1Pod) => void): void;
  stop(): Promise<void>;
}

const RESTART_MS = 500;

export async function watchPods(config: KubeConfig, core: CoreV1Api): Promise<PodWatch> {
  const informer = makeInformer<V1Pod>(config, '/api/v1/pods', () => core.listPodForAllNamespaces());
  let stopped = false;
  informer.on('error', () => {
    if (!stopped) setTimeout(() => void informer.start().catch(() => undefined), RESTART_MS);
  });
  await informer.start();
  return {
    list: () => informer.list(),
    onChange(listener) {
      for (const verb of ['add', 'update'] as const) informer.on(verb, listener);
      for (const pod of informer.list()) listener(pod);
    },
    async stop() {
      stopped = true;
      await informer.stop();
    },
  };
}
