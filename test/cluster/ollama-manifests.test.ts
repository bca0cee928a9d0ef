// infra/deployments on a real API server: every manifest as kubectl takes it, and every command of seed 5 that is about a cluster.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, USAGE_FILE } from './cluster-under-test.ts';
import { type CustomMetrics, startCustomMetricsApi } from './custom-metrics-api.ts';
import { beginLesson, endLesson, tellLesson } from './ollama-hpa-lesson.ts';
import { containerAskedFor, typed } from './seed-commands.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'infra/deployments');
const MAIN = 'infra/deployments/ollama-scaling-k8s.yaml';
/** Of an operator that is not installed here: test/infra/deployments holds it against the rest. */
const NO_API_HERE = ['ollama-podmonitor.yaml'];
/** No Kubernetes object. */
const OTHERS = ['litebrain-alerts.yaml', 'prometheus-adapter-values.yaml'];
const MANIFESTS = readdirSync(FOLDER).filter(
  (name) => name.endsWith('.yaml') && !NO_API_HERE.includes(name) && !OTHERS.includes(name),
);
/** The stand-in kubelet's node has no address, which is how the API server finds the real one. */
const NO_KUBELET = /no preferred addresses found; known addresses: \[\]/;

let metrics: CustomMetrics | undefined;

/** The names are the seed's: on somebody's own cluster they may be somebody's own objects. */
describe.skipIf(USAGE_FILE === null)('infra/deployments', () => {
  beforeAll(async () => {
    metrics = await startCustomMetricsApi(dirname(USAGE_FILE ?? ''), process.env.KUBECONFIG ?? '');
    beginLesson(metrics);
    metrics.set('goblinos-ai', 'litebrain_complexity_score', { each: 62.5 });
  });
  afterAll(async () => {
    endLesson();
    kubectl(['delete', 'namespace', 'goblinos-ai', '--wait=false', '--ignore-not-found']);
    await metrics?.stop();
  });

  it(`kubectl apply -f ${MAIN}`, () => {
    const { code, out, said } = typed(`kubectl apply -f ${MAIN}`);
    expect({ code, said }).toEqual({ code: 0, said: '' });
    expect(out.trim().split('\n')).toEqual([
      'namespace/goblinos-ai created',
      'configmap/litebrain-scaling-policy created',
      'service/ollama-service created',
      'deployment.apps/ollama-inference created',
      'horizontalpodautoscaler.autoscaling/ollama-hpa created',
    ]);
    kubectl(['-n', 'goblinos-ai', 'rollout', 'status', 'deployment/ollama-inference', '--timeout=60s']);
  });

  it.each(MANIFESTS)('%s: the API server takes every field, and would not take one it does not know', (name) => {
    const text = asServedHere(readFileSync(join(FOLDER, name), 'utf8'));
    const check = (input: string) => kubectl(['apply', '--validate=true', '--dry-run=server', '-f', '-'], input);
    expect(check(text)).toContain('(server dry run)');
    expect(() => check(text.replace(/^spec:$/m, 'spec:\n  noSuchField: 1'))).toThrow(/noSuchField/);
  });

  it('takes the packed exporter as a ConfigMap, and a newer one over it', () => {
    execFileSync(process.execPath, [join(ROOT, 'exporter/pack.ts')], { stdio: 'ignore' });
    const create = `kubectl create configmap litebrain-exporter -n goblinos-ai --from-file=dist/exporter.mjs`;
    expect(typed(create)).toEqual({ code: 0, out: 'configmap/litebrain-exporter created\n', said: '' });
    const newer = typed(`${create} --dry-run=client -o yaml`).out;
    expect(kubectl(['replace', '-f', '-'], newer)).toBe('configmap/litebrain-exporter replaced\n');
  });

  it('kubectl get hpa: the HPA reads the metric that an adapter serves, and computes from it', async () => {
    await until(() => /62500m\/50/.test(typed('kubectl get hpa -n goblinos-ai').out));
    const { status } = JSON.parse(kubectl(['get', 'hpa', 'ollama-hpa', '-n', 'goblinos-ai', '-o', 'json']));
    expect(status).toMatchObject({ currentReplicas: 1, desiredReplicas: 1 });
    const described = typed('kubectl describe hpa ollama-hpa -n goblinos-ai').out;
    expect(described).toMatch(/"litebrain_complexity_score" on pods: +62500m \/ 50/);
    expect(described).toMatch(/ScalingActive +True/);
    expect(described).toMatch(/Scale Up:\n +Stabilization Window: 60 seconds/);
    expect(described).toMatch(/Scale Down:\n +Stabilization Window: 300 seconds/);
    // 62.5 of 50 is a quarter more: two, as soon as that has held for the 60 s of its window.
    await until(() => replicasOf() === '2');
  }, 180_000);

  it('kubectl get hpa,pods', () => {
    const { code, out } = typed('kubectl get hpa,pods -n goblinos-ai');
    expect(code).toBe(0);
    expect(out).toMatch(/horizontalpodautoscaler.autoscaling\/ollama-hpa +Deployment\/ollama-inference .* 1 +10 /);
    expect(out).toMatch(/pod\/ollama-inference-[a-z0-9]+-[a-z0-9]{5} +2\/2 +Running/);
  });

  describe('what needs a kubelet gets as far as asking for one, at the right container', () => {
    const EXEC = 'kubectl exec -n goblinos-ai -it deployment/ollama-inference -- curl http://localhost:9090/metrics';
    const LOGS = 'kubectl logs -n goblinos-ai -l app=ollama-inference --tail=100';
    const SIDECAR = 'kubectl logs -n goblinos-ai deployment/ollama-inference -c metrics-sidecar';
    const FORWARD = 'kubectl port-forward -n goblinos-ai svc/ollama-service 9090:9090';

    it.each([EXEC, LOGS, SIDECAR, FORWARD])('%s', (command) => {
      const { code, said } = typed(command);
      expect(code).toBe(1);
      expect(said).toMatch(NO_KUBELET);
    });

    it.each([EXEC, LOGS, SIDECAR])('the sidecar is meant by %s', (command) => {
      expect(containerAskedFor(command)).toBe('metrics-sidecar');
    });

    it('a container or port that is not there is another answer', () => {
      expect(typed(SIDECAR.replace('metrics-sidecar', 'sidecar')).said).toMatch(/container sidecar is not valid/);
      expect(typed(FORWARD.replace('9090:9090', '9090:9091')).said).toMatch(/does not have a service port 9091/);
    });
  });

  describe('the same Deployment under the HPA of the seed, and under that by work', tellLesson);
});

const replicasOf = () =>
  kubectl(['get', 'deployment', 'ollama-inference', '-n', 'goblinos-ai', '-o', 'jsonpath={.spec.replicas}']);

/** policy/v1 is field for field policy/v1beta1, which is what a control plane of before 1.21 serves. */
function asServedHere(text: string): string {
  const served = kubectl(['api-versions']).split('\n');
  return served.includes('policy/v1') ? text : text.replace('apiVersion: policy/v1\n', 'apiVersion: policy/v1beta1\n');
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 150_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('it did not come to that within 150 s');
    await sleep(500);
  }
}
