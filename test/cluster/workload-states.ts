// States that no manifest brings about: a pod's status written by hand, and stand-ins for the APIs of KEDA and the VPA.
import { kubectl } from './cluster-under-test.ts';
import type { Spoil } from './faulty-line.ts';

/**
 * Not KEDA and not the VPA: their two APIs as far as they are read, put into the real server's answers. Not as real CRDs:
 * the API server that Debian's sources give (1.20 with a reflect2 older than its Go) dies of any custom resource.
 */
export function withStandInApis(namespace: string, targets: { scaledObject: string; vpa: string }): Spoil {
  const metadata = (name: string) => ({ name, namespace });
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: targets.vpa };
  const lists: Readonly<Record<string, object>> = {
    'keda.sh/v1alpha1': { metadata: metadata('q'), spec: { scaleTargetRef: { name: targets.scaledObject } } },
    'autoscaling.k8s.io/v1': { metadata: metadata('v'), spec: { targetRef } },
  };
  return async (url, ask) => {
    const item = Object.entries(lists).find(([group]) => url.pathname.startsWith(`/apis/${group}/`))?.[1];
    if (item) return { status: 200, body: { items: [item] } };
    const answer = await ask(url);
    if (url.pathname !== '/apis') return answer;
    const { groups } = answer.body as { groups: object[] };
    return { ...answer, body: { groups: [...groups, { name: 'keda.sh' }, { name: 'autoscaling.k8s.io' }] } };
  };
}

/**
 * Writes into a pod's status what a kubelet or scheduler would; also the API server takes it through `status` only. By
 * hand, since Debian's kubectl knows no `--subresource`.
 */
export function setPodStatus(namespace: string, name: string, status: object): void {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  const pod = JSON.parse(kubectl(['get', '--raw', path]));
  const changed = { ...pod, status: { ...pod.status, ...status } };
  kubectl(['replace', '--raw', `${path}/status`, '-f', '-'], JSON.stringify(changed));
}

export function podNames(namespace: string, app: string): string[] {
  return kubectl(['-n', namespace, 'get', 'pods', '-l', `app=${app}`, '-o', 'name'])
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace('pod/', ''));
}
