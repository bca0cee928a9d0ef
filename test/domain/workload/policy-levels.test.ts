// Levels of policy: installation, cluster, namespace, Deployment. What each may say, and what none of them can undo.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CAP_MODES,
  DEFAULT_KEYS,
  LEVEL_FIELDS,
  LEVEL_NAMES,
  type LevelName,
  problemsOfLevel,
} from '../../../lib/domain/workload/level-fields.ts';
import { maxWords } from '../../../lib/domain/workload/max-words.ts';
import { DEFAULT_POLICY, type Policy } from '../../../lib/domain/workload/policy.ts';
import { POLICY_FIELDS } from '../../../lib/domain/workload/policy-fields.ts';
import { type PolicySources, resolvePolicy } from '../../../lib/domain/workload/policy-from-annotations.ts';
import type { PolicyLevel } from '../../../lib/domain/workload/policy-levels.ts';
import { RUNGS, rungOf } from '../../../lib/domain/workload/rung.ts';

type Values = Record<string, string>;

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  'predictive-autoscaling-enabled': ['true', 'false'],
  'predictive-autoscaling': ['enabled', 'disabled'],
  'min-replicas': ['1', '2', '7', '30'],
  'max-replicas': ['1', '3', '9', '25', '60'],
  mode: ['auto', 'recommend', 'propose', 'hpa-floor', 'scale'],
  slo: ['99', '99.9'],
  'target-cpu': ['50', '60'],
  'target-memory': ['60', 'off'],
  cooldown: ['90s', '10m'],
  'model-load': ['30s'],
  'restart-cost': ['0s', '60s'],
  'time-zone': ['Europe/Berlin', 'UTC'],
  'limit-step': ['2', '25%'],
  'limit-direction': ['up', 'both'],
  'limit-hours': ['09:00-18:00'],
  llm: ['on', 'off', 'shadow'],
  'cap-max-replicas': ['1', '4', '20'],
  'cap-mode': [...CAP_MODES],
  'allow-zero': ['true', 'false'],
};
const BAD = ['', 'nonsense', '-1', '0', '1e9', '…'];

const valuesOf = (keys: readonly string[], bad = false) =>
  fc.dictionary(fc.constantFrom(...keys), fc.nat(), { maxKeys: 5 }).map((drawn) =>
    Object.fromEntries(
      Object.entries(drawn).map(([key, n]) => {
        const texts = bad && n % 3 === 0 ? BAD : (TEXTS[key] ?? BAD);
        return [key, texts[n % texts.length] ?? ''];
      }),
    ),
  );

const keysOf = (level: LevelName) => Object.keys(LEVEL_FIELDS[level]);
const levelsOf = (bad = false) =>
  fc
    .tuple(
      ...LEVEL_NAMES.map((name) =>
        valuesOf(
          keysOf(name).filter((key) => name !== 'installation' || key !== 'allow-zero'),
          bad,
        ),
      ),
    )
    .map((all) => all.map((values, i): PolicyLevel => ({ name: LEVEL_NAMES[i] ?? 'installation', values })));
const own = valuesOf(Object.keys(POLICY_FIELDS).filter((key) => TEXTS[key] !== undefined));
const hpa = fc.option(
  fc.record({
    name: fc.constant('web'),
    minReplicas: fc.integer({ min: 1, max: 9 }),
    maxReplicas: fc.integer({ min: 9, max: 50 }),
  }),
) as fc.Arbitrary<PolicySources['hpa']>;
const running = fc.integer({ min: 0, max: 40 });

const annotations = (values: Values) =>
  Object.fromEntries(Object.entries(values).map(([key, text]) => [`ai4k8s.io/${key}`, text]));
const sources = (given: Partial<PolicySources>): PolicySources => ({
  annotations: {},
  record: null,
  hpa: null,
  tickSeconds: 60,
  namespace: 'shop',
  ...given,
});
const policyFrom = (given: Partial<PolicySources>): Policy => resolvePolicy(sources(given)).policy;
const level = (name: LevelName, values: Values): PolicyLevel => ({ name, values });

const world = fc.record({ levels: levelsOf(), record: own, stated: own, hpa, running });

