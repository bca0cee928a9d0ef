// The manifests of infra/deployments as they are written: the seed's names, and what each container and each reference must have.
import type {
  V1ConfigMap,
  V1Container,
  V1Deployment,
  V1NetworkPolicy,
  V1PodDisruptionBudget,
  V1Service,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { HELP } from '../../../exporter/help.ts';
import { readScalingPolicy } from '../../../lib/complexity-config/read-scaling-policy.ts';
import { DEFAULT_SCALING_POLICY } from '../../../lib/domain/complexity/scaling-policy.ts';
import { readPolicy } from '../../../lib/domain/workload/policy-from-annotations.ts';
import { readSettings } from '../../../lib/exporter/settings.ts';
import { readSignals } from '../../../lib/signals-config/read.ts';
import { commentedAnnotations, objectOf, objectsOf, textOf, yamlOf } from './files.ts';

const MAIN = 'ollama-scaling-k8s.yaml';
const deployment = objectOf<V1Deployment>(MAIN, 'Deployment');
const template = deployment.spec?.template;
const pod = template?.spec;
const containers = pod?.containers ?? [];
const hpa = objectOf<V2HorizontalPodAutoscaler>(MAIN, 'HorizontalPodAutoscaler');

function signals() {
  const config = readSignals(textOf('signals.json'));
  if ('mistakes' in config) throw new Error(JSON.stringify(config.mistakes));
  return config.sources.flatMap((source) => (source.kind === 'prometheus' ? source.signals : []));
}

describe('ollama-scaling-k8s.yaml', () => {
  it('has the names that the commands of the seed use', () => {
    const names = objectsOf(MAIN).map(
      ({ kind, metadata }) => `${kind} ${metadata?.namespace ?? '-'}/${metadata?.name}`,
    );
    expect(names).toEqual([
      'Namespace -/goblinos-ai',
      'ConfigMap goblinos-ai/litebrain-scaling-policy',
      'Service goblinos-ai/ollama-service',
      'Deployment goblinos-ai/ollama-inference',
      'HorizontalPodAutoscaler goblinos-ai/ollama-hpa',
    ]);
    expect(template?.metadata?.labels).toEqual({ app: 'ollama-inference' });
    expect(template?.metadata?.annotations).toMatchObject({
      'kubectl.kubernetes.io/default-container': 'metrics-sidecar',
      'prometheus.io/port': '9090',
    });
    expect(containers.map(({ name }) => name)).toEqual(['ollama', 'metrics-sidecar']);
  });

  it('states the scaling policy of the seed', () => {
    const { data } = objectOf<V1ConfigMap>(MAIN, 'ConfigMap');
    expect(JSON.parse(data?.['policy.json'] ?? '')).toEqual(DEFAULT_SCALING_POLICY);
    const [score] = signals().filter(({ name }) => name === 'complexity');
    expect(score?.scaling).toMatchObject({ ...DEFAULT_SCALING_POLICY, queue: 'queue-seconds' });
  });

  it('gives the exporter variables that it takes as they are', () => {
    const env = containers.find(({ name }) => name === 'metrics-sidecar')?.env ?? [];
    const settings = readSettings(Object.fromEntries(env.map(({ name, value }) => [name, value])));
    expect(settings).toMatchObject({ bind: '0.0.0.0', proxyPort: 11435, metricsPort: 9090, graceSeconds: 45 });
    for (const { name } of env) expect(HELP).toContain(name);
    expect(env.at(-1)?.valueFrom?.configMapKeyRef).toEqual({ name: 'litebrain-scaling-policy', key: 'policy.json' });
    const policy = objectOf<V1ConfigMap>(MAIN, 'ConfigMap').data?.['policy.json'] ?? '';
    expect(readScalingPolicy(policy)).toEqual(DEFAULT_SCALING_POLICY);
  });

  it('leaves the number of replicas to whoever scales', () => {
    expect(deployment.spec).not.toHaveProperty('replicas');
  });

  it('measures every request: the Service leads to the sidecar, and the model server listens within the pod only', () => {
    const { spec } = objectOf<V1Service>(MAIN, 'Service');
    const ports = containers.find(({ name }) => name === 'metrics-sidecar')?.ports ?? [];
    const reached = spec?.ports?.map(({ port, targetPort }) => [
      port,
      ports.find(({ name }) => name === targetPort)?.containerPort,
    ]);
    expect(reached).toEqual([
      [11434, 11435],
      [9090, 9090],
    ]);
    expect(spec?.selector).toEqual(template?.metadata?.labels);
    expect(containers[0]).not.toHaveProperty('ports');
    for (const { env = [] } of containers)
      expect(env).toContainEqual({ name: 'OLLAMA_HOST', value: '127.0.0.1:11434' });
  });

  it.each(containers.map((one) => [one.name, one] as const))('%s: bounded, probed, and without rights', (_, one) => {
    const sizes = [one.resources?.requests, one.resources?.limits];
    for (const size of sizes) expect(Object.keys(size ?? {}).toSorted()).toEqual(['cpu', 'memory']);
    expect(one.readinessProbe).toBeDefined();
    expect(one.livenessProbe).toBeDefined();
    expect(one.image).toMatch(/:\d+\.\d+\.\d+/);
    expect(one.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
  });

  it('writes only where a volume is mounted', () => {
    const mounts = (one: V1Container) => one.volumeMounts?.map(({ mountPath }) => mountPath) ?? [];
    const value = (of: V1Container, name: string) => of.env?.find((one) => one.name === name)?.value ?? '';
    const [ollama, sidecar] = containers as [V1Container, V1Container];
    for (const name of ['OLLAMA_MODELS', 'HOME']) expect(mounts(ollama)).toContain(value(ollama, name));
    expect(mounts(sidecar).some((path) => value(sidecar, 'LITEBRAIN_STATE').startsWith(`${path}/`))).toBe(true);
    const volumes = pod?.volumes?.map(({ name }) => name);
    expect(containers.flatMap((one) => one.volumeMounts?.map(({ name }) => name) ?? []).toSorted()).toEqual(
      volumes?.toSorted(),
    );
  });

  it('gives what is being answered time to end', () => {
    const waits = containers.map(({ lifecycle }) => Number(lifecycle?.preStop?.exec?.command?.[1]));
    for (const seconds of waits) expect(seconds).toBeLessThan(pod?.terminationGracePeriodSeconds ?? 30);
    // The sidecar takes requests until no Service sends any, lets those end, and the model server outlives them.
    const grace = containers[1]?.env?.find(({ name }) => name === 'LITEBRAIN_GRACE_SECONDS')?.value;
    expect(waits[0]).toBeGreaterThan((waits[1] ?? 0) + Number(grace));
  });

  it('has the HPA of the seed', () => {
    expect(hpa.spec).toMatchObject({
      scaleTargetRef: { kind: 'Deployment', name: 'ollama-inference' },
      minReplicas: 1,
      maxReplicas: 10,
      metrics: [
        { resource: { name: 'cpu', target: { averageUtilization: 70 } } },
        { resource: { name: 'memory', target: { averageUtilization: 80 } } },
        { pods: { metric: { name: 'litebrain_complexity_score' }, target: { averageValue: '50' } } },
      ],
      behavior: { scaleUp: { stabilizationWindowSeconds: 60 }, scaleDown: { stabilizationWindowSeconds: 300 } },
    });
  });

  it("shows annotations that make a policy, with the signals of signals.json, within the HPA's bounds", () => {
    const config = readSignals(textOf('signals.json'));
    if ('mistakes' in config) throw new Error(JSON.stringify(config.mistakes));
    const all = config.sources.flatMap((source) => (source.kind === 'prometheus' ? source.signals : []));
    const policy = readPolicy({
      annotations: commentedAnnotations(MAIN),
      record: null,
      hpa: null,
      definitions: Object.fromEntries(all.map(({ name, kind, unit }) => [name, { kind, unit }])),
      tickSeconds: 60,
    });
    expect(policy).toMatchObject({ enabled: true, problems: [], min: 1, max: 10 });
    expect(Object.keys(policy.signals ?? {}).toSorted()).toEqual(['complexity', 'complexity-work', 'queue-seconds']);
    expect(policy.signals?.['complexity-work']).toMatchObject({ kind: 'load', target: 50 });
  });
});

describe('what can stand beside it', () => {
  it('ollama-hpa-work.yaml takes the place of the HPA, by the work in flight, and asks for no memory', () => {
    const other = objectOf<V2HorizontalPodAutoscaler>('ollama-hpa-work.yaml', 'HorizontalPodAutoscaler');
    expect(other.metadata).toEqual(hpa.metadata);
    const { metrics, ...rest } = other.spec ?? {};
    expect(hpa.spec).toMatchObject(rest);
    expect(metrics).toEqual([
      hpa.spec?.metrics?.[0],
      { type: 'Pods', pods: { ...hpa.spec?.metrics?.[2]?.pods, metric: { name: 'litebrain_complexity_work' } } },
    ]);
  });

  it('the budget, the network policy and the monitor are of the same pods', () => {
    const labels = template?.metadata?.labels;
    const budget = objectOf<V1PodDisruptionBudget>('ollama-disruption.yaml', 'PodDisruptionBudget');
    expect(budget).toMatchObject({
      metadata: { namespace: 'goblinos-ai' },
      spec: { selector: { matchLabels: labels } },
    });
    const network = objectOf<V1NetworkPolicy>('ollama-network-policy.yaml', 'NetworkPolicy');
    expect(network.spec?.podSelector).toEqual({ matchLabels: labels });
    const named = containers.flatMap(({ ports = [] }) => ports.map(({ name }) => name));
    expect(network.spec?.ingress?.flatMap(({ ports = [] }) => ports.map(({ port }) => port))).toEqual(named);
    expect(yamlOf('ollama-podmonitor.yaml')).toMatchObject({
      kind: 'PodMonitor',
      spec: { selector: { matchLabels: labels }, podMetricsEndpoints: [{ port: 'metrics', path: '/metrics' }] },
    });
  });
});
