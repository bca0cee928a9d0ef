// A workload's kind in keys and words: what was written before kinds existed stays what it was, and no two workloads meet.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { floorsOnlyMessage, modeProblem } from '../../../lib/domain/hpa/floors-only.ts';
import { spelledName, type WorkloadRef, workloadKey } from '../../../lib/domain/workload/identity.ts';
import { ofKind, refFrom, WORKLOAD_KINDS } from '../../../lib/domain/workload/kind.ts';
import type { Owner } from '../../../lib/domain/workload/observation.ts';
import { policy } from '../../make/workloads.ts';

const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9.]{0,20}[a-z0-9])?$/);
const anyRef = fc
  .record({ namespace: name, name, kind: fc.constantFrom(...WORKLOAD_KINDS) })
  .map(({ kind, ...rest }): WorkloadRef => ({ cluster: 'c', ...rest, ...ofKind(kind) }));

describe('the kind of a workload', () => {
  it('comes back from its spelling', () => {
    fc.assert(
      fc.property(anyRef, (ref) => {
        expect(refFrom('c', ref.namespace, spelledName(ref))).toEqual(ref);
      }),
    );
  });

  it('tells any two workloads apart', () => {
    fc.assert(
      fc.property(anyRef, anyRef, (a, b) => {
        expect(workloadKey(a) === workloadKey(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('leaves the keys of Deployments as they were before there were others', () => {
    expect(workloadKey({ namespace: 'shop', name: 'web' })).toBe('shop/web');
    expect(refFrom('c', 'shop', 'web')).toEqual({ cluster: 'c', namespace: 'shop', name: 'web' });
    expect(refFrom('c', 'shop', 'daemonset:web')).toEqual({ cluster: 'c', namespace: 'shop', name: 'daemonset:web' });
  });
});

describe('a StatefulSet or Rollout', () => {
  const set = { cluster: 'c', namespace: 'shop', name: 'db', kind: 'StatefulSet' } as const;
  const driven: Owner = { kind: 'hpa', name: 'db-hpa' };

  test.each<[string, Parameters<typeof floorsOnlyMessage>, RegExp | null]>([
    ['through its HPA', [set, policy({ mode: 'hpa-floor' }), driven], null],
    ['in mode auto under an HPA', [set, policy({ mode: 'auto' }), driven], null],
    ['in mode scale', [set, policy({ mode: 'scale' }), driven], /StatefulSet is never written.*HPA db-hpa.*hpa-floor/],
    ['not enabled, on request', [set, policy({ enabled: false }), driven], /enable it in mode hpa-floor/],
    ['without an HPA', [set, policy(), { kind: 'none' }], /no HPA drives it: create one/],
    ['that KEDA owns', [set, policy(), { kind: 'keda', name: 'orders' }], null],
    ['of unknown owner', [set, policy(), { kind: 'unknown' }], null],
    ['that is a Deployment', [{ cluster: 'c', namespace: 'shop', name: 'db' }, policy(), { kind: 'none' }], null],
  ])('%s', (_what, given, expected) => {
    const message = floorsOnlyMessage(...given);
    if (expected === null) expect(message).toBeNull();
    else expect(message).toMatch(expected);
  });

  it('is refused the mode scale, and no other', () => {
    expect(modeProblem(set, 'scale')).toContain('stays out for a StatefulSet');
    for (const mode of ['auto', 'hpa-floor', 'recommend', undefined]) expect(modeProblem(set, mode)).toBeNull();
    expect(modeProblem({ cluster: 'c', namespace: 'shop', name: 'db' }, 'scale')).toBeNull();
  });
});