describe('levels of policy, whatever they say', () => {
  it('never exceed a cap of any level', () => {
    fc.assert(
      fc.property(world, ({ levels, record, stated, hpa: scaler, running: ran }) => {
        const policy = policyFrom({ levels, record, annotations: annotations(stated), hpa: scaler, running: ran });
        for (const { values } of levels) {
          const max = values['cap-max-replicas'];
          if (max !== undefined) expect(policy.max).toBeLessThanOrEqual(Number(max));
          const mode = values['cap-mode'];
          const highest = mode === 'off' ? 'look' : (mode as 'recommend' | 'propose' | undefined);
          if (highest !== undefined) expect(RUNGS.indexOf(rungOf(policy))).toBeLessThanOrEqual(RUNGS.indexOf(highest));
        }
        expect(policy.min).toBeLessThanOrEqual(policy.max);
      }),
      { numRuns: 500 },
    );
  });

  it('change no value that is stated below them, caps aside', () => {
    const uncapped = fc.record({ levels: levelsOf(), record: own, stated: own, hpa, running });
    fc.assert(
      fc.property(uncapped, fc.constantFrom(...DEFAULT_KEYS), ({ levels, record, stated, hpa: scaler }, key) => {
        const plain = levels.map(({ name, values }) => level(name, withoutCaps(values)));
        const given = { record, annotations: annotations(stated), hpa: scaler };
        const isStated = Object.hasOwn(record, key) || Object.hasOwn(stated, key);
        fc.pre(isStated);
        const alone = policyFrom(given);
        const under = policyFrom({ ...given, levels: plain });
        fc.pre(alone.problems.length === 0 && under.problems.length === 0);
        expect(partOf(under, key)).toEqual(partOf(alone, key));
      }),
      { numRuns: 500 },
    );
  });

  it('win over each other by their place: the nearest that states a key gives it, and is named', () => {
    fc.assert(
      fc.property(
        levelsOf(),
        own,
        fc.constantFrom('slo', 'target-cpu', 'cooldown', 'llm', 'time-zone'),
        (levels, record, key) => {
          const { policy, from } = resolvePolicy(sources({ levels, record }));
          const stack = [...levels, { name: 'record' as const, values: record as Values }];
          const nearest = stack.findLast(({ values }) => Object.hasOwn(values, key));
          expect(from[key]).toBe(nearest?.name);
          const text = nearest?.values[key];
          const expected = text === undefined ? DEFAULT_POLICY : POLICY_FIELDS[key]?.set(DEFAULT_POLICY, text);
          expect(partOf(policy, key)).toEqual(partOf(expected ?? DEFAULT_POLICY, key));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('allow no more where one of their values cannot be read', () => {
    fc.assert(
      fc.property(levelsOf(true), own, hpa, running, (levels, record, scaler, ran) => {
        const wrong = levels.filter(({ name, values }) => problemsOfLevel(name, values).length > 0);
        fc.pre(wrong.length > 0);
        const policy = policyFrom({ levels, record, hpa: scaler, running: ran });
        expect(['look', 'recommend']).toContain(rungOf(policy));
        expect(policy.problems.join(' ')).toMatch(/expected|above max-replicas/);
        // What a person may still ask for is no more than runs.
        expect(policy.max).toBeLessThanOrEqual(Math.max(1, ran, scaler?.minReplicas ?? 0));
      }),
      { numRuns: 300 },
    );
  });

  it('take nothing away by a default: without a maximum of its own, what runs may run', () => {
    fc.assert(
      fc.property(levelsOf(), own, running, (levels, record, ran) => {
        const { 'max-replicas': _mine, ...rest } = record as Values;
        const plain = levels.map(({ name, values }) => level(name, withoutCaps(values)));
        const policy = policyFrom({ levels: plain, record: rest, running: ran });
        fc.pre(policy.problems.length === 0);
        expect(policy.max).toBeGreaterThanOrEqual(ran);
      }),
      { numRuns: 300 },
    );
  });
});

function withoutCaps(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !key.startsWith('cap-')));
}

/** The part of a policy that a key is about. */
function partOf(policy: Policy, key: string): unknown {
  const { limits = {} } = policy;
  const parts: Readonly<Record<string, unknown>> = {
    'min-replicas': policy.min,
    'max-replicas': policy.max,
    mode: policy.mode,
    slo: policy.sloPercent,
    'target-cpu': policy.targetPercent.cpu,
    'target-memory': [policy.memoryOff ?? false, policy.memoryOff ? null : policy.targetPercent.memory],
    cooldown: policy.cooldownDownSeconds,
    'model-load': policy.modelLoadSeconds,
    'restart-cost': policy.restartSeconds,
    'time-zone': policy.timeZone,
    'limit-step': limits.step,
    'limit-direction': limits.direction,
    'limit-hours': limits.hours,
    llm: policy.llm,
  };
  return parts[key];
}

describe('an opt-in of a namespace', () => {
  const opted = (values: Values, given: Partial<PolicySources> = {}) =>
    policyFrom({
      levels: [level('namespace record', { 'predictive-autoscaling-enabled': 'true', ...values })],
      ...given,
    });

  it('only recommends until the namespace or the workload says how', () => {
    expect(opted({})).toMatchObject({ enabled: true, mode: 'recommend' });
    expect(opted({ mode: 'propose' })).toMatchObject({ enabled: true, mode: 'propose' });
    expect(opted({ mode: 'auto' })).toMatchObject({ enabled: true, mode: 'auto' });
    expect(opted({}, { record: { mode: 'scale' } })).toMatchObject({ enabled: true, mode: 'scale' });
  });

  it('is not heard from a mode that a wider level gives', () => {
    const levels = [
      level('cluster record', { mode: 'auto' }),
      level('namespace annotation', { 'predictive-autoscaling': 'enabled' }),
    ];
    expect(resolvePolicy(sources({ levels }))).toMatchObject({
      policy: { enabled: true, mode: 'recommend' },
      from: { mode: 'opt-in of the namespace', 'predictive-autoscaling-enabled': 'namespace annotation' },
    });
  });

  it('gives in to a workload that says no', () => {
    expect(opted({ mode: 'auto' }, { record: { 'predictive-autoscaling-enabled': 'false' } }).enabled).toBe(false);
  });

  it('is none in a namespace of Kubernetes itself, and of no wider level', () => {
    const system = opted({ mode: 'auto' }, { namespace: 'kube-system' });
    expect(system.enabled).toBe(false);
    expect(system.clipped).toEqual([expect.stringContaining('kube-system')]);
    for (const name of ['installation', 'cluster record'] as const)
      expect(problemsOfLevel(name, { 'predictive-autoscaling-enabled': 'true' })).toHaveLength(1);
  });
});

describe('caps', () => {
  it('are told, with who asked for more and who allows less', () => {
    const levels = [
      level('cluster record', { 'cap-max-replicas': '20' }),
      level('namespace record', { 'cap-max-replicas': '30', 'cap-mode': 'propose' }),
    ];
    const asked = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/max-replicas': '50' };
    const { policy, from } = resolvePolicy(sources({ levels, annotations: asked }));
    expect(policy).toMatchObject({ max: 20, maxCappedBy: 'cluster record', mode: 'propose', problems: [] });
    expect(maxWords(policy)).toBe('cap-max-replicas 20 of the cluster record');
    expect(policy.clipped).toEqual([
      'max-replicas 50 (annotation) is more than cap-max-replicas of the cluster record: 20 holds',
      'mode auto is more than cap-mode of the namespace record: propose holds',
    ]);
    expect(from).toMatchObject({ 'max-replicas': 'cap of the cluster record', mode: 'cap of the namespace record' });
  });

  it('are no keys of a Deployment', () => {
    expect(policyFrom({ annotations: { 'ai4k8s.io/cap-max-replicas': '5' } }).problems).toHaveLength(1);
  });

  it('propose no scaling to who wants floors alone and has no HPA', () => {
    const levels = [level('namespace record', { 'cap-mode': 'propose' })];
    const record = { 'predictive-autoscaling-enabled': 'true', mode: 'hpa-floor' };
    expect(policyFrom({ levels, record }).mode).toBe('recommend');
  });
});

describe("a namespace's own annotations", () => {
  const inNamespace = (values: Values) => ({ annotations: annotations(values) });

  it('win over its record, and name a key that they cannot state', () => {
    const levels = [level('namespace record', { slo: '99' })];
    expect(policyFrom({ levels, inNamespace: inNamespace({ slo: '99.9' }) }).sloPercent).toBe(99.9);
    const wrong = policyFrom({ inNamespace: inNamespace({ 'cap-max-replica': '5' }) });
    expect(wrong).toMatchObject({ mode: 'recommend', max: 1 });
    expect(wrong.problems).toEqual([
      expect.stringMatching(/^namespace annotation ai4k8s\.io\/cap-max-replica is not known.*cap-max-replicas/),
    ]);
  });

  it('hold nothing back by mistakes of the workload alone', () => {
    expect(policyFrom({ annotations: { 'ai4k8s.io/slo': 'x' }, record: { 'max-replicas': '9' } })).toMatchObject({
      max: 9,
      mode: 'recommend',
    });
  });

  it('that could not be read leave every workload to recommend', () => {
    const policy = policyFrom({
      record: { 'predictive-autoscaling-enabled': 'true', 'max-replicas': '50' },
      running: 7,
      inNamespace: { annotations: {}, unread: 'annotations of namespace shop cannot be read: forbidden.' },
    });
    expect(policy).toMatchObject({
      mode: 'recommend',
      max: 7,
      problems: ['annotations of namespace shop cannot be read: forbidden.'],
    });
  });
});

describe('allow-zero', () => {
  it("is nobody's unless said, by name for the installation, and by the nearest that speaks", () => {
    const list = level('installation', { 'allow-zero': 'dev, preview' });
    expect(policyFrom({}).allowZero).toBeUndefined();
    expect(policyFrom({ levels: [list], namespace: 'dev' }).allowZero).toBe(true);
    expect(policyFrom({ levels: [list], namespace: 'shop' }).allowZero).toBeUndefined();
    expect(
      policyFrom({ levels: [list, level('namespace record', { 'allow-zero': 'false' })], namespace: 'dev' }).allowZero,
    ).toBeUndefined();
    expect(policyFrom({ levels: [level('namespace record', { 'allow-zero': 'true' })] }).allowZero).toBe(true);
  });
});
