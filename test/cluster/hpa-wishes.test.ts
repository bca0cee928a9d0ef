// What an HPA's user asks for beside bounds, on a real API server: read, worked around, and never written.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Acting, startActing } from './acting.ts';
import { kubectl } from './cluster-under-test.ts';

const NAMESPACE = `hw-${process.pid}`;

let acting: Acting;
beforeAll(async () => {
  acting = await startActing(NAMESPACE, { workloads: ['up', 'down'], underHpa: ['up', 'down'] });
}, 90_000);
afterAll(() => acting?.stop());

const state = (name: string, behavior: object) =>
  kubectl(['-n', NAMESPACE, 'patch', 'hpa', name, '--type=merge', '-p', JSON.stringify({ spec: { behavior } })]);
const specOf = (name: string) => JSON.parse(kubectl(['-n', NAMESPACE, 'get', 'hpa', name, '-o', 'json'])).spec;

describe('a direction that the user of an HPA switched off', () => {
  it('up: is read, and no floor is raised over it', async () => {
    state('up', { scaleUp: { selectPolicy: 'Disabled' } });
    expect((await acting.observed('up')).hpa?.up).toMatchObject({ select: 'disabled' });
    expect(await acting.floorAt('up', 5)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('(scaleUp.selectPolicy Disabled): its minReplicas stays 2, 5 would be wanted'),
    });
    expect(acting.hpaAt('up')).toEqual({ min: 2, own: undefined, floor: undefined });
  });

  it('up: the controller itself would have gone up for minReplicas, which is why', async () => {
    kubectl(['-n', NAMESPACE, 'patch', 'hpa', 'up', '--type=merge', '-p', '{"spec":{"minReplicas":4}}']);
    await acting.until('up', ({ replicas }) => replicas.spec === 4);
  }, 90_000);

  it('down: a floor comes down alone, which is said, and all but minReplicas is as it was', async () => {
    const paces = [{ type: 'Pods', value: 3, periodSeconds: 90 }];
    state('down', { scaleDown: { selectPolicy: 'Disabled' }, scaleUp: { policies: paces } });
    const before = specOf('down');
    await acting.floorAt('down', 5);
    await acting.until('down', ({ replicas }) => replicas.spec === 5);
    const { kind, message } = await acting.floorAt('down', 3);
    expect(kind).toBe('applied');
    expect(message).toContain('lowered minReplicas of HPA down 5 → 3');
    expect(message).toContain('nothing comes down by that');
    // Two syncs of the controller later they are still there.
    await new Promise((resolve) => setTimeout(resolve, 35_000));
    expect((await acting.observed('down')).replicas.spec).toBe(5);
    await acting.floorAt('down', 1);
    expect(specOf('down')).toEqual(before);
    expect((await acting.observed('down')).hpa).toMatchObject({
      up: { paces: [{ kind: 'pods', value: 3, periodSeconds: 90 }] },
      down: { select: 'disabled' },
    });
  }, 120_000);
});
