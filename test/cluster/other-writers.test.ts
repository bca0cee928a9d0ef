// Other hands on a Deployment, as a real API server shows them, and what is decided on it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observeCluster } from '../../lib/app/observe/observe.ts';
import { lastScaledAt, ownChangeAt, remembered } from '../../lib/domain/decision/remember.ts';
import { hpa } from './cluster-objects.ts';
import { apply, kubectl } from './cluster-under-test.ts';
import { makeFaultyLine } from './faulty-line.ts';
import { assessed, busy, decideOn, expectVerdict, isStandIn, observerOf } from './observe-and-decide.ts';
import { podNames, withStandInApis } from './workload-states.ts';

const NAMESPACE = `oh-${process.pid}`;
const KEDA_LABEL = { 'scaledobject.keda.sh/name': 'orders' };
const { kubernetes, over, wanting, until, settled } = observerOf(NAMESPACE);

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
    const object = JSON.stringify(wanting(manager));
    kubectl(['apply', '--server-side', `--field-manager=${manager}`, '-f', '-'], object);
    expectVerdict(decideOn(await settled(manager)), 'blocked', 'owned_by_manager', says);
  });

  it('a manifest that kubectl applied with replicas is told, and one without is not', async () => {
    apply([wanting('stated'), wanting('unstated', { replicas: null })]);
    expectVerdict(decideOn(await settled('stated')), 'noted', 'replicas_in_manifest', 'kubectl-client-side-apply');
    expect((await settled('unstated', 1)).otherWriters?.manager).toBeNull();
  });

  it.runIf(isStandIn)('a person who just scaled stops us for the cooldown, by whatever name is known', async () => {
    apply([wanting('touched')]);
    const before = await settled('touched');
    const outcome = { kind: 'unchanged', message: '' } as const;
    const past = { decision: decideOn(before), outcome, assessment: assessed(before), advice: null, requestedBy: null };
    const previous = remembered(undefined, past, null, false);
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
    apply([wanting('kept'), hpa(NAMESPACE, 'keda-hpa-kept', { target: 'kept', labels: KEDA_LABEL })]);
    apply([wanting('torn'), hpa(NAMESPACE, 'one', { target: 'torn' }), hpa(NAMESPACE, 'two', { target: 'torn' })]);
    expectVerdict(decideOn(await settled('kept')), 'blocked', 'owned_by_keda', 'KEDA owns the replica count');
    expectVerdict(decideOn(await settled('torn')), 'blocked', 'ambiguous_owner', '2 HPAs');
  });

  it('a ScaledObject without its HPA, and a VPA, are found where their API is, and cost nothing where not', async () => {
    apply([wanting('waiting'), wanting('sized')]);
    await settled('waiting');
    await settled('sized');
    await kubernetes.reader.snapshot('real');
    const idle = kubernetes.calls();
    await kubernetes.reader.snapshot('real');
    expect(kubernetes.calls() - idle).toBe(3);
    const line = await makeFaultyLine();
    try {
      line.spoil = withStandInApis(NAMESPACE, { scaledObject: 'waiting', vpa: 'sized' });
      const { reader, calls } = over(line);
      const seen = (await observeCluster({ reader, signals: [] }, 'real', Date.now())).observations;
      const [waiting, sized] = ['waiting', 'sized'].map((name) => seen.get(`${NAMESPACE}/${name}`));
      expectVerdict(decideOn(waiting), 'blocked', 'owned_by_keda', 'through q');
      expectVerdict(decideOn(sized), 'noted', 'vpa_present', 'VPA v (Auto) changes the requests');
      const known = calls();
      await reader.snapshot('real');
      expect(calls() - known).toBe(5);
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
    apply([wanting('moved', { replicas: 1, resources: {} })]);
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
