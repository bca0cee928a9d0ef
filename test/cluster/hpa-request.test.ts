// HPAs made and deleted on request, on a real control plane and its real HPA controller.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHpa, deleteHpa } from '../../lib/app/commands/hpa.ts';
import { type Acting, startActing } from './acting.ts';
import { kubectl } from './cluster-under-test.ts';

const NAMESPACE = `hr-${process.pid}`;

let acting: Acting;
beforeAll(async () => {
  acting = await startActing(NAMESPACE, {
    workloads: ['watched', 'asked', 'bare'],
    underHpa: ['watched'],
    bare: ['bare'],
  });
}, 90_000);
afterAll(() => acting?.stop());

describe('an HPA on request', () => {
  it('is made once, works on the real controller, and is deleted once', async () => {
    const made = await createHpa(acting.ports, 60, acting.ref('asked'));
    expect(made).toEqual({
      kind: 'done',
      name: 'asked-hpa',
      changed: true,
      message: 'HPA asked-hpa created: cpu at 70 %, memory at 80 %, between 1 and 10 replicas',
    });
    expect(await createHpa(acting.ports, 60, acting.ref('asked'))).toMatchObject({ kind: 'done', changed: false });
    await acting.until('asked', (workload) => workload.hpa?.scalingStatus === 'stable' && workload.replicas.spec === 1);
    expect(await deleteHpa(acting.ports, acting.ref('asked'))).toMatchObject({ kind: 'done', changed: true });
    expect(await deleteHpa(acting.ports, acting.ref('asked'))).toMatchObject({ kind: 'done', changed: false });
    expect((await acting.observed('asked')).owner).toEqual({ kind: 'none' });
  }, 420_000);

  it('is refused where one drives the Deployment already, or has the name, and neither is touched', async () => {
    expect(await createHpa(acting.ports, 60, acting.ref('watched'))).toMatchObject({ kind: 'refused', hpa: 'watched' });
    const args = ['autoscale', 'deployment/asked', '--name=asked-hpa', '--min=1', '--max=3'];
    kubectl(['-n', NAMESPACE, ...args]);
    expect(await createHpa(acting.ports, 60, acting.ref('asked'))).toMatchObject({ kind: 'refused', hpa: 'asked-hpa' });
    expect(await deleteHpa(acting.ports, acting.ref('asked'))).toMatchObject({ kind: 'refused', hpa: 'asked-hpa' });
    expect(kubectl(['-n', NAMESPACE, 'get', 'hpa', 'asked-hpa', '-o', 'name'])).toContain('asked-hpa');
  });

  it('is refused where the pods state no request, or there is no Deployment', async () => {
    expect(await createHpa(acting.ports, 60, acting.ref('bare'))).toMatchObject({ kind: 'unfit' });
    expect(await createHpa(acting.ports, 60, acting.ref('nobody'))).toEqual({ kind: 'not_found' });
  });
});
