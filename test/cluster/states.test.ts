// Other hands, states of a workload and missing figures, as a real API server shows them, and what is decided on them.
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { act } from '../../lib/app/act.ts';
import { decide } from '../../lib/app/decide.ts';
import { observeCluster, observeWorkload } from '../../lib/app/observe.ts';
import { lastScaledAt, latestEntry, ownChangeAt } from '../../lib/app/remember.ts';
import type { GuardrailHistory } from '../../lib/domain/guardrails.ts';
import type { Decision, Effect, Observation, ReasonCode } from '../../lib/domain/model.ts';
import { EMPTY_SERIES } from '../../lib/domain/series.ts';
import { advised, assessment, NO_HISTORY, policy } from '../make/workloads.ts';
import { makeMemoryFloorStore } from '../stand-ins/memory-floor-store.ts';
import { apply, hasMetrics, kubectl, USAGE_FILE } from './cluster-under-test.ts';
import { type FaultyLine, makeFaultyLine, type Spoil } from './faulty-line.ts';
import { deployment, hpa, podNames, setPodStatus, withStandInApis } from './workload-states.ts';

const NAMESPACE = `st-${process.pid}`;
const SETTINGS = { namespaces: { include: [NAMESPACE], exclude: [] }, version: 'test' };
const kubernetes = makeKubernetes({ clusters: new Map([['real', { kind: 'kubeconfig' }]]), ...SETTINGS });
const overA = ({ access }: FaultyLine) => makeKubernetes({ clusters: new Map([['real', access]]), ...SETTINGS });
const ports = { reader: kubernetes.reader, signals: [kubernetes.metrics] };
/** States that only the stand-in kubelet brings about at will, and metrics that are there within seconds. */
const isStandIn = USAGE_FILE !== null && hasMetrics();
const standIn = describe.runIf(isStandIn);

beforeAll(() => {
  kubectl(['create', 'namespace', NAMESPACE]);
}, 60_000);

afterAll(() => {
  kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
});

