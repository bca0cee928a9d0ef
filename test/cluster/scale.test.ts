// Mode scale on a real API server: what races with somebody else's change is tried again, or leaves the field.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Acting, interferingBefore, startActing } from './acting.ts';
import { kubectl } from './cluster-under-test.ts';
import { type FaultyLine, makeFaultyLine } from './faulty-line.ts';

const NAMESPACE = `sc-${process.pid}`;

let acting: Acting;
beforeAll(async () => {
  acting = await startActing(NAMESPACE, { workloads: ['plain'] });
}, 90_000);
afterAll(() => acting?.stop());

describe('mode scale', () => {
  it('that races with a change of something else is tried again from a fresh reading', async () => {
    const racing = interferingBefore('scale', acting.ports.writer, 1, () =>
      kubectl(['-n', NAMESPACE, 'label', 'deployment', 'plain', 'a=b']),
    );
    expect(await acting.scaleTo('plain', 3, racing)).toMatchObject({
      kind: 'applied',
      message: 'scaled 2 → 3 replicas',
    });
    await acting.until('plain', ({ replicas, rollout }) => replicas.ready === 3 && rollout === 'settled');
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
    await acting.until('plain', ({ replicas, rollout }) => replicas.ready === replicas.spec && rollout === 'settled');
    const current = (await acting.observed('plain')).replicas.spec;
    const racing = interferingBefore('scale', acting.ports.writer, 1, () => kubectl(['-n', NAMESPACE, ...args]));
    const outcome = await acting.scaleTo('plain', 2, racing);
    expect(outcome.kind).toBe('conflict');
    expect(outcome.message).toMatch(new RegExp(message));
    expect((await acting.observed('plain')).replicas.spec).toBe(args[0] === 'scale' ? 5 : current);
  });
});

describe('an answer that is lost on its way', () => {
  let line: FaultyLine;
  beforeAll(async () => {
    kubectl(['-n', NAMESPACE, 'annotate', 'deployment/plain', 'ai4k8s.io/paused-']);
    line = await makeFaultyLine();
    await acting.until('plain', ({ replicas, rollout }) => replicas.ready === replicas.spec && rollout === 'settled');
  }, 90_000);
  afterAll(() => line?.close());

  it('is looked up: what was scaled is told as scaled', async () => {
    line.lose = 1;
    const outcome = await acting.scaleTo('plain', 7, acting.over(line).writer);
    expect(outcome).toMatchObject({ kind: 'applied', message: expect.stringContaining('its answer was lost') });
    expect((await acting.observed('plain')).replicas.spec).toBe(7);
  });

  it('to a write that was refused is not taken for done, whoever set that number meanwhile', async () => {
    await acting.until('plain', ({ replicas }) => replicas.ready === 7);
    line.lose = 1;
    const racing = interferingBefore('scale', acting.over(line).writer, 1, () =>
      // Recorded in managedFields also by servers before 1.22, which keep no writes through `scale`.
      kubectl(['-n', NAMESPACE, 'patch', 'deployment/plain', '--type=merge', '-p', '{"spec":{"replicas":6}}']),
    );
    const outcome = await acting.scaleTo('plain', 6, racing);
    expect(outcome).toMatchObject({ kind: 'failed', unsettled: true });
  });
});
