// Mode hpa-floor on a real control plane and its real HPA controller: floors raised, respected, given way to and given back.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Acting, AUTO, interferingBefore, startActing } from './acting.ts';
import { kubectl } from './cluster-under-test.ts';
import { type FaultyLine, makeFaultyLine } from './faulty-line.ts';

const NAMESPACE = `fl-${process.pid}`;

let acting: Acting;
beforeAll(async () => {
  acting = await startActing(NAMESPACE, { workloads: ['web', 'raced'], underHpa: ['web', 'raced'] });
}, 90_000);
afterAll(() => acting?.stop());
beforeEach(() => acting.ports.floors.holdOff('real', 0));

describe('mode hpa-floor', () => {
  it('raises minReplicas, remembers what it was, and the HPA follows, up and down again', async () => {
    expect(await acting.floorAt('web', 5)).toMatchObject({
      kind: 'applied',
      message: 'raised minReplicas of HPA web 2 → 5, its own is 2',
    });
    expect(acting.hpaAt('web')).toEqual({ min: 5, own: '2', floor: '5' });
    expect(await acting.ports.floors.get(acting.ref('web'))).toMatchObject({
      hpa: 'web',
      own: 2,
      floor: 5,
      confirmed: true,
    });
    await acting.until('web', ({ replicas }) => replicas.spec === 5);
    expect((await acting.observed('web')).hpa).toMatchObject({ minReplicas: 5, ownMinReplicas: 2 });
    expect((await acting.floorAt('web', 5)).kind).toBe('unchanged');
    expect(await acting.floorAt('web', 3)).toMatchObject({
      message: 'lowered minReplicas of HPA web 5 → 3, its own is 2; HPA holds 5',
    });
    await acting.until('web', ({ replicas }) => replicas.spec === 3);
  }, 90_000);

  it('goes neither over the maximum of the HPA nor under the minimum of its user', async () => {
    await acting.floorAt('web', 15);
    expect(acting.hpaAt('web').min).toBe(8);
    await acting.floorAt('web', 1);
    expect(acting.hpaAt('web')).toEqual({ min: 2, own: undefined, floor: undefined });
    expect(await acting.ports.floors.get(acting.ref('web'))).toBeNull();
  });

  it('leaves a minReplicas that its user sets meanwhile, names who did, and takes it for his own', async () => {
    await acting.floorAt('web', 6);
    kubectl(['-n', NAMESPACE, 'patch', 'hpa', 'web', '--type=merge', '-p', '{"spec":{"minReplicas":4}}']);
    expect((await acting.observed('web')).hpa).not.toHaveProperty('ownMinReplicas');
    const left = await acting.floorAt('web', 6);
    expect(left).toMatchObject({ kind: 'refused' });
    expect(left.message).toMatch(/^kubectl.* set minReplicas of HPA web to 4 against ours: it is left so until /);
    expect(await acting.floorAt('web', 6)).toEqual(left);
    expect(acting.hpaAt('web')).toEqual({ min: 4, own: undefined, floor: undefined });
    expect(await acting.released()).toEqual([]); // ends that time
    await acting.floorAt('web', 6);
    expect(acting.hpaAt('web')).toEqual({ min: 6, own: '4', floor: '6' });
    await acting.floorAt('web', 3);
    expect(acting.hpaAt('web')).toEqual({ min: 4, own: undefined, floor: undefined });
    kubectl(['-n', NAMESPACE, 'patch', 'hpa', 'web', '--type=merge', '-p', '{"spec":{"minReplicas":2}}']);
  });

  it('gives back by the table where the annotations were removed, and by the annotations where the table was lost', async () => {
    await acting.floorAt('web', 6);
    const keys = ['ai4k8s.io/original-min-replicas-', 'ai4k8s.io/floor-min-replicas-'];
    kubectl(['-n', NAMESPACE, 'annotate', 'hpa', 'web', ...keys]);
    expect(await acting.released()).toEqual([`HPA ${NAMESPACE}/web has its own minReplicas back: 6 → 2`]);
    await acting.floorAt('web', 7);
    await acting.ports.floors.forget(acting.ref('web'));
    expect(await acting.released()).toEqual([`HPA ${NAMESPACE}/web has its own minReplicas back: 7 → 2`]);
    expect(acting.hpaAt('web')).toEqual({ min: 2, own: undefined, floor: undefined });
    expect(await acting.released()).toEqual([]);
  });

  it('gives back at once where the policy no longer holds, and raises nothing that a person holds off', async () => {
    await acting.floorAt('web', 6);
    const paused = await acting.floorAt('web', 6, { policy: { ...AUTO, paused: true } });
    expect(paused.message).toBe(`HPA ${NAMESPACE}/web has its own minReplicas back: 6 → 2`);
    expect(acting.hpaAt('web').min).toBe(2);
    await acting.ports.floors.holdOff('real', Date.now() + 60_000);
    expect(await acting.floorAt('web', 6)).toMatchObject({
      kind: 'recommended',
      message: expect.stringContaining('released'),
    });
    expect(acting.hpaAt('web').min).toBe(2);
  });

  it('never patches an HPA that KEDA has taken over between reading and writing, nor on release', async () => {
    const seen = await acting.observed('raced');
    kubectl(['-n', NAMESPACE, 'label', 'hpa', 'raced', 'scaledobject.keda.sh/name=orders']);
    expect(await acting.floorAt('raced', 6, { seen })).toMatchObject({ kind: 'conflict' });
    await acting.ports.floors.put({
      workload: acting.ref('raced'),
      hpa: 'raced',
      own: 1,
      floor: 2,
      confirmed: true,
      updatedAt: 0,
    });
    expect(await acting.released()).toEqual([expect.stringContaining('belongs to KEDA')]);
    expect(acting.hpaAt('raced')).toEqual({ min: 2, own: undefined, floor: undefined });
    await acting.ports.floors.forget(acting.ref('raced'));
    kubectl(['-n', NAMESPACE, 'label', 'hpa', 'raced', 'scaledobject.keda.sh/name-']);
  });
});

