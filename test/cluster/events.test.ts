// Telling and sparing a real cluster (KUBECONFIG): what kubectl describe shows of us, and what a quota makes us promise.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import type { KubernetesEvent } from '../../lib/app/ports/cluster.ts';
import { reportTick } from '../../lib/app/report/report-tick.ts';
import { roomFor } from '../../lib/domain/guardrails/cluster/quota.ts';
import { LAST_DECISION_ANNOTATION } from '../../lib/domain/workload/policy-fields.ts';
import { deployment } from './cluster-objects.ts';
import { apply, kubectl } from './cluster-under-test.ts';

const NAMESPACE = `ts-events-${process.pid}`;
const { reader, writer, noticeBoard, limits, calls } = makeKubernetes({
  clusters: new Map([['real', { kind: 'kubeconfig' }]]),
  namespaces: { include: [], exclude: [] },
  version: 'test',
});
const AT = Date.now();

beforeAll(() => {
  kubectl(['create', 'namespace', NAMESPACE]);
  const resources = { requests: { cpu: '100m', memory: '32Mi' }, limits: { cpu: '200m', memory: '64Mi' } };
  apply([deployment(NAMESPACE, 'web', { resources })]);
  apply([quota(), limitRange()]);
}, 60_000);

afterAll(() => kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']));

describe('an event', () => {
  it('shows in kubectl describe deployment, once however often it is posted, without what could deceive', async () => {
    const change = await notice({ note: 'scaled 2 → 4 replicas (predictive): \u001b[31mred\u202e and a\nsecond line' });
    await noticeBoard.post([change]);
    await noticeBoard.post([change]);
    const shown = describeWeb();
    process.stdout.write(`${shown.slice(shown.indexOf('Events:'))}\n`);
    const lines = shown.split('\n').filter((line) => line.includes('ReplicasChanged'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /Normal\s+ReplicasChanged\s+.*scaled 2 → 4 replicas \(predictive\):\s+\[31mred and a second line/,
    );
    const [event] = eventsOf('ReplicasChanged');
    expect(event).toMatchObject({
      reportingController: 'ai4k8s',
      regarding: { kind: 'Deployment', name: 'web', uid: change.uid },
    });
  });

  it('of a problem is written once an hour, of another problem at once', async () => {
    const problem = await notice({ kind: 'problem', reason: 'ChangeRefused', note: 'HPA web owns it' });
    const nextTick = { ...problem, at: Math.floor(problem.at / 3_600_000) * 3_600_000 };
    await noticeBoard.post([problem, nextTick]);
    await noticeBoard.post([{ ...problem, note: 'KEDA owns it' }]);
    expect(eventsOf('ChangeRefused').map(({ note, type }) => [type, note])).toEqual([
      ['Warning', 'HPA web owns it'],
      ['Warning', 'KEDA owns it'],
    ]);
  });

  it('longer than the API allows is cut to 1 kB, not refused', async () => {
    await noticeBoard.post([await notice({ reason: 'Long', note: '→'.repeat(900) })]);
    const bytes = Buffer.byteLength(eventsOf('Long')[0]?.note ?? '');
    expect(bytes).toBeGreaterThan(900);
    expect(bytes).toBeLessThanOrEqual(1024);
  });

  it('that cannot be written fails no tick; the annotation is written, and starts no rollout', async () => {
    const lines: string[] = [];
    const write = (message: string) => void lines.push(message);
    const log = { info: write, warn: write, error: write };
    const web = await notice({ note: 'scaled 2 → 3 replicas' });
    const gone = { ...web, workload: { ...web.workload, namespace: `${NAMESPACE}-gone` } };
    const summary = {
      cluster: 'real',
      scheduledAt: AT,
      finishedAt: AT,
      workloads: 1,
      enabled: 1,
      applied: 1,
      problems: [],
    };
    const result = {
      enabled: 1,
      applied: 1,
      spent: { replicas: 1, workloads: 1 },
      problems: [],
      events: [],
      changed: [],
      samples: [],
      wanting: false,
      notices: [gone, web],
    };
    const ports = { events: { publish: async () => undefined }, noticeBoard, writer, log };
    const replicaSets = () => kubectl(['-n', NAMESPACE, 'get', 'replicasets', '-o', 'name']);
    await expect.poll(replicaSets).not.toBe('');
    const made = replicaSets();
    await reportTick(ports, { annotate: true, killSwitch: null }, summary, [result], []);
    expect(lines).toContain('tick finished');
    expect(fieldOfWeb('{.metadata.annotations}')).toContain(
      `"${LAST_DECISION_ANNOTATION}":"${new Date(AT).toISOString()} scaled`,
    );
    // It moves the generation all the same: for a moment the Deployment looks as if its template had changed.
    await expect.poll(() => fieldOfWeb('{.status.observedGeneration}')).toBe(fieldOfWeb('{.metadata.generation}'));
    expect(replicaSets()).toBe(made);
    expect(fieldOfWeb('{.metadata.annotations.deployment\\.kubernetes\\.io/revision}')).toBe('1');
  });
});

describe('the room of a real namespace', () => {
  it('is what its ResourceQuota has left, with what its LimitRange fills in, in two calls', async () => {
    await expect
      .poll(() => kubectl(['-n', NAMESPACE, 'get', 'quota', 'team', '-o', 'jsonpath={.status.used}']))
      .toContain('pods');
    const callsUntilNow = calls();
    const of = (await limits.limits('real', [NAMESPACE])).get(NAMESPACE);
    expect(calls() - callsUntilNow).toBe(2);
    expect(of).toMatchObject({
      podMax: { cpu: 2 },
      defaultRequests: { memory: 64 * 2 ** 20 },
      defaultLimits: { memory: 128 * 2 ** 20 },
    });
    const used = Number(kubectl(['-n', NAMESPACE, 'get', 'quota', 'team', '-o', 'jsonpath={.status.used.pods}']));
    expect(of?.quotas[0]?.left.pods).toBe(6 - used);
    expect(roomFor(of, { requests: { cpu: 0.1 }, limits: { cpu: 0.2 } })).toMatchObject({ code: 'quota_exceeded' });
    expect(roomFor(of, { requests: { cpu: 0.1 }, limits: {} })).toMatchObject({ replicas: 0, code: 'limit_range' });
    expect(roomFor(of, { requests: { cpu: 3 }, limits: {} })).toMatchObject({ replicas: 0, code: 'limit_range' });
  });

  it('is the room that the real server gives: one more pod than promised is refused', async () => {
    await expect.poll(async () => (await snapshot()).replicas.ready, { timeout: 20_000 }).toBe(2);
    const of = (await limits.limits('real', [NAMESPACE])).get(NAMESPACE);
    const { total } = (await snapshot()).replicas;
    const most = total + roomFor(of, { requests: { cpu: 0.1 }, limits: { cpu: 0.2, memory: 2 ** 26 } }).replicas;
    kubectl(['-n', NAMESPACE, 'scale', 'deployment/web', `--replicas=${most + 2}`]);
    await expect.poll(async () => (await snapshot()).replicas.total, { timeout: 60_000 }).toBe(most);
    await expect
      .poll(() => fieldOfWeb('{.status.conditions[?(@.type=="ReplicaFailure")].reason}'), { timeout: 20_000 })
      .toBe('FailedCreate');
    expect((await snapshot()).replicas.total).toBe(most);
  }, 100_000);
});

async function snapshot() {
  const found = await reader.workload({ cluster: 'real', namespace: NAMESPACE, name: 'web' });
  if (found === null) throw new Error('the Deployment is gone');
  return found;
}

async function notice(change: Partial<KubernetesEvent>): Promise<KubernetesEvent> {
  const { workload, uid = '' } = await snapshot();
  return { workload, uid, at: AT, kind: 'change', reason: 'ReplicasChanged', note: '', ...change };
}

interface ShownEvent {
  readonly note: string;
  readonly type: string;
  readonly reason: string;
}

function eventsOf(reason: string): readonly ShownEvent[] {
  const json = kubectl(['-n', NAMESPACE, 'get', 'events.events.k8s.io', '-o', 'json']);
  const { items } = JSON.parse(json) as { items: ShownEvent[] };
  return items.filter((event) => event.reason === reason).toSorted((a, b) => (a.note < b.note ? -1 : 1));
}

function fieldOfWeb(path: string): string {
  return kubectl(['-n', NAMESPACE, 'get', 'deployment', 'web', '-o', `jsonpath=${path}`]);
}

function describeWeb(): string {
  return kubectl(['-n', NAMESPACE, 'describe', 'deployment', 'web']);
}

function quota(): object {
  return {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team', namespace: NAMESPACE },
    spec: { hard: { pods: '6', 'requests.cpu': '500m', 'limits.memory': '1Gi' } },
  };
}

function limitRange(): object {
  return {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'sizes', namespace: NAMESPACE },
    spec: {
      limits: [
        { type: 'Container', default: { memory: '128Mi' }, defaultRequest: { memory: '64Mi' } },
        { type: 'Pod', max: { cpu: '2' } },
      ],
    },
  };
}