describe('other hands', () => {
  it.each([
    ['kustomize-controller', 'Flux (kustomize-controller) keeps spec.replicas'],
    ['argocd-controller', 'Argo CD (argocd-controller) keeps spec.replicas'],
    ['my-platform', 'my-platform keeps spec.replicas'],
  ])('%s, applying server-side, is named and left alone', async (manager, says) => {
    const object = JSON.stringify(deployment(NAMESPACE, manager));
    kubectl(['apply', '--server-side', `--field-manager=${manager}`, '-f', '-'], object);
    expectVerdict(decideOn(await settled(manager)), 'blocked', 'owned_by_manager', says);
  });

  it('a manifest that kubectl applied with replicas is told, and one without is not', async () => {
    apply([deployment(NAMESPACE, 'stated')]);
    const { replicas: _none, ...spec } = (deployment(NAMESPACE, 'unstated') as { spec: { replicas: number } }).spec;
    apply([{ ...deployment(NAMESPACE, 'unstated'), spec }]);
    expectVerdict(decideOn(await settled('stated')), 'noted', 'replicas_in_manifest', 'kubectl-client-side-apply');
    expect((await settled('unstated', 1)).hands?.manager).toBeNull();
  });

  it.runIf(isStandIn)('a person who just scaled stops us for the cooldown, by whatever name is known', async () => {
    apply([deployment(NAMESPACE, 'touched')]);
    const before = await settled('touched');
    const outcome = { kind: 'unchanged', message: '' } as const;
    const past = { decision: decideOn(before), outcome, assessment: assessed(before), advice: null, requestedBy: null };
    const previous = latestEntry(undefined, past, null, false);
    kubectl(['-n', NAMESPACE, 'scale', 'deployment/touched', '--replicas=4']);
    const after = await until('touched', busy(4));
    const seen = { lastScaledAt: lastScaledAt(previous, 4, after.at), ownChangeAt: ownChangeAt(previous) };
    expectVerdict(
      decideOn(after, undefined, seen),
      'held',
      'scaled_by_other',
      /^(somebody|kubectl) scaled to 4 \d+ s ago/,
    );
    kubectl(['-n', NAMESPACE, 'patch', 'deployment/touched', '-p', '{"spec":{"replicas":3}}']);
    const patched = await until('touched', busy(3));
    const again = { lastScaledAt: patched.at, ownChangeAt: null };
    expectVerdict(decideOn(patched, undefined, again), 'held', 'scaled_by_other', /kubectl-patch,? scaled to 3/);
  });

  it('KEDA is known by the HPA it made, two HPAs by their number', async () => {
    apply([deployment(NAMESPACE, 'kept'), hpa(NAMESPACE, 'keda-hpa-kept', 'kept', KEDA_LABEL)]);
    apply([deployment(NAMESPACE, 'torn'), hpa(NAMESPACE, 'one', 'torn'), hpa(NAMESPACE, 'two', 'torn')]);
    expectVerdict(decideOn(await settled('kept')), 'blocked', 'owned_by_keda', 'KEDA owns the replica count');
    expectVerdict(decideOn(await settled('torn')), 'blocked', 'ambiguous_owner', '2 HPAs');
  });

  it('a ScaledObject without its HPA, and a VPA, are found where their API is, and cost nothing where not', async () => {
    apply([deployment(NAMESPACE, 'waiting'), deployment(NAMESPACE, 'sized')]);
    await settled('waiting');
    await settled('sized');
    await kubernetes.reader.snapshot('real');
    const idle = kubernetes.calls();
    await kubernetes.reader.snapshot('real');
    expect(kubernetes.calls() - idle).toBe(3);
    const line = await makeFaultyLine();
    try {
      line.spoil = withStandInApis(NAMESPACE, { scaledObject: 'waiting', vpa: 'sized' });
      const { reader, calls } = overA(line);
      const seen = (await observeCluster({ reader, signals: [] }, 'real', Date.now())).observations;
      const [waiting, sized] = ['waiting', 'sized'].map((name) => seen.get(`${NAMESPACE}/${name}`));
      expectVerdict(decideOn(waiting), 'blocked', 'owned_by_keda', 'through q');
      expectVerdict(decideOn(sized), 'noted', 'vpa_present', 'VPA v (Auto) changes the requests');
      const busy = calls();
      await reader.snapshot('real');
      expect(calls() - busy).toBe(5);
    } finally {
      line.close();
    }
  });

  it('requests that move under us, by admission as a VPA does it, are those of the next reading', async () => {
    const limits = (cpu: string) => ({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'defaults', namespace: NAMESPACE },
      spec: { limits: [{ type: 'Container', defaultRequest: { cpu } }] },
    });
    apply([deployment(NAMESPACE, 'moved', { replicas: 1, container: { resources: {} } })]);
    expect((await settled('moved', 1)).capacity.cpu).toBeUndefined();
    for (const [cpu, cores] of [
      ['20m', 0.02],
      ['30m', 0.03],
    ] as const) {
      apply([limits(cpu)]);
      kubectl(['-n', NAMESPACE, 'delete', 'pod', ...podNames(NAMESPACE, 'moved'), '--wait=false']);
      const moved = await until('moved', ({ capacity, replicas }) => capacity.cpu === cores && replicas.ready === 1);
      expect(moved.capacity.cpu).toBe(cores);
    }
    kubectl(['-n', NAMESPACE, 'delete', 'limitrange', 'defaults']);
  });
});

