// A vertical proposal in corners that harm: a limit lowered under what is used, a pod that the kubelet is still at.
import { describe, expect, it } from 'vitest';
import type { NamespaceLimits } from '../../../lib/domain/guardrails/cluster/quota.ts';
import { whyNoRoomFor } from '../../../lib/domain/vertical/room.ts';
import type { VerticalView } from '../../../lib/domain/vertical/vertical-view.ts';
import { container, facts, GIB, HIGH, pod, propose, QUIET } from '../../make/vertical.ts';

import { observation } from '../../make/workloads.ts';

describe('a limit above the template’s', () => {
  const roomy = container({ limits: { cpu: '2', memory: '32Gi' } });
  const lowered = (used: number) =>
    propose({ said: QUIET, facts: facts({ pods: [pod('a', { containers: [roomy], memoryUsed: { ollama: used } })] }) });

  it('does not come down on what is used, although the request is as it was', () => {
    const { view, turns } = lowered(9 * GIB);
    expect(turns).toEqual([]);
    expect(view.left).toContainEqual(expect.objectContaining({ resource: 'memory', code: 'memory_in_use' }));
  });

  it('comes down where there is room', () => {
    expect(lowered(2 * GIB).view.next[0]?.containers[0]?.to).toEqual({ memory: { request: '4Gi', limit: '8Gi' } });
  });
});

describe('a pod that the kubelet is at', () => {
  it('is waited for, also where less is wanted by now', () => {
    const large = container({ requests: { cpu: '2', memory: '8Gi' }, limits: { cpu: '4', memory: '16Gi' } });
    const condition = { kind: 'in_progress', message: '' } as const;
    const pods = [pod('a', { containers: [large], isResized: true, condition }), pod('b', { containers: [large] })];
    expect(propose({ said: QUIET, facts: facts({ pods }) })).toMatchObject({
      turns: [],
      view: { code: 'resize_in_progress' },
    });
  });
});

describe('one pod that is as it should be', () => {
  const twenty = (isResized: boolean) => {
    const asWanted = container({ requests: { cpu: '2', memory: '8Gi' }, limits: { cpu: '4', memory: '16Gi' } });
    const pods = Array.from({ length: 20 }, (_, i) =>
      pod(`p${String(i).padStart(2, '0')}`, i === 7 ? { containers: [asWanted], isResized } : {}),
    );
    return propose({ facts: facts({ pods }) }).turns.length;
  };

  it('is proof that others may follow where it was resized, and none where it was born so', () => {
    expect(twenty(true)).toBe(5);
    expect(twenty(false)).toBe(1);
  });
});

describe('room in a namespace', () => {
  const NONE: NamespaceLimits = { quotas: [], podMax: {}, defaultRequests: {}, defaultLimits: {} };
  const change = (cpu: string) => ({
    pod: 'a',
    containers: [
      {
        name: 'ollama',
        kind: 'container' as const,
        from: { cpu: { request: '1', limit: '2' } },
        to: { cpu: { request: cpu, limit: cpu } },
      },
    ],
  });
  const why = (cpu: string, limits: Partial<NamespaceLimits>) =>
    whyNoRoomFor(pod('a'), change(cpu), { ...NONE, ...limits }, {})?.code ?? null;

  it('is there for a pod that shrinks, also where a quota is used up and more', () => {
    const quotas = [{ name: 'full', left: { 'requests.cpu': -5, 'limits.cpu': -5, 'requests.memory': -1 } }];
    expect(why('500m', { quotas })).toBeNull();
    expect(why('1100m', { quotas })).toBe('quota_exceeded');
  });

  it('is within the least of a container and the most of a pod', () => {
    expect(why('500m', { containerMin: { cpu: 0.6 } })).toBe('limit_range');
    expect(why('600m', { containerMin: { cpu: 0.6 } })).toBeNull();
    expect(why('4', { podMax: { cpu: 3.9 } })).toBe('limit_range');
    expect(why('4', { podMax: { cpu: 4 } })).toBeNull();
  });
});

describe('a class of service', () => {
  it('that a pod was born with, and the template would not give it, is kept: it is left alone', () => {
    const equal = container({ requests: { cpu: '2', memory: '8Gi' }, limits: { cpu: '2', memory: '8Gi' } });
    const { view, turns } = propose({ said: QUIET, facts: facts({ pods: [pod('a', { containers: [equal] })] }) });
    expect(turns).toEqual([]);
    expect(view.left).toContainEqual(expect.objectContaining({ code: 'qos_would_change' }));
  });
});

describe('a person who saw many proposals', () => {
  it('may put the newest of them into the template: it is not multiplied again', () => {
    const annotation = 'cpu=500m..4,apply=print';
    const factors = [1.1, 1.2, 1.3, 1.4, 1.5, 1.6];
    const before = factors.reduce<VerticalView | undefined>(
      (view, factor) => propose({ annotation, before: view, said: { ...HIGH, factor } }).view,
      undefined,
    );
    const template = [container({ requests: { cpu: '1.6' }, limits: { cpu: '3.2' } })];
    const { view } = propose({ annotation, before, facts: facts({ template }), said: { ...HIGH, factor: 2 } });
    expect(view.containers[0]).toMatchObject({ from: { cpu: { request: '1' } }, to: { cpu: { request: '2' } } });
  });
});

describe('KEDA', () => {
  it('whose HPA can be seen keeps what that measures, and leaves the rest', () => {
    const seen = observation({ owner: { kind: 'keda', name: 'queue' }, hpa: { name: 'keda-hpa-queue' } as never });
    const { view } = propose({ observation: seen, facts: facts({ measuredBy: { cpu: 'keda-hpa-queue' } }) });
    expect(Object.keys(view.containers[0]?.to ?? {})).toEqual(['memory']);
  });
});
