// The modes against a real control plane and its real HPA controller (KUBECONFIG): floors raised, respected and given back.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeFloorStore } from '../../lib/adapters/dynamo/floor-store.ts';
import { openTable } from '../../lib/adapters/dynamo/table.ts';
import { makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { act } from '../../lib/app/act.ts';
import { createHpa, deleteHpa } from '../../lib/app/hpa-command.ts';
import { observeWorkload } from '../../lib/app/observe.ts';
import type { ClusterWriter, HpaAccess } from '../../lib/app/ports.ts';
import { releaseCluster } from '../../lib/app/release.ts';
import { runWatchdog } from '../../lib/app/watchdog.ts';
import type { Decision, Observation, Policy } from '../../lib/domain/model.ts';
import { DEFAULT_POLICY } from '../../lib/domain/policy.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../local/embedded-table.ts';
import { deployment, hpa } from './cluster-objects.ts';
import { apply, kubectl } from './cluster-under-test.ts';

const NAMESPACE = `md-${process.pid}`;
const WORKLOADS = ['web', 'raced', 'plain', 'watched', 'asked', 'bare'] as const;
const AUTO: Policy = { ...DEFAULT_POLICY, enabled: true, max: 20 };
const SCALE: Policy = { ...AUTO, mode: 'scale' };
const { reader, writer, hpas, metrics } = makeKubernetes({
  clusters: new Map([['real', { kind: 'kubeconfig' }]]),
  namespaces: { include: [NAMESPACE], exclude: [] },
  version: 'test',
});
const clock = { now: Date.now };

let table: EmbeddedTable;
let floors: ReturnType<typeof makeFloorStore>;

beforeAll(async () => {
  table = await startEmbeddedTable();
  floors = makeFloorStore(openTable(table));
  kubectl(['create', 'namespace', NAMESPACE]);
  const owned = ['web', 'raced', 'watched'] as const;
  // It goes down at once where it may, so that a test need not wait five minutes.
  const behavior = { scaleDown: { stabilizationWindowSeconds: 0 } };
  apply([
    ...WORKLOADS.map((name) => deployment(NAMESPACE, name, name === 'bare' ? { resources: {} } : {})),
    ...owned.map((name) => hpa(NAMESPACE, name, { max: 8, behavior })),
  ]);
  for (const name of WORKLOADS) await until(name, ({ replicas }) => replicas.ready === 2);
}, 60_000);
afterAll(async () => {
  kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
  await table?.close();
});
beforeEach(() => floors.holdOff('real', 0));

describe('mode hpa-floor', () => {
  it('raises minReplicas, remembers what it was, and the HPA follows, up and down again', async () => {
    expect(await floorAt('web', 5)).toEqual({
      kind: 'applied',
      message: 'raised minReplicas of HPA web 2 → 5, its own is 2',
    });
    expect(hpaAt('web')).toEqual({ min: 5, own: '2', floor: '5' });
    expect(await floors.get(ref('web'))).toMatchObject({ hpa: 'web', own: 2, floor: 5, confirmed: true });
    await until('web', ({ replicas }) => replicas.spec === 5);
    expect((await observed('web')).hpa).toMatchObject({ minReplicas: 5, ownMinReplicas: 2 });
    expect((await floorAt('web', 5)).kind).toBe('unchanged');
    expect(await floorAt('web', 3)).toMatchObject({
      message: 'lowered minReplicas of HPA web 5 → 3, its own is 2; HPA holds 5',
    });
    await until('web', ({ replicas }) => replicas.spec === 3);
  }, 90_000);

  it('goes neither over the maximum of the HPA nor under the minimum of its user', async () => {
    await floorAt('web', 15);
    expect(hpaAt('web').min).toBe(8);
    await floorAt('web', 1);
    expect(hpaAt('web')).toEqual({ min: 2, own: undefined, floor: undefined });
    expect(await floors.get(ref('web'))).toBeNull();
  });

  it('leaves a minReplicas that its user sets meanwhile, names who did, and takes it for his own', async () => {
    await floorAt('web', 6);
    kubectl(['-n', NAMESPACE, 'patch', 'hpa', 'web', '--type=merge', '-p', '{"spec":{"minReplicas":4}}']);
    expect((await observed('web')).hpa).not.toHaveProperty('ownMinReplicas');
    const left = await floorAt('web', 6);
    expect(left).toMatchObject({ kind: 'refused' });
    expect(left.message).toMatch(/^kubectl.* set minReplicas of HPA web to 4 against ours: it is left so until /);
    expect(await floorAt('web', 6)).toEqual(left);
    expect(hpaAt('web')).toEqual({ min: 4, own: undefined, floor: undefined });
    expect(await released()).toEqual([]); // ends that time
    await floorAt('web', 6);
    expect(hpaAt('web')).toEqual({ min: 6, own: '4', floor: '6' });
    await floorAt('web', 3);
    expect(hpaAt('web')).toEqual({ min: 4, own: undefined, floor: undefined });
    kubectl(['-n', NAMESPACE, 'patch', 'hpa', 'web', '--type=merge', '-p', '{"spec":{"minReplicas":2}}']);
  });

  it('gives back by the table where the annotations were removed, and by the annotations where the table was lost', async () => {
    await floorAt('web', 6);
    const keys = ['ai4k8s.io/original-min-replicas-', 'ai4k8s.io/floor-min-replicas-'];
    kubectl(['-n', NAMESPACE, 'annotate', 'hpa', 'web', ...keys]);
    expect(await released()).toEqual([`HPA ${NAMESPACE}/web has its own minReplicas back: 6 → 2`]);
    await floorAt('web', 7);
    await floors.forget(ref('web'));
    expect(await released()).toEqual([`HPA ${NAMESPACE}/web has its own minReplicas back: 7 → 2`]);
    expect(hpaAt('web')).toEqual({ min: 2, own: undefined, floor: undefined });
    expect(await released()).toEqual([]);
  });

  it('gives back at once where the policy no longer holds, and raises nothing that a person holds off', async () => {
    await floorAt('web', 6);
    const paused = await floorAt('web', 6, { policy: { ...AUTO, paused: true } });
    expect(paused.message).toBe(`HPA ${NAMESPACE}/web has its own minReplicas back: 6 → 2`);
    expect(hpaAt('web').min).toBe(2);
    await floors.holdOff('real', Date.now() + 60_000);
    expect(await floorAt('web', 6)).toMatchObject({ kind: 'refused', message: expect.stringContaining('released') });
    expect(hpaAt('web').min).toBe(2);
  });

  it('never patches an HPA that KEDA has taken over between reading and writing, nor on release', async () => {
    const seen = await observed('raced');
    kubectl(['-n', NAMESPACE, 'label', 'hpa', 'raced', 'scaledobject.keda.sh/name=orders']);
    expect(await floorAt('raced', 6, { seen })).toMatchObject({ kind: 'conflict' });
    await floors.put({ workload: ref('raced'), hpa: 'raced', own: 1, floor: 2, confirmed: true, updatedAt: 0 });
    expect(await released()).toEqual([expect.stringContaining('belongs to KEDA')]);
    expect(hpaAt('raced')).toEqual({ min: 2, own: undefined, floor: undefined });
    await floors.forget(ref('raced'));
    kubectl(['-n', NAMESPACE, 'label', 'hpa', 'raced', 'scaledobject.keda.sh/name-']);
  });
});

describe('a floor that races', () => {
  it('with its user is set from a second reading, on what he has set', async () => {
    const racing = interferingBefore('patch', hpas, 1, () =>
      kubectl(['-n', NAMESPACE, 'patch', 'hpa', 'raced', '--type=merge', '-p', '{"spec":{"minReplicas":3}}']),
    );
    expect(await floorAt('raced', 6, { hpas: racing })).toMatchObject({
      message: 'raised minReplicas of HPA raced 3 → 6, its own is 3',
    });
    expect(hpaAt('raced')).toEqual({ min: 6, own: '3', floor: '6' });
    await released();
  });

  it('with a writer that does not stop is left to the next tick', async () => {
    let turn = 0;
    const racing = interferingBefore('patch', hpas, 2, () =>
      kubectl(['-n', NAMESPACE, 'annotate', 'hpa', 'raced', '--overwrite', `example.com/turn=${turn++}`]),
    );
    expect(await floorAt('raced', 6, { hpas: racing })).toMatchObject({ kind: 'conflict' });
    expect(turn).toBe(2);
    expect(hpaAt('raced')).toEqual({ min: 3, own: undefined, floor: undefined });
    // The number remembered before the first patch is no floor: the HPA never had it.
    expect(await floors.get(ref('raced'))).toMatchObject({ own: 3, floor: 6, confirmed: false });
    expect(await released()).toEqual([]);
  });
});

describe('mode scale', () => {
  it('that races with a change of something else is tried again from a fresh reading', async () => {
    const racing = interferingBefore('scale', writer, 1, () =>
      kubectl(['-n', NAMESPACE, 'label', 'deployment', 'plain', 'a=b']),
    );
    expect(await scaleTo('plain', 3, racing)).toEqual({ kind: 'applied', message: 'scaled 2 → 3 replicas' });
    await until('plain', ({ replicas, rollout }) => replicas.ready === 3 && rollout === 'settled');
  });

  it.each([
    ['a person who scales', ['scale', 'deployment/plain', '--replicas=5'], 'somebody set 5 replicas meanwhile'],
    ['a person who pauses us', ['annotate', 'deployment/plain', 'ai4k8s.io/paused=true'], 'annotations changed'],
    [
      'a person who changes requests',
      ['set', 'resources', 'deployment/plain', '--requests=cpu=200m'],
      'changed|rollout',
    ],
  ])('that races with %s leaves the field', async (_who, args, message) => {
    await until('plain', ({ replicas, rollout }) => replicas.ready === replicas.spec && rollout === 'settled');
    const current = (await observed('plain')).replicas.spec;
    const racing = interferingBefore('scale', writer, 1, () => kubectl(['-n', NAMESPACE, ...args]));
    const outcome = await scaleTo('plain', 2, racing);
    expect(outcome.kind).toBe('conflict');
    expect(outcome.message).toMatch(new RegExp(message));
    expect((await observed('plain')).replicas.spec).toBe(args[0] === 'scale' ? 5 : current);
  });
});

describe('an HPA on request', () => {
  it('is made once, works on the real controller, and is deleted once', async () => {
    const made = await createHpa(ports(), 60, ref('asked'));
    expect(made).toEqual({
      kind: 'done',
      name: 'asked-hpa',
      changed: true,
      message: 'HPA asked-hpa created: cpu at 70 %, memory at 80 %, between 1 and 10 replicas',
    });
    expect(await createHpa(ports(), 60, ref('asked'))).toMatchObject({ kind: 'done', changed: false });
    await until('asked', (workload) => workload.hpa?.scalingStatus === 'stable' && workload.replicas.spec === 1);
    expect(await deleteHpa(ports(), ref('asked'))).toMatchObject({ kind: 'done', changed: true });
    expect(await deleteHpa(ports(), ref('asked'))).toMatchObject({ kind: 'done', changed: false });
    expect((await observed('asked')).owner).toEqual({ kind: 'none' });
  }, 420_000);

  it('is refused where one drives the Deployment already, or has the name, and neither is touched', async () => {
    expect(await createHpa(ports(), 60, ref('watched'))).toMatchObject({ kind: 'refused', hpa: 'watched' });
    const args = ['autoscale', 'deployment/asked', '--name=asked-hpa', '--min=1', '--max=3'];
    kubectl(['-n', NAMESPACE, ...args]);
    expect(await createHpa(ports(), 60, ref('asked'))).toMatchObject({ kind: 'refused', hpa: 'asked-hpa' });
    expect(await deleteHpa(ports(), ref('asked'))).toMatchObject({ kind: 'refused', hpa: 'asked-hpa' });
    expect(kubectl(['-n', NAMESPACE, 'get', 'hpa', 'asked-hpa', '-o', 'name'])).toContain('asked-hpa');
  });

  it('is refused where the pods state no request, or there is no Deployment', async () => {
    expect(await createHpa(ports(), 60, ref('bare'))).toMatchObject({ kind: 'unfit' });
    expect(await createHpa(ports(), 60, ref('nobody'))).toEqual({ kind: 'not_found' });
  });
});

describe('the watchdog', () => {
  const settings = { tickSeconds: 60, killSwitch: null };
  const lines: string[] = [];
  const log = {
    info: () => undefined,
    warn: (line: string) => lines.push(line),
    error: (line: string) => lines.push(line),
  };
  const watch = (finishedAt: number, values: Record<string, string>) => {
    const last = {
      cluster: 'real',
      scheduledAt: finishedAt,
      finishedAt,
      workloads: 1,
      enabled: 1,
      applied: 0,
      problems: [],
    };
    const record = { workload: ref('watched'), values, updatedAt: 0, updatedBy: null };
    const policies = { list: async () => new Map([[`${NAMESPACE}/watched`, record]]) };
    const all = { reader, hpas, floors, log, policies, ticks: { last: async () => last } };
    return runWatchdog(all, settings, 'real', Date.now());
  };
  const enabled = { 'predictive-autoscaling-enabled': 'true' };

  it('leaves a floor that is tended, and gives it back when it is not, or when ticks stop', async () => {
    expect(await watch(Date.now(), enabled)).toMatchObject({ reason: 'no_floors' });
    await floorAt('watched', 6);
    expect(await watch(Date.now(), enabled)).toMatchObject({ reason: 'tended', released: [] });
    expect(hpaAt('watched').min).toBe(6);
    expect(await watch(Date.now(), { ...enabled, paused: 'true' })).toMatchObject({ reason: 'untended' });
    expect(hpaAt('watched').min).toBe(2);
    await floorAt('watched', 6);
    expect(await watch(Date.now() - 11 * 60_000, enabled)).toMatchObject({ reason: 'ticks_stopped' });
    expect(hpaAt('watched')).toEqual({ min: 2, own: undefined, floor: undefined });
    expect(lines).toHaveLength(2);
  });
});

function ports() {
  const policies = { get: async () => null };
  return { reader, writer, signals: [metrics], hpas, floors, policies, clock };
}

interface Floor {
  readonly policy?: Policy;
  readonly hpas?: HpaAccess;
  readonly seen?: Observation;
}

async function floorAt(name: string, target: number, { policy = AUTO, seen, ...over }: Floor = {}) {
  const observation = seen ?? (await observed(name));
  return act({ ...ports(), ...over }, decisionOn(observation, target), policy, observation, 'schedule');
}

async function scaleTo(name: string, target: number, racing: ClusterWriter) {
  const observation = await observed(name);
  return act({ ...ports(), writer: racing }, decisionOn(observation, target), SCALE, observation, 'schedule');
}

async function released(): Promise<readonly string[]> {
  return (await releaseCluster(ports(), 'real')).map(({ message }) => message);
}

/** A port whose `method` is beaten by somebody else, so many times. */
function interferingBefore<Port extends object>(
  method: keyof Port,
  port: Port,
  times: number,
  interfere: () => void,
): Port {
  let left = times;
  const original = port[method] as (...args: unknown[]) => unknown;
  const beaten = (...args: unknown[]) => {
    if (left-- > 0) interfere();
    return original(...args);
  };
  return { ...port, [method]: beaten };
}

function decisionOn({ workload, replicas }: Observation, target: number): Decision {
  const action = target > replicas.spec ? 'scale_up' : target < replicas.spec ? 'scale_down' : 'maintain';
  const [at, current] = [Date.now(), replicas.spec];
  return {
    id: 'd',
    workload,
    at,
    current,
    target,
    action,
    source: 'reactive',
    reason: '',
    blockedBy: null,
    verdicts: [],
  };
}

function ref(name: string) {
  return { cluster: 'real', namespace: NAMESPACE, name };
}

async function observed(name: string): Promise<Observation> {
  const observation = await observeWorkload(ports(), ref(name), Date.now());
  if (observation === null) throw new Error(`${NAMESPACE}/${name} is not there`);
  return observation;
}

async function until(name: string, holds: (workload: Observation) => boolean): Promise<void> {
  const deadline = Date.now() + 400_000;
  for (;;) {
    const workload = await observed(name);
    if (holds(workload)) return;
    if (Date.now() > deadline) throw new Error(`${name} did not get there: ${JSON.stringify(workload)}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** The HPA as kubectl shows it. */
function hpaAt(name: string) {
  const { metadata, spec } = JSON.parse(kubectl(['-n', NAMESPACE, 'get', 'hpa', name, '-o', 'json']));
  const annotation = (key: string) => metadata.annotations?.[`ai4k8s.io/${key}-min-replicas`];
  return { min: spec.minReplicas, own: annotation('original'), floor: annotation('floor') };
}
