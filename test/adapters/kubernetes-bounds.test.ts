// However much a cluster's objects say: what is kept of one workload stays small, and what is left out is counted.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deployment, Hpa } from '../../lib/adapters/kubernetes/api-types.ts';
import { toDeploymentFacts, toWorkloadSnapshot } from '../../lib/adapters/kubernetes/deployment.ts';
import { ownerOf, type TargetingHpa, toTargetingHpa } from '../../lib/adapters/kubernetes/hpa.ts';
import { overlapsOf } from '../../lib/adapters/kubernetes/overlap.ts';
import { type Rollout, toRolloutFacts } from '../../lib/adapters/kubernetes/rollout.ts';
import { toStatefulSetFacts } from '../../lib/adapters/kubernetes/stateful-set.ts';
import { neighboursMessage } from '../../lib/domain/workload/other-writers.ts';

/** Half of what one workload may take of its tick. */
const KEPT_MAX_BYTES = 16_000;
const many = <T>(count: number, one: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => one(i));
const BOMB = Object.fromEntries(many(700, (i) => [`ai4k8s.io/key-${i}`, 'x'.repeat(300)]));
const METADATA = { name: 'n'.repeat(253), namespace: 's'.repeat(63), uid: 'u'.repeat(36), annotations: BOMB };

describe('what is kept of a workload', () => {
  it.each([
    ['Deployment', () => toDeploymentFacts(deployment())],
    ['StatefulSet', () => toStatefulSetFacts({ metadata: METADATA, spec: { ...SPEC, serviceName: 'x' } })],
    ['Rollout', () => toRolloutFacts({ metadata: METADATA, spec: SPEC } as Rollout)],
  ])('leaves the values of unknown keys on a %s, and all but the first names', (_kind, read) => {
    const facts = read();
    expect(facts?.annotations).toEqual({ 'ai4k8s.io/key-0': '', 'ai4k8s.io/key-1': '', 'ai4k8s.io/key-2': '' });
    expect(facts?.moreUnknown).toBe(697);
  });

  it('is small with 300 containers, 200 HPAs, a thousand neighbours and everybody who ever wrote it', () => {
    const all = many(1000, (i) => ({ ...sameSelector(i) }));
    const overlaps = overlapsOf(all).get(`shop/${all[0]?.name}`) ?? [];
    const facts = toDeploymentFacts(deployment());
    if (facts === null) throw new Error('no Deployment');
    const hpas = many(200, (i) => hpa(i));
    const snapshot = toWorkloadSnapshot('c', facts, [], { hpas, scaledObject: null, vpa: null, overlaps });
    expect(Buffer.byteLength(JSON.stringify(snapshot))).toBeLessThan(KEPT_MAX_BYTES);
    expect(snapshot.unrequested?.cpu).toContain('and 299 more');
    expect(snapshot.owner).toMatchObject({ kind: 'several_hpas', more: 195 });
    expect(snapshot.otherWriters?.overlaps).toHaveLength(5);
    expect(snapshot.otherWriters?.moreOverlaps).toBe(overlaps.length - 5);
    expect(snapshot.otherWriters && neighboursMessage(snapshot.otherWriters)).toContain(
      `and ${overlaps.length - 5} more`,
    );
    expect(JSON.stringify(snapshot)).not.toContain('last-applied');
  });

  it('law: is small, whatever its annotations', () => {
    const key = fc.oneof(
      fc.constantFrom('mode', 'slo', 'cooldown', 'predictive-autoscaling-config', 'min-replicas'),
      fc.string({ unit: 'binary', maxLength: 300 }),
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5000 }),
      fc.integer({ min: 0, max: 50_000 }).map((count) => '💣'.repeat(count)),
    );
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 60 }), (stated) => {
        const annotations = Object.fromEntries(
          Object.entries(stated).map(([name, text]) => [`ai4k8s.io/${name}`, text]),
        );
        const facts = toDeploymentFacts({ ...deployment(), metadata: { ...METADATA, annotations } });
        expect(Buffer.byteLength(JSON.stringify(facts?.annotations))).toBeLessThan(6000);
      }),
    );
  });
});

describe('an HPA', () => {
  it('keeps what is read of it, not what is written on it', () => {
    const kept = hpa(0, { annotations: BOMB });
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThan(KEPT_MAX_BYTES / 4);
    expect(JSON.stringify(kept)).not.toContain('key-');
  });

  it('is named with few others where many drive one target', () => {
    const owner = ownerOf(many(7, (i) => hpa(i)));
    expect(owner).toMatchObject({ kind: 'several_hpas', more: 2 });
    expect(ownerOf(many(5, (i) => hpa(i)))).not.toHaveProperty('more');
  });
});

const SPEC = {
  replicas: 3,
  selector: { matchLabels: { app: 'web' } },
  template: {
    metadata: { labels: Object.fromEntries(many(100, (i) => [`l${i}`, 'v'.repeat(63)])) },
    spec: { containers: many(300, (i) => ({ name: `c${i}-${'x'.repeat(50)}`, image: 'i'.repeat(4000) })) },
  },
};

function deployment(): Deployment {
  return {
    metadata: {
      ...METADATA,
      annotations: { ...BOMB, 'kubectl.kubernetes.io/last-applied-configuration': 'last-applied'.repeat(20_000) },
      managedFields: many(300, (i) => ({
        manager: `m${i}-${'m'.repeat(120)}`,
        operation: 'Apply',
        time: '2026-03-04T12:00:00Z',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      })),
    },
    spec: SPEC,
    status: { conditions: many(200, (i) => ({ type: `T${i}`, status: 'True', message: '💥'.repeat(5000) })) },
  };
}

function sameSelector(i: number) {
  const podLabels = { app: 'web' };
  return { namespace: 'shop', name: `${i}-${'n'.repeat(240)}`, selector: { matchLabels: podLabels }, podLabels };
}

function hpa(i: number, metadata: object = {}): TargetingHpa {
  const whole: Hpa = {
    metadata: { name: `h${i}-${'h'.repeat(240)}`, namespace: METADATA.namespace, ...metadata },
    spec: {
      maxReplicas: 8,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: METADATA.name },
      metrics: many(500, () => ({
        type: 'External',
        external: { metric: { name: '💥m'.repeat(500) }, target: { type: 'Value', value: '1' } },
      })),
    },
    status: {
      desiredReplicas: 1,
      conditions: many(100, () => ({ type: 'X', status: 'True', message: '💥'.repeat(999) })),
    },
  };
  const found = toTargetingHpa(whole);
  if (found === null) throw new Error('no workload');
  return found;
}