describe('a floor that races', () => {
  it('with its user is set from a second reading, on what he has set', async () => {
    const racing = interferingBefore('patch', acting.ports.hpas, 1, () =>
      kubectl(['-n', NAMESPACE, 'patch', 'hpa', 'raced', '--type=merge', '-p', '{"spec":{"minReplicas":3}}']),
    );
    expect(await acting.floorAt('raced', 6, { hpas: racing })).toMatchObject({
      message: 'raised minReplicas of HPA raced 3 → 6, its own is 3',
    });
    expect(acting.hpaAt('raced')).toEqual({ min: 6, own: '3', floor: '6' });
    await acting.released();
  });

  it('with a writer that does not stop is left to the next tick', async () => {
    let turn = 0;
    const racing = interferingBefore('patch', acting.ports.hpas, 2, () =>
      kubectl(['-n', NAMESPACE, 'annotate', 'hpa', 'raced', '--overwrite', `example.com/turn=${turn++}`]),
    );
    expect(await acting.floorAt('raced', 6, { hpas: racing })).toMatchObject({ kind: 'conflict' });
    expect(turn).toBe(2);
    expect(acting.hpaAt('raced')).toEqual({ min: 3, own: undefined, floor: undefined });
    // The number remembered before the first patch is no floor: the HPA never had it.
    expect(await acting.ports.floors.get(acting.ref('raced'))).toMatchObject({ own: 3, floor: 6, confirmed: false });
    expect(await acting.released()).toEqual([]);
  });
});

describe('a floor whose answer is lost on its way', () => {
  let line: FaultyLine;
  beforeAll(async () => {
    line = await makeFaultyLine();
  });
  afterAll(() => line?.close());

  it('is looked up and confirmed, and so is its giving back', async () => {
    line.lose = 1;
    const { hpas } = acting.over(line);
    expect(await acting.floorAt('web', 6, { hpas })).toMatchObject({
      kind: 'applied',
      message: expect.stringContaining('its answer was lost'),
    });
    expect((await acting.ports.floors.get(acting.ref('web')))?.confirmed).toBe(true);
    line.lose = 1;
    const paused = await acting.floorAt('web', 6, { hpas, policy: { ...AUTO, paused: true } });
    expect(paused.message).toContain('has its own minReplicas back: 6 → 2; its answer was lost');
    expect(acting.hpaAt('web')).toEqual({ min: 2, own: undefined, floor: undefined });
  });
});

describe('a floor whose annotations somebody stripped while its record was not confirmed', () => {
  const strip = () =>
    kubectl([
      '-n',
      NAMESPACE,
      'annotate',
      'hpa',
      'web',
      'ai4k8s.io/original-min-replicas-',
      'ai4k8s.io/floor-min-replicas-',
    ]);
  const unconfirm = async () => {
    const record = await acting.ports.floors.get(acting.ref('web'));
    if (record !== null) await acting.ports.floors.put({ ...record, confirmed: false });
  };

  it('is given back: nobody else is recorded to have written it', async () => {
    await acting.floorAt('web', 6);
    strip();
    await unconfirm();
    expect(await acting.released()).toEqual([`HPA ${NAMESPACE}/web has its own minReplicas back: 6 → 2`]);
  });

  it('is left where its user set that very number himself', async () => {
    await acting.floorAt('web', 6);
    strip();
    await unconfirm();
    for (const minReplicas of [3, 6])
      kubectl([
        '-n',
        NAMESPACE,
        'patch',
        'hpa',
        'web',
        '--type=merge',
        '-p',
        `{"spec":{"minReplicas":${minReplicas}}}`,
      ]);
    expect(await acting.released()).toEqual([]);
    expect(acting.hpaAt('web').min).toBe(6);
    kubectl(['-n', NAMESPACE, 'patch', 'hpa', 'web', '--type=merge', '-p', '{"spec":{"minReplicas":2}}']);
  });
});
