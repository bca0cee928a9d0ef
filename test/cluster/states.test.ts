// States of a workload, as a real API server shows them, and what is decided on it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyDecision } from '../../lib/app/apply/apply-decision.ts';
import { observeCluster } from '../../lib/app/observe/observe.ts';
import { NO_HISTORY, policy } from '../make/workloads.ts';
import { makeMemoryFloorStore } from '../stand-ins/memory-floor-store.ts';
import { apply, IMAGE, kubectl, OTHER_IMAGE } from './cluster-under-test.ts';
import { busy, decideOn, expectVerdict, isStandIn, observerOf } from './observe-and-decide.ts';
import { podNames, setPodStatus } from './workload-states.ts';

const NAMESPACE = `st-${process.pid}`;
const { kubernetes, wanting, until, settled } = observerOf(NAMESPACE);

beforeAll(() => {
  kubectl(['create', 'namespace', NAMESPACE]);
}, 60_000);

afterAll(() => {
  kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
});

describe.runIf(isStandIn)('pods that would only be joined by more', () => {
  it.each([
    ['crashloop', 'crash_looping', 'crash again and again'],
    ['imagepull', 'image_pull_failing', 'image that cannot be pulled'],
  ] as const)('%s', async (state, code, says) => {
    apply([wanting(state, { state })]);
    const found = await until(state, ({ troubles }) => (troubles?.crashLoop ?? 0) + (troubles?.imagePull ?? 0) === 2);
    expect(found.replicas).toMatchObject({ spec: 2, ready: 0, total: 2 });
    expectVerdict(decideOn(found, 4, NO_HISTORY, 4), 'held', code, says);
  });

  it('pending for lack of nodes', async () => {
    apply([wanting('homeless', { state: 'pending' })]);
    await until('homeless', ({ replicas }) => replicas.total === 2);
    for (const name of podNames(NAMESPACE, 'homeless'))
      setPodStatus(NAMESPACE, name, {
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }],
      });
    const found = await until('homeless', ({ troubles }) => troubles?.unschedulable === 2);
    expectVerdict(decideOn(found, 4, NO_HISTORY, 4), 'held', 'pods_unschedulable', 'no scale-up: 2 pods wait');
  });

  it('CPU of a start-up is no load, until a whole window lies after it', async () => {
    apply([wanting('young')]);
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
    apply([wanting('bare', { resources: { requests: { memory: '64Mi' } } })]);
    expectVerdict(decideOn(await settled('bare'), 1), 'held', 'request_missing', 'set resources.requests.cpu');
  });

  it('init containers are not in the requests', async () => {
    // `pause -v` says its version and ends.
    const once = { name: 'once', image: IMAGE, args: ['-v'], resources: { requests: { cpu: '2' } } };
    apply([wanting('prepared', { podSpec: { initContainers: [once] } })]);
    expect((await settled('prepared')).capacity.cpu).toBe(0.007);
  });

  it('pods that ended are no replicas', async () => {
    apply([wanting('evicted')]);
    await settled('evicted');
    const [first = ''] = podNames(NAMESPACE, 'evicted');
    setPodStatus(NAMESPACE, first, { phase: 'Failed', reason: 'Evicted', message: 'low on memory' });
    await until('evicted', ({ replicas }) => replicas.ready === 2 && podNames(NAMESPACE, 'evicted').length === 3);
    expect((await settled('evicted')).replicas).toEqual({ spec: 2, ready: 2, running: 2, total: 2 });
  });

  it('pods of overlapping Deployments once, under their own, and both are told', async () => {
    const labels = { app: 'shared' };
    apply([wanting('stable', { labels }), wanting('canary', { labels, replicas: 1 })]);
    await settled('canary', 1);
    await settled('stable');
    const { observations } = await observeCluster({ reader: kubernetes.reader, signals: [] }, 'real', Date.now());
    const [stable, canary] = ['stable', 'canary'].map((name) => observations.get(`${NAMESPACE}/${name}`));
    expect([stable?.replicas.total, canary?.replicas.total]).toEqual([2, 1]);
    expectVerdict(decideOn(stable), 'noted', 'selector_overlap', 'overlaps with that of canary');
    expect(canary?.otherWriters?.overlaps).toEqual(['stable']);
  });

  it('a workload at zero is left there', async () => {
    apply([wanting('off', { replicas: 0 })]);
    expectVerdict(decideOn(await settled('off', 0)), 'blocked', 'workload_at_zero', 'scaled to 0');
  });

  it.runIf(isStandIn).each([
    ['rolling', 'rollout_in_progress', ['set', 'image', 'deployment/rolling', `c=${OTHER_IMAGE}`]],
    ['paused', 'deployment_paused', ['rollout', 'pause', 'deployment/paused']],
  ] as const)('a Deployment that is %s is not scaled down', async (name, code, command) => {
    apply([wanting(name)]);
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
    apply([wanting('gone')]);
    const seen = await settled('gone');
    kubectl(['-n', NAMESPACE, 'delete', 'deployment', 'gone', '--wait=true', '--cascade=background']);
    const decision = { ...decideOn(seen), target: 3, blockedBy: null };
    const outcome = await applyDecision(
      { ...kubernetes, floors: makeMemoryFloorStore() },
      decision,
      policy({ mode: 'scale' }),
      seen,
      'schedule',
    );
    expect(outcome).toMatchObject({ kind: 'failed', message: 'the Deployment was deleted meanwhile' });
  });
});
