// Situations alike share advice: the seeds' rounding, kept apart by cluster, workload, bounds, targets and prompt.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adviceKey, roundCpu, roundMemory } from '../../../lib/domain/advice/cache-key.ts';
import { PROMPT_VERSION } from '../../../lib/domain/advice/prompt.ts';
import { SIGNALS_PROMPT_VERSION } from '../../../lib/domain/advice/signal-lines.ts';
import type { LevelView } from '../../../lib/domain/level/level-view.ts';
import type { SignalPolicy } from '../../../lib/domain/workload/policy.ts';
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

describe('the key of a workload that names signals', () => {
  const both = { direction: 'both', missing: 'hold' } as const;
  const requests: SignalPolicy = { kind: 'load', target: 80, ...both };
  const latency: SignalPolicy = { kind: 'level', target: null, ...both };
  const view: LevelView = {
    band: 'usual',
    value: 212,
    unit: 'ms',
    baseline: { value: 200, sigma: 10 },
    objective: null,
    over: 260,
    windows: 60,
    lowWindows: 0,
    overWindows: 0,
    least: 10,
    reason: 'as usual',
    unhelped: false,
  };
  interface Seen {
    readonly percent?: number;
    readonly target?: number;
    readonly peak?: number;
    readonly trend?: 'increasing';
    readonly level?: Partial<LevelView>;
  }
  const keyOf = ({ percent = 90, target = 80, peak = 720, trend, level }: Seen = {}) => {
    const forecast = sampleForecast('requests', 720, { peak, ...(trend && { trend }) });
    const { forecasts, utilisation } = sampleAssessment();
    return adviceKey(
      sampleAssessment({
        policy: { signals: { requests: { ...requests, target }, latency } },
        rest: {
          utilisation: { ...utilisation, requests: percent },
          forecasts: { ...forecasts, requests: forecast },
          levels: { latency: { ...view, ...level } },
        },
      }),
    );
  };

  it('adds loads, rounded as CPU is, and bands of levels to what it is without them', () => {
    expect(JSON.parse(keyOf())).toEqual({
      ...JSON.parse(adviceKey(sampleAssessment())),
      signals_prompt: SIGNALS_PROMPT_VERSION,
      loads: [['requests', 100, 100, 'stable', 80]],
      bands: [['latency', 'usual', false, null]],
    });
  });

  it.each<readonly [string, Seen]>([
    ['a load', { percent: 120 }],
    ['the peak of a load', { peak: 1000 }],
    ['the trend of a load', { trend: 'increasing' }],
    ['the target of a load', { target: 85 }],
    ['a level that is over', { level: { band: 'over' } }],
    ['a level that is not measured', { level: { band: 'missing', value: null } }],
    ['a level that is being learned', { level: { band: 'learning', baseline: null } }],
    ['a level that more replicas do not help', { level: { unhelped: true } }],
    ['an objective', { level: { objective: 500 } }],
  ])('differs by %s', (_, seen) => {
    expect(keyOf(seen)).not.toBe(keyOf());
  });

  it('is the same wherever a level is within its band: windows go to and fro there by chance', () => {
    for (const level of [{ value: 231 }, { band: 'low', value: 198, lowWindows: 1 }, { lowWindows: 9 }] as const)
      expect(keyOf({ level })).toBe(keyOf());
  });

  it('is the same for loads that round alike', () => {
    expect(keyOf({ percent: 105, peak: 700 })).toBe(keyOf());
  });
});
