// What an HPA's specification says beside bounds: every kind of metric, both directions, the condition of scaling to none.
import { describe, expect, it } from 'vitest';
import type { Hpa } from '../../lib/adapters/kubernetes/api-types.ts';
import { toTargetingHpa } from '../../lib/adapters/kubernetes/hpa.ts';

const statusOf = (spec: object, status: object = {}) =>
  toTargetingHpa({
    metadata: { name: 'web', namespace: 'shop' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 8, ...spec },
    status,
  } as unknown as Hpa)?.status;
const target = (of: object) => ({ target: { type: 'x', ...of } });

describe('the metrics of an HPA', () => {
  it.each([
    [
      { type: 'Resource', resource: { name: 'cpu', ...target({ averageUtilization: 60 }) } },
      { kind: 'Resource', name: 'cpu', targetPercent: 60 },
    ],
    [
      { type: 'Resource', resource: { name: 'memory', ...target({ averageValue: '500Mi' }) } },
      { kind: 'Resource', name: 'memory', targetAverage: 500 * 2 ** 20 },
    ],
    [
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'app', ...target({ averageUtilization: 70 }) },
      },
      { kind: 'ContainerResource', name: 'cpu of container app', targetPercent: 70 },
    ],
    [
      { type: 'Pods', pods: { metric: { name: 'requests' }, ...target({ averageValue: '10' }) } },
      { kind: 'Pods', name: 'requests', targetAverage: 10 },
    ],
    [
      { type: 'Object', object: { metric: { name: 'hits' }, ...target({ value: '10' }) } },
      { kind: 'Object', name: 'hits', targetValue: 10 },
    ],
    // As the API server gives back an Object metric that was written with an average alone.
    [
      { type: 'Object', object: { metric: { name: 'hits' }, ...target({ averageValue: '250m', value: '0' }) } },
      { kind: 'Object', name: 'hits', targetAverage: 0.25 },
    ],
    [
      { type: 'External', external: { metric: { name: 'que\u202eue\n' } } },
      { kind: 'External', name: 'queue' },
    ],
    [{ type: 'Novel' }, { kind: 'unknown', name: 'Novel' }],
    [{ type: 'Pods' }, { kind: 'Pods', name: '' }],
  ])('%j', (metric, expected) => {
    expect(statusOf({ metrics: [metric] })?.metrics).toEqual([expected]);
  });

  it('of one container are no target of the whole pod', () => {
    const metric = {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'a', ...target({ averageUtilization: 70 }) },
    };
    expect(statusOf({ metrics: [metric] })?.targetCpuPercent).toBeNull();
  });

  it('are cut where somebody lists a thousand', () => {
    const metrics = Array.from({ length: 1000 }, () => ({
      type: 'External',
      external: { metric: { name: 'x'.repeat(500) } },
    }));
    const kept = statusOf({ metrics })?.metrics;
    expect(kept).toHaveLength(20);
    expect(kept?.[0]?.name).toHaveLength(55);
  });
});

describe('the behaviour of an HPA', () => {
  it('is read in both directions, and only what is stated', () => {
    const scaleUp = {
      tolerance: '50m',
      selectPolicy: 'Min',
      policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }],
    };
    const scaleDown = { tolerance: '0.2', stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' };
    expect(statusOf({ behavior: { scaleUp, scaleDown } })).toMatchObject({
      up: { tolerance: 0.05, select: 'min', paces: [{ kind: 'pods', value: 2, periodSeconds: 60 }] },
      down: { tolerance: 0.2, windowSeconds: 0, select: 'disabled' },
    });
    const bare = statusOf({ behavior: { scaleUp: {} } });
    expect(bare).toMatchObject({ up: {} });
    expect(bare).not.toHaveProperty('down');
  });
});

describe('scaling to none', () => {
  const condition = (status: string) => ({ conditions: [{ type: 'ScaledToZero', status }] });
  it('is read as its user has it, and as the HPA says', () => {
    expect(statusOf({ minReplicas: 0 }, condition('True'))).toMatchObject({ minReplicas: 0, scaledToZero: true });
    expect(statusOf({ minReplicas: 0 }, condition('False'))).toMatchObject({ scaledToZero: false });
    expect(statusOf({ minReplicas: 0 }, condition('Unknown'))).not.toHaveProperty('scaledToZero');
    expect(statusOf({})).toMatchObject({ minReplicas: 1 });
  });
});
