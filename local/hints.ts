// The lines that `npm start` tells people to try next.
import type { StatusRow } from '../cli/status-table.ts';

const OUR_URL = 'http://127.0.0.1:8080';

/** Lines to copy, and a link to the page. @param row which workload they are about */
export function hints(url: string, cluster: string, kubeconfig: string | null, row: StatusRow | undefined): string {
  const { namespace, deployment } = row ?? { namespace: 'default', deployment: 'web' };
  const where = [...(url === OUR_URL ? [] : ['--url', url]), ...(cluster === 'demo' ? [] : ['--cluster', cluster])];
  const ask = (...words: readonly string[]) => `  npm run ai4k8s -- ${[...where, ...words].map(quoted).join(' ')}`;
  const on = [deployment, '-n', namespace];
  return [
    `Open ${url}/autoscaling/${encodeURIComponent(cluster)} (the API: /docs). Try, in another terminal:`,
    ask('recommend', ...on),
    // Without a simulated cluster nothing may be changed.
    ...(kubeconfig === null
      ? [ask('why-not', ...on), ask('forecast', '-d', ...on)]
      : [
          ask('enable', ...on, '--mode', 'propose'),
          `  kubectl --kubeconfig ${quoted(kubeconfig)} get deploy,hpa,pods -A`,
        ]),
  ].join('\n');
}

/** One word to a shell, whatever a name holds. */
function quoted(text: string): string {
  return /^[\w./:=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
