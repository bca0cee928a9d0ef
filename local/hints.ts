// The lines that `npm start` tells people to try next.
import type { StatusRow } from '../cli/status-table.ts';

/** Lines to copy: the API by curl, the cluster by kubectl. */
export function hints(url: string, cluster: string, kubeconfig: string | null, row: StatusRow | undefined): string {
  const { namespace, deployment } = row ?? { namespace: 'default', deployment: 'web' };
  const api = `${url}/api/autoscaling`;
  const body = JSON.stringify({
    deployment_name: deployment,
    namespace,
    min_replicas: 2,
    max_replicas: 20,
    mode: 'scale',
  });
  const enable = `  curl -s -XPOST ${api}/predictive/enable/${cluster} -H 'content-type: application/json' -d ${quoted(body)}`;
  const asked = `deployment=${encodeURIComponent(deployment)}&namespace=${encodeURIComponent(namespace)}`;
  const lines = [
    'Try, in another terminal:',
    `  curl -s ${quoted(`${api}/recommendations/${cluster}?${asked}`)}`,
    `  curl -s ${api}/status/${cluster}`,
    `  curl -s ${quoted(`${api}/history/${cluster}?${asked}`)}`,
    // Without a simulated cluster nothing may be changed.
    ...(kubeconfig === null ? [] : [enable]),
    `  curl -s ${url}/openapi.json`,
  ];
  const kubectl = ['get deploy,hpa,pods -A', 'top pods -A'].map(
    (what) =>
      `  kubectl --kubeconfig ${/^[\w./-]*$/.test(kubeconfig ?? '') ? kubeconfig : quoted(kubeconfig ?? '')} ${what}`,
  );
  return [...lines, ...(kubeconfig === null ? [] : kubectl)].join('\n');
}

/** One word to a shell, whatever a name holds. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