standIn('pods that would only be joined by more', () => {
  it.each([
    ['crashloop', 'crash_looping', 'crash again and again'],
    ['imagepull', 'image_pull_failing', 'image that cannot be pulled'],
  ] as const)('%s', async (state, code, says) => {
    apply([deployment(NAMESPACE, state, { state })]);
    const found = await until(state, ({ troubles }) => (troubles?.crashLoop ?? 0) + (troubles?.imagePull ?? 0) === 2);
    expect(found.replicas).toMatchObject({ spec: 2, ready: 0, total: 2 });
    expectVerdict(decideOn(found, 4, NO_HISTORY, 4), 'held', code, says);
  });

  it('pending for lack of nodes', async () => {
    apply([deployment(NAMESPACE, 'homeless', { state: 'pending' })]);
    await until('homeless', ({ replicas }) => replicas.total === 2);
    for (const name of podNames(NAMESPACE, 'homeless'))
      setPodStatus(NAMESPACE, name, {
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
      });
    const found = await until('homeless', ({ troubles }) => troubles?.unschedulable === 2);
    expectVerdict(decideOn(found, 4, NO_HISTORY, 4), 'held', 'pods_unschedulable', 'no scale-up: 2 pods wait');
  });

  it('CPU of a start-up is no load, until a whole window lies after it', async () => {
    apply([deployment(NAMESPACE, 'young')]);
    const young = await settled('young');
    expect(young.signals.cpu).toBeUndefined();
    expect(young.signals.memory).toMatchObject({ coverage: 1 });
    expect(decideOn(young).action).toBe('maintain');
    const grown = await until('young', ({ signals }) => signals.cpu?.coverage === 1);
    expect(grown.signals.cpu?.demand).toBeCloseTo(0.02, 3);
    expect(decideOn(grown)).toMatchObject({ action: 'scale_up', target: 5 });
    kubectl(['-n', NAMESPACE, 'scale', 'deployment/young', '--replicas=3']);
    const mixed = await settled('young', 3);
    expect(mixed.signals.cpu).toMatchObject({ startingPods: 1, coverage: 2 / 3 });
    expectVerdict(decideOn(mixed, 1), 'held', 'pods_starting', '1 ready pods');
  });
});

describe('what counts', () => {
  it('a container without a CPU request is named, and nothing goes down', async () => {
    apply([deployment(NAMESPACE, 'bare', { container: { resources: { requests: { memory: '64Mi' } } } })]);
    expectVerdict(decideOn(await settled('bare'), 1), 'held', 'request_missing', 'set resources.requests.cpu');
  });

  it('init containers are not in the requests', async () => {
    const initContainers = [{ name: 'once', image: 'example/once:1', resources: { requests: { cpu: '2' } } }];
    apply([deployment(NAMESPACE, 'prepared', { spec: { initContainers } })]);
    expect((await settled('prepared')).capacity.cpu).toBe(0.007);
  });

  it('pods that ended are no replicas', async () => {
    apply([deployment(NAMESPACE, 'evicted')]);
    await settled('evicted');
    const [first = ''] = podNames(NAMESPACE, 'evicted');
    setPodStatus(NAMESPACE, first, { phase: 'Failed', reason: 'Evicted', message: 'low on memory' });
    await until('evicted', ({ replicas }) => replicas.ready === 2 && podNames(NAMESPACE, 'evicted').length === 3);
    expect((await settled('evicted')).replicas).toEqual({ spec: 2, ready: 2, running: 2, total: 2 });
  });

  it('pods of overlapping Deployments once, under their own, and both are told', async () => {
    const labels = { app: 'shared' };
    apply([deployment(NAMESPACE, 'stable', { labels }), deployment(NAMESPACE, 'canary', { labels, replicas: 1 })]);
    await settled('canary', 1);
    await settled('stable');
    const { observations } = await observeCluster({ ...ports, signals: [] }, 'real', Date.now());
    const [stable, canary] = ['stable', 'canary'].map((name) => observations.get(`${NAMESPACE}/${name}`));
    expect([stable?.replicas.total, canary?.replicas.total]).toEqual([2, 1]);
    expectVerdict(decideOn(stable), 'noted', 'selector_overlap', 'overlaps with that of canary');
    expect(canary?.hands?.overlaps).toEqual(['stable']);
  });

  it('a workload at zero is left there', async () => {
    apply([deployment(NAMESPACE, 'off', { replicas: 0 })]);
    expectVerdict(decideOn(await settled('off', 0)), 'blocked', 'workload_at_zero', 'scaled to 0');
  });

  it.runIf(isStandIn).each([
    ['rolling', 'rollout_in_progress', ['set', 'image', 'deployment/rolling', 'c=example/app:2']],
    ['paused', 'deployment_paused', ['rollout', 'pause', 'deployment/paused']],
  ] as const)('a Deployment that is %s is not scaled down', async (name, code, command) => {
    apply([deployment(NAMESPACE, name)]);
    await until(name, busy(2));
    kubectl(['-n', NAMESPACE, ...command]);
    expectVerdict(
      decideOn(await until(name, ({ rollout }) => rollout !== 'settled'), 1),
      'held',
      code,
      'no scale-down',
    );
  });

  it('a Deployment deleted between read and write: the outcome says so', async () => {
    apply([deployment(NAMESPACE, 'gone')]);
    const seen = await settled('gone');
    kubectl(['-n', NAMESPACE, 'delete', 'deployment', 'gone', '--wait=true', '--cascade=background']);
    const decision = { ...decideOn(seen), target: 3, blockedBy: null };
    const outcome = await act(
      { ...kubernetes, floors: makeMemoryFloorStore() },
      decision,
      policy({ mode: 'scale' }),
      seen,
      'schedule',
    );
    expect(outcome).toEqual({ kind: 'failed', message: 'the Deployment was deleted meanwhile' });
  });
});

