// Mode scale on a real API server: what races with somebody else's change is tried again, or leaves the field.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Acting, interferingBefore, startActing } from './acting.ts';
import { kubectl } from './cluster-under-test.ts';

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
    expect(await acting.scaleTo('plain', 3, racing)).toEqual({ kind: 'applied', message: 'scaled 2 → 3 replicas' });
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
