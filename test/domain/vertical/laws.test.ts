// Laws of vertical proposals over random pods: exact, idempotent, never under usage, of the same class, in the same ratio.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Amounts, ContainerResources } from '../../../lib/domain/vertical/container-resources.ts';
import type { LevelSaid } from '../../../lib/domain/vertical/level-said.ts';
import { proposeVertical } from '../../../lib/domain/vertical/propose.ts';
import { changed, qosOf } from '../../../lib/domain/vertical/qos.ts';
import {
  approximate,
  compare,
  type ExactQuantity,
  exactQuantity,
} from '../../../lib/domain/workload/exact-quantity.ts';
import { container, facts, input, pod } from '../../make/vertical.ts';

const amount = (text: string | null | undefined): ExactQuantity => exactQuantity(text ?? '') ?? { num: 0n, den: 1n };

describe('law:', () => {
  it('applying a proposal is enough: of pods that were changed so, nothing is wanted any more', () => {
    fc.assert(
      fc.property(template, said, used, annotation, (containers, level, memoryUsed, text) => {
        const pods = [pod('a', { containers, memoryUsed })];
        const of = (its: typeof pods) =>
          proposeVertical(
            input({
              annotation: text,
              said: level,
              facts: facts({ template: containers, qos: qosOf(containers), pods: its }),
            }),
          );
        const first = of(pods);
        const after = pods.map((one) => ({
          ...one,
          isResized: true,
          containers: changed(one.containers, first.view.next[0]?.containers ?? []),
        }));
        const second = of(after);
        expect(second.view.next).toEqual([]);
        // From the template and not from the last result: nothing compounds.
        expect(second.view.containers).toEqual(first.view.containers);
      }),
    );
  });

  it('whatever the order of levels, a pod ends where the last of them puts it', () => {
    fc.assert(
      fc.property(template, fc.array(said, { minLength: 1, maxLength: 4 }), (containers, levels) => {
        let its: readonly ContainerResources[] = containers;
        for (const level of levels) {
          const pods = [pod('a', { containers: its, memoryUsed: NOTHING_USED })];
          const { view } = proposeVertical(
            input({ said: level, facts: facts({ template: containers, pods, qos: qosOf(containers) }) }),
          );
          its = changed(its, view.next[0]?.containers ?? []);
        }
        const fresh = [pod('a', { containers, memoryUsed: NOTHING_USED })];
        const { view } = proposeVertical(
          input({
            said: levels.at(-1) ?? null,
            facts: facts({ template: containers, pods: fresh, qos: qosOf(containers) }),
          }),
        );
        expect(amountsOf(its)).toEqual(amountsOf(changed(containers, view.next[0]?.containers ?? [])));
      }),
    );
  });

  it('memory never shrinks under what is used, with a fifth of it to spare, nor does it where usage is unknown', () => {
    fc.assert(
      fc.property(template, template, said, used, (containers, now, level, memoryUsed) => {
        const its = alike(containers, now);
        const pods = [pod('a', { containers: its, memoryUsed })];
        const { view } = proposeVertical(
          input({ said: level, facts: facts({ template: containers, pods, qos: qosOf(containers) }) }),
        );
        for (const { name, from, to } of view.next[0]?.containers ?? []) {
          if (from.memory === undefined || to.memory === undefined) continue;
          const [before, after] = [amount(from.memory.request), amount(to.memory.request)];
          if (compare(after, before) >= 0) continue;
          expect(memoryUsed[name]).toBeDefined();
          expect(approximate(after)).toBeGreaterThanOrEqual((memoryUsed[name] ?? 0) * 1.2);
          if (to.memory.limit !== null) expect(compare(amount(to.memory.limit), after)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('the class of service stays, and so does the ratio of limit to request, but for a step of rounding', () => {
    fc.assert(
      fc.property(template, said, annotation, (containers, level, text) => {
        const pods = [pod('a', { containers, memoryUsed: NOTHING_USED })];
        const { view } = proposeVertical(
          input({
            annotation: text,
            said: level,
            facts: facts({ template: containers, pods, qos: qosOf(containers) }),
          }),
        );
        const after = changed(containers, view.next[0]?.containers ?? []);
        expect(qosOf(after)).toBe(qosOf(containers));
        for (const { from, to } of view.containers)
          for (const resource of ['cpu', 'memory'] as const) sameRatio(from[resource], to[resource], resource);
      }),
    );
  });

  it('a request is the template times the factor, or the bound that it would pass', () => {
    fc.assert(
      fc.property(template, said, (containers, level) => {
        const { view } = proposeVertical(
          input({ said: level, facts: facts({ template: containers, qos: qosOf(containers) }) }),
        );
        for (const { from, to } of view.containers) {
          if (from.cpu === undefined) continue;
          const exact = approximate(amount(from.cpu.request)) * level.factor;
          const within = Math.min(4, Math.max(0.5, exact));
          expect(approximate(amount(to.cpu?.request))).toBeCloseTo(within, 2);
        }
      }),
    );
  });
});

function sameRatio(from: Amounts | undefined, to: Amounts | undefined, resource: 'cpu' | 'memory'): void {
  if (from === undefined || to === undefined) return;
  expect(to.limit === null).toBe(from.limit === null);
  if (from.limit === null || to.limit === null) return;
  const [was, is] = [amount(from.limit), amount(to.limit)].map(approximate) as [number, number];
  const ratio = was / approximate(amount(from.request));
  const step = resource === 'cpu' ? 0.001 : 2 ** 20;
  expect(Math.abs(is - ratio * approximate(amount(to.request)))).toBeLessThanOrEqual(step * 1.001 + 1);
  if (from.limit === from.request) expect(to.limit).toBe(to.request);
  else expect(compare(amount(to.limit), amount(to.request))).toBe(compare(amount(from.limit), amount(from.request)));
}

/** The same containers with limits where the template has them: what is not shaped so is left alone. */
function alike(containers: readonly ContainerResources[], others: readonly ContainerResources[]) {
  return containers.map((one, i) => {
    const other = others[i] ?? one;
    const isLike = (['cpu', 'memory'] as const).every(
      (resource) =>
        (one.requests[resource] === undefined) === (other.requests[resource] === undefined) &&
        (one.limits[resource] === undefined) === (other.limits[resource] === undefined),
    );
    return isLike ? { ...one, requests: other.requests, limits: other.limits } : one;
  });
}

function amountsOf(containers: readonly ContainerResources[]) {
  const plain = (text: string | undefined) => (text === undefined ? null : approximate(amount(text)));
  return containers.map(({ requests, limits }) =>
    [requests.cpu, requests.memory, limits.cpu, limits.memory].map(plain),
  );
}

const NOTHING_USED = { ollama: 0, proxy: 0 };
const cpu = fc.integer({ min: 1, max: 6000 }).map((n) => `${n}m`);
const memory = fc.integer({ min: 1, max: 20_000 }).map((n) => `${n}Mi`);
const over = fc.constantFrom(1, 1.001, 1.3, 2, 10);

const resources = fc
  .tuple(cpu, memory, over, over, fc.constantFrom('both', 'requests', 'memory only', 'none'))
  .map(([request, bytes, cpuOver, memoryOver, shape]) => {
    const cpuLimit = `${Math.ceil(Number.parseInt(request, 10) * cpuOver)}m`;
    const memoryLimit = `${Math.ceil(Number.parseInt(bytes, 10) * memoryOver)}Mi`;
    if (shape === 'none') return { requests: {}, limits: {} };
    if (shape === 'memory only') return { requests: { memory: bytes }, limits: { memory: memoryLimit } };
    const requests = { cpu: request, memory: bytes };
    return { requests, limits: shape === 'both' ? { cpu: cpuLimit, memory: memoryLimit } : {} };
  });
const template = fc
  .tuple(resources, resources)
  .map(([first, second]) => [container(first), container({ ...second, name: 'proxy', kind: 'sidecar' })]);
const said: fc.Arbitrary<LevelSaid> = fc
  .tuple(fc.constantFrom('low' as const, 'medium' as const, 'high' as const), fc.integer({ min: 100, max: 300 }))
  .map(([level, percent]) => ({ signal: 'complexity', level, raised: percent > 100, factor: percent / 100 }));
const used: fc.Arbitrary<Record<string, number>> = fc.record(
  { ollama: fc.integer({ min: 0, max: 2 ** 34 }), proxy: fc.integer({ min: 0, max: 2 ** 34 }) },
  { requiredKeys: [] },
);
const annotation = fc.constantFrom(
  'cpu=500m..4,memory=1Gi..16Gi,apply=resize',
  'cpu=1m..2500m,apply=resize',
  'memory=128Mi..700M,apply=resize,except=proxy',
  'cpu=10m..300m,memory=1Mi..100Gi,apply=resize,containers=ollama',
);