standIn('figures that are missing or cannot be true', () => {
  let line: FaultyLine;
  beforeAll(async () => {
    line = await makeFaultyLine();
    apply([deployment(NAMESPACE, 'fed')]);
    await until('fed', ({ signals }) => signals.cpu?.coverage === 1);
  }, 60_000);
  afterAll(() => line.close());

  const overLine = async (spoil: Spoil | null): Promise<Observation> => {
    line.spoil = spoil;
    const { reader, metrics } = overA(line);
    const { observations } = await observeCluster({ reader, signals: [metrics] }, 'real', Date.now());
    const found = observations.get(`${NAMESPACE}/fed`);
    if (!found) throw new Error('fed is not there');
    return found;
  };
  const ofMetrics =
    (spoilt: (items: RawMetrics[]) => unknown[], status = 200): Spoil =>
    async (url, ask) => {
      const { body } = await ask(url);
      if (!url.pathname.startsWith('/apis/metrics.k8s.io')) return { status: 200, body };
      return { status, body: { items: spoilt((body as { items: RawMetrics[] }).items) } };
    };
  const isFed = ({ metadata }: RawMetrics) => metadata.name.startsWith('fed-');
  const using = (cpu: string) =>
    ofMetrics((items) => items.map((one) => ({ ...one, containers: [{ usage: { cpu, memory: '20Mi' } }] })));

  test.each<[string, Spoil, ReasonCode, string | RegExp]>([
    ['the metrics API away', ofMetrics(() => [], 503), 'signal_missing', 'not measured'],
    ['no pod measured', ofMetrics(() => []), 'signal_missing', 'not measured'],
    ['one pod without metrics', ofMetrics((items) => items.filter(isFed).slice(1)), 'signal_partial', 'only 50 %'],
    [
      'stale on one pod',
      ofMetrics((items) => items.filter(isFed).map((one, i) => (i === 0 ? { ...one, timestamp: ago(600) } : one))),
      'signal_stale',
      /measured 6\d\d s ago/,
    ],
    [
      'from the future',
      ofMetrics((items) => items.map((one) => ({ ...one, timestamp: ago(-600) }))),
      'signal_stale',
      /ahead of the tick/,
    ],
    ['negative', using('-5m'), 'signal_missing', 'not measured'],
    ['absurd', using('9999999'), 'signal_missing', 'not measured'],
    ['no number', using('NaN'), 'signal_missing', 'not measured'],
  ])('%s: never zero, never a scale-down', async (_what, spoil, code, says) => {
    const seen = await overLine(spoil);
    expect(seen.signals.cpu?.demand).not.toBe(0);
    expectVerdict(decideOn(seen, 1), 'held', code, says);
    expect(decideOn(seen, 1).target).toBeGreaterThanOrEqual(2);
  });

  /** One object a page, with the real server's tokens, of which the first `times` have expired. */
  const expiring =
    (of: string, times: number): Spoil =>
    (url, ask) => {
      if (url.pathname.includes('metrics.k8s.io') || !url.pathname.endsWith(`/${of}`)) return ask(url);
      url.searchParams.set('limit', '1');
      if (!url.searchParams.has('continue')) return ask(url);
      continued += 1;
      return continued <= times ? Promise.resolve(EXPIRED) : ask(url);
    };
  let continued = 0;
  beforeEach(() => {
    continued = 0;
  });

  it('a list that expires on the way is started over, and nothing is lost or counted twice', async () => {
    const { replicas } = await overLine(expiring('pods', 1));
    expect(continued).toBeGreaterThan(2);
    expect(replicas).toEqual({ spec: 2, ready: 2, running: 2, total: 2 });
  });

  it.each(['pods', 'deployments'])('%s that expire twice are refused as a whole, never half believed', async (of) => {
    await expect(overLine(expiring(of, 2))).rejects.toThrow(/HTTP 410.*twice/);
    expect(continued).toBe(2);
  });

  it('HPAs that expire twice leave the owner unknown, and nothing is written', async () => {
    apply([hpa(NAMESPACE, 'page-one', 'nobody'), hpa(NAMESPACE, 'page-two', 'nobody')]);
    const seen = await overLine(expiring('horizontalpodautoscalers', 2));
    expectVerdict(decideOn(seen), 'blocked', 'owner_unknown', 'could not be listed');
  });
});

