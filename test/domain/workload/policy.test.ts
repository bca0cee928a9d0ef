// The policy's keys, what they accept, and that a value which cannot be read never half-applies.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { annotatedKeys } from '../../../lib/domain/workload/annotated-values.ts';
import { DEFAULT_POLICY } from '../../../lib/domain/workload/policy.ts';
import { readPolicy } from '../../../lib/domain/workload/policy-from-annotations.ts';

const read = (annotations: Record<string, string>, record: Record<string, string> | null = null) =>
  readPolicy({ annotations, record, hpa: null, tickSeconds: 60 });
const at = (keys: Record<string, string>) =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [`ai4k8s.io/${key}`, value]));

describe('reading a policy', () => {
  it('says the defaults where nothing is stated', () => {
    expect(read({})).toEqual({ ...DEFAULT_POLICY, maxIsDefault: true });
  });

  it.each([
    ['predictive-autoscaling-enabled', 'true', { enabled: true }],
    ['predictive-autoscaling', 'enabled', { enabled: true }],
    ['min-replicas', '3', { min: 3 }],
    ['max-replicas', '40', { max: 40 }],
    ['mode', 'scale', { mode: 'scale' }],
    ['slo', '99.9', { sloPercent: 99.9 }],
    ['target-cpu', '60', { targetPercent: { cpu: 60, memory: 80 } }],
    ['target-memory', '70', { targetPercent: { cpu: 70, memory: 70 } }],
    ['target-memory', 'off', { memoryOff: true }],
    ['cooldown', '10m', { cooldownDownSeconds: 600, cooldownUpSeconds: 60 }],
    ['cooldown', '30s', { cooldownDownSeconds: 30, cooldownUpSeconds: 30 }],
    ['restart-cost', '0s', { restartSeconds: 0 }],
    ['restart-cost', '5m', { restartSeconds: 300 }],
    ['restart-cost', '1h', { restartSeconds: 3600 }],
    ['time-zone', 'Europe/Berlin', { timeZone: 'Europe/Berlin', mode: 'auto' }],
    ['time-zone', 'UTC', { timeZone: 'UTC' }],
    ['paused', 'true', { paused: true }],
    ['llm', 'shadow', { llm: 'shadow' }],
  ])('reads annotation %s: %s', (key, value, expected) => {
    expect(read(at({ [key]: value }))).toMatchObject({ ...expected, problems: [] });
  });

  it.each([
    ['min-replicas', 'abc'],
    ['min-replicas', '0'],
    ['min-replicas', '-1'],
    ['min-replicas', 'NaN'],
    ['min-replicas', '1e3'],
    ['max-replicas', '0'],
    ['max-replicas', '1000000000'],
    ['mode', 'yolo'],
    ['slo', '100'],
    ['target-cpu', '5'],
    ['cooldown', '5 minutes'],
    ['cooldown', '48h'],
    ['restart-cost', '3601s'],
    ['restart-cost', '60'],
    ['restart-cost', '-1s'],
    ['time-zone', 'Berlin'],
    ['time-zone', '+02:00'],
    ['time-zone', ''],
    ['predictive-autoscaling-enabled', 'yes'],
  ])('refuses %s: %s, says so, and only recommends', (key, value) => {
    const policy = read(at({ 'predictive-autoscaling-enabled': 'true', mode: 'scale', [key]: value }));
    expect(policy.mode).toBe('recommend');
    expect(policy.problems.join()).toContain(key);
    expect(policy.problems.join()).toContain(JSON.stringify(value));
    expect(policy.problems.join()).toContain('expected');
  });

  it('refuses a key that is mistyped, names those there are, and only recommends', () => {
    const policy = read(at({ 'predictive-autoscaling-enabled': 'true', mode: 'scale', 'max-replica': '3' }));
    expect(policy.mode).toBe('recommend');
    expect(policy.problems).toEqual([
      expect.stringMatching(/ai4k8s\.io\/max-replica is not known: known are .*max-replicas/),
    ]);
    expect(read(at({ 'last-decision': 'ours' })).problems).toEqual([]);
  });

  it('refuses min above max, naming both', () => {
    const policy = read(at({ 'min-replicas': '9', 'max-replicas': '3' }));
    expect(policy).toMatchObject({
      mode: 'recommend',
      problems: [expect.stringContaining('9 is above max-replicas 3')],
    });
  });

  it('lets the annotation win over the record, and the record over the default', () => {
    const policy = read(at({ 'min-replicas': '4' }), { 'min-replicas': '2', 'target-cpu': '60' });
    expect(policy).toMatchObject({ min: 4, targetPercent: { cpu: 60, memory: 80 } });
  });

  it('lets a percentage of memory win over off, and off over a percentage', () => {
    expect(read(at({ 'target-memory': '75' }), { 'target-memory': 'off' }).memoryOff).toBeUndefined();
    expect(read(at({ 'target-memory': 'off' }), { 'target-memory': '75' }).memoryOff).toBe(true);
  });

  it('lets an annotated default win over the record', () => {
    expect(read(at({ 'target-cpu': '70' }), { 'target-cpu': '60' }).targetPercent.cpu).toBe(70);
  });

  it('reads the same as JSON, flat keys winning', () => {
    const config = JSON.stringify({
      'min-replicas': 2,
      max_replicas: 8,
      mode: 'scale',
      restart_cost: '2m',
      time_zone: 'Asia/Tokyo',
    });
    const policy = read(at({ 'predictive-autoscaling-config': config, 'max-replicas': '6' }));
    expect(policy).toMatchObject({
      min: 2,
      max: 6,
      mode: 'scale',
      restartSeconds: 120,
      timeZone: 'Asia/Tokyo',
      problems: [],
    });
  });

  it('a zone that there is not leaves UTC and every other value as they are', () => {
    const stated = at({ 'min-replicas': '3', 'restart-cost': '2m', slo: '99.9' });
    const { problems, mode, ...policy } = read({ ...stated, 'ai4k8s.io/time-zone': 'Mars/Olympus_Mons' });
    const { problems: none, mode: auto, ...without } = read(stated);
    expect([none, auto, mode]).toEqual([[], 'auto', 'recommend']);
    expect(policy).toEqual(without);
    expect(problems).toEqual([
      expect.stringMatching(/ai4k8s\.io\/time-zone.*"Mars\/Olympus_Mons".*an IANA time zone such as Europe\/Berlin/),
    ]);
  });

  it.each(['{', '[]', '{"min-replicas":{}}', '{"minimum":1}'])('refuses the config %s', (config) => {
    expect(read(at({ 'predictive-autoscaling-config': config })).mode).toBe('recommend');
  });

  it('takes its bounds from an HPA where nothing else states them', () => {
    const hpa = { name: 'h', minReplicas: 2, maxReplicas: 7, currentReplicas: 2, desiredReplicas: 2 } as const;
    const status = { ...hpa, targetCpuPercent: 70, targetMemoryPercent: null, scalingStatus: 'stable' } as const;
    const policy = readPolicy({ annotations: {}, record: null, hpa: status, tickSeconds: 60 });
    expect(policy).toMatchObject({ min: 2, max: 7 });
  });

  it('lists what is annotated, both spellings of the opt-in as one', () => {
    expect(annotatedKeys(at({ 'predictive-autoscaling': 'enabled', mode: 'scale', other: 'x' }))).toEqual([
      'predictive-autoscaling-enabled',
      'mode',
    ]);
  });
});

describe('law', () => {
  it('whatever is annotated, a policy has 1 ≤ min ≤ max or only recommends', () => {
    const key = fc.constantFrom('min-replicas', 'max-replicas', 'mode', 'predictive-autoscaling-config', '__proto__');
    fc.assert(
      fc.property(fc.dictionary(key, fc.oneof(fc.string(), fc.integer().map(String))), (values) => {
        const policy = read(at(values));
        expect(policy.min).toBeGreaterThanOrEqual(1);
        expect(policy.min).toBeLessThanOrEqual(policy.max);
        if (policy.problems.length > 0) expect(policy.mode).toBe('recommend');
      }),
    );
  });
});
