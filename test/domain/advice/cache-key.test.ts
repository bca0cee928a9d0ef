// Situations alike share advice: the seeds' rounding, kept apart by cluster, workload, bounds, targets and prompt.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adviceKey, roundCpu, roundMemory } from '../../../lib/domain/advice/cache-key.ts';
import { PROMPT_VERSION } from '../../../lib/domain/advice/prompt.ts';
import { type SampleChanges, sampleAssessment, sampleForecast } from '../../stand-ins/sample-assessment.ts';

describe("the seeds' rounding", () => {
  it.each([
    [173, 175],
    [180, 175],
    [0, 0],
    [12.4, 0],
    [12.5, 25],
    [null, null],
    [undefined, null],
    [Number.NaN, null],
  ])('CPU %s → %s', (percent, rounded) => {
    expect(roundCpu(percent)).toBe(rounded);
  });

  it.each([
    [11.7, 10],
    [12.3, 10],
    [12.5, 15],
    [null, null],
  ])('memory %s → %s', (percent, rounded) => {
    expect(roundMemory(percent)).toBe(rounded);
  });
});

describe('the key', () => {
  const base = adviceKey(sampleAssessment());

  it('names the rounded situation and the version of the prompt', () => {
    expect(JSON.parse(base)).toEqual({
      prompt: PROMPT_VERSION,
      cluster: 'demo',
      deployment: 'ai4k8s-test/test-app-autoscaling',
      replicas: 10,
      cpu: 175,
      memory: 10,
      cpu_peak: 175,
      memory_peak: 10,
      cpu_trend: 'stable',
      memory_trend: 'stable',
      bounds: [2, 12],
      targets: [70, 80],
      slo: 99.5,
    });
  });

  const workload = { cluster: 'demo', namespace: 'ai4k8s-test', name: 'test-app-autoscaling' };
  const cpuAt = (current: number, changes = {}) => ({ cpu: sampleForecast('cpu', current, changes) });
  const differing: readonly (readonly [string, SampleChanges])[] = [
    ['cluster', { observation: { workload: { ...workload, cluster: 'other' } } }],
    ['namespace', { observation: { workload: { ...workload, namespace: 'other' } } }],
    ['name', { observation: { workload: { ...workload, name: 'other' } } }],
    ['replicas', { observation: { replicas: { spec: 9, ready: 10, running: 10, total: 10 } } }],
    ['min', { policy: { min: 3 } }],
    ['max', { policy: { max: 13 } }],
    ['CPU target', { rest: { targets: { cpu: 60, memory: 80 } } }],
    ['SLO', { policy: { sloPercent: 99.9 } }],
    ['CPU', { rest: { utilisation: { cpu: 190, memory: 11.7 } } }],
    ['a missing signal', { rest: { utilisation: { memory: 11.7 } } }],
    ['peak', { rest: { forecasts: cpuAt(16.92, { peak: 25 }) } }],
    ['trend', { rest: { forecasts: cpuAt(16.92, { trend: 'increasing' }) } }],
  ];
  it.each(differing)('differs by %s', (_, changes) => {
    expect(adviceKey(sampleAssessment(changes))).not.toBe(base);
  });

  it('is the same for loads that round alike, at any time', () => {
    const changes = { now: 1, rest: { utilisation: { cpu: 180, memory: 12.3 } } };
    expect(adviceKey(sampleAssessment(changes))).toBe(base);
  });

  it('never mixes up two workloads, whatever their names are made of', () => {
    const name = fc.string({ unit: fc.constantFrom('a', '"', ',', ':', '\\', '-') });
    fc.assert(
      fc.property(fc.tuple(name, name), fc.tuple(name, name), (one, other) => {
        const key = ([cluster, deployment]: readonly [string, string]) =>
          adviceKey(sampleAssessment({ observation: { workload: { cluster, namespace: 'n', name: deployment } } }));
        expect(key(one) === key(other)).toBe(one[0] === other[0] && one[1] === other[1]);
      }),
    );
  });
});