/** In the API server's own words; it says so five minutes after a list began, when etcd has compacted. */
const EXPIRED = {
  status: 410,
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason: 'Expired',
    code: 410,
    message: 'The provided continue parameter is too old to display a consistent list result.',
  },
};

const KEDA_LABEL = { 'scaledobject.keda.sh/name': 'orders' };

interface RawMetrics {
  readonly metadata: { readonly name: string };
}

function ago(seconds: number): string {
  return new Date(Date.now() - 1000 * seconds).toISOString();
}

function assessed(observation: Observation, min = 1) {
  const now = observation.at;
  return assessment(observation, {
    now,
    policy: policy({ min, max: 50, tickSeconds: 10, staleAfterTicks: 18 }),
    recent: EMPTY_SERIES,
  });
}

/** @param advice what an LLM would answer; absent where none is asked */
function decideOn(
  observation: Observation | undefined,
  advice?: number,
  history: Partial<GuardrailHistory> = {},
  min = 1,
): Decision {
  if (!observation) throw new Error('nothing was observed');
  const known = assessed(observation, min);
  const { spec } = observation.replicas;
  const action = (advice ?? spec) > spec ? 'scale_up' : 'scale_down';
  return decide(known, advice === undefined ? null : advised(advice, { action }), { ...NO_HISTORY, ...history });
}

function expectVerdict(decision: Decision, effect: Effect, code: ReasonCode, says: string | RegExp): void {
  const message = typeof says === 'string' ? expect.stringContaining(says) : expect.stringMatching(says);
  expect(decision.verdicts).toContainEqual(expect.objectContaining({ effect, code, message }));
  expect(decision.blockedBy).toBe(effect === 'blocked' ? code : null);
}

/** Measured on every pod; that all of them run over their target is what the resources are for. */
function busy(replicas: number) {
  return (one: Observation) => one.replicas.ready === replicas && one.signals.cpu?.coverage === 1;
}

function settled(name: string, replicas = 2): Promise<Observation> {
  return until(
    name,
    (one) => one.rollout === 'settled' && one.replicas.ready === replicas && one.replicas.spec === replicas,
  );
}

async function until(name: string, holds: (seen: Observation) => boolean): Promise<Observation> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const seen = await observeWorkload(ports, { cluster: 'real', namespace: NAMESPACE, name }, Date.now());
    if (seen && holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`${name} did not get there: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
