// The state of a workload, other hands on it and figures that are missing: what each forbids, in which code and which words.
import { describe, expect, it } from 'vitest';
import { decide } from '../../../lib/domain/decision/decide.ts';
import { lastScaledAt, ownChangeAt, remembered } from '../../../lib/domain/decision/remember.ts';
import type { WorkloadMemory } from '../../../lib/domain/decision/workload-memory.ts';
import type { GuardrailHistory } from '../../../lib/domain/guardrails/constraint.ts';
import type { Effect } from '../../../lib/domain/guardrails/verdict.ts';
import type { HpaStatus } from '../../../lib/domain/workload/hpa-status.ts';
import type { OtherWriters, PodTroubles } from '../../../lib/domain/workload/observation.ts';
import type { ReasonCode } from '../../../lib/domain/workload/reason-code.ts';
import { unusableSignals } from '../../../lib/domain/workload/signal-health.ts';
import { advised, assessment, NO_HISTORY, NOW, observation, policy } from '../../make/workloads.ts';

const SECOND = 1000;
const HOT = { cpuPercent: 140 };
const IDLE = { cpuPercent: 20, memoryPercent: 20 };
const pods = (spec: number, ready: number, total = spec) => ({ spec, ready, running: ready, total });
const troubles = (change: Partial<PodTroubles>): PodTroubles => ({
  unschedulable: 0,
  imagePull: 0,
  crashLoop: 0,
  ...change,
});
const hands = (change: Partial<OtherWriters>): OtherWriters => ({
  manager: null,
  writer: null,
  vpa: null,
  overlaps: [],
  ...change,
});
const reading = (change: object) => ({ demand: 1, at: NOW - 15 * SECOND, coverage: 1, atLimit: false, ...change });

const HPA: HpaStatus = {
  name: 'web-hpa',
  minReplicas: 2,
  maxReplicas: 30,
  currentReplicas: 10,
  desiredReplicas: 10,
  targetCpuPercent: 70,
  targetMemoryPercent: null,
  scalingStatus: 'stable',
};

interface Row {
  readonly name: string;
  readonly of: Parameters<typeof observation>[0];
  readonly history?: Partial<GuardrailHistory>;
  readonly target: number;
  readonly code: ReasonCode;
  readonly effect: Effect;
  readonly says: string;
}

const ROWS: readonly Row[] = [
  {
    name: 'pods without a node: no more of them',
    of: { ...HOT, replicas: pods(10, 8), troubles: troubles({ unschedulable: 2 }) },
    target: 10,
    code: 'pods_unschedulable',
    effect: 'held',
    says: 'no scale-up: 2 pods wait for lack of a node with room',
  },
  {
    name: 'an image that cannot be pulled: no more pods that want it',
    of: { ...HOT, replicas: pods(10, 9), troubles: troubles({ imagePull: 1 }) },
    target: 10,
    code: 'image_pull_failing',
    effect: 'held',
    says: 'no scale-up: 1 pod waits for an image that cannot be pulled',
  },
  {
    name: 'most pods in a crash loop: no more that crash',
    of: { cpuPercent: 400, replicas: pods(10, 4), troubles: troubles({ crashLoop: 6 }) },
    target: 10,
    code: 'crash_looping',
    effect: 'held',
    says: '6 of 10 pods crash again and again, and 4 serve',
  },
  {
    name: 'Argo CD keeps spec.replicas: recommended, never fought',
    of: { ...HOT, otherWriters: hands({ manager: { name: 'argocd-controller', how: 'reconciles' } }) },
    target: 20,
    code: 'owned_by_manager',
    effect: 'blocked',
    says: 'Argo CD (argocd-controller) keeps spec.replicas at its own number',
  },
  {
    name: 'Flux is named as well',
    of: { ...HOT, otherWriters: hands({ manager: { name: 'kustomize-controller', how: 'reconciles' } }) },
    target: 20,
    code: 'owned_by_manager',
    effect: 'blocked',
    says: 'Flux (kustomize-controller) keeps',
  },
  {
    name: 'a manifest with replicas: told',
    of: { ...HOT, otherWriters: hands({ manager: { name: 'kubectl-client-side-apply', how: 'states' } }) },
    target: 20,
    code: 'replicas_in_manifest',
    effect: 'noted',
    says: 'a manifest applied by kubectl-client-side-apply holds spec.replicas',
  },
  {
    name: 'a VPA that acts: told',
    of: { ...HOT, otherWriters: hands({ vpa: { name: 'web-vpa', mode: 'Recreate' } }) },
    target: 20,
    code: 'vpa_present',
    effect: 'noted',
    says: 'VPA web-vpa (Recreate) changes the requests',
  },
  {
    name: 'a VPA that only recommends: nothing to tell',
    of: { ...HOT, otherWriters: hands({ vpa: { name: 'web-vpa', mode: 'Off' } }) },
    target: 20,
    code: 'ok',
    effect: 'passed',
    says: 'passed',
  },
  {
    name: 'overlapping selectors: told, with the others by name',
    of: { ...HOT, otherWriters: hands({ overlaps: ['web-canary'] }) },
    target: 20,
    code: 'selector_overlap',
    effect: 'noted',
    says: 'its selector overlaps with that of web-canary',
  },
  {
    name: 'kubectl scale a minute ago, seen in managedFields alone: no scale-down, and who it was',
    of: { ...IDLE, otherWriters: hands({ writer: { name: 'kubectl', at: NOW - 60 * SECOND, through: 'scale' } }) },
    target: 10,
    code: 'scaled_by_other',
    effect: 'held',
    says: 'kubectl scaled to 10 60 s ago: scaling pauses for the cooldown of 300 s',
  },
  {
    name: 'kubectl scale half a minute ago: no scale-up either',
    of: { ...HOT, otherWriters: hands({ writer: { name: 'kubectl', at: NOW - 30 * SECOND, through: 'scale' } }) },
    target: 10,
    code: 'scaled_by_other',
    effect: 'held',
    says: 'kubectl scaled to 10 30 s ago: scaling pauses for the cooldown of 60 s',
  },
  {
    name: 'a change seen between ticks that was not ours, and that nobody signed',
    of: IDLE,
    history: { lastScaledAt: NOW - 60 * SECOND, ownChangeAt: NOW - 900 * SECOND },
    target: 10,
    code: 'scaled_by_other',
    effect: 'held',
    says: 'somebody scaled to 10 60 s ago',
  },
  {
    name: 'a change seen between ticks, signed by kubectl edit',
    of: {
      ...IDLE,
      otherWriters: hands({ writer: { name: 'kubectl-edit', at: NOW - 80 * SECOND, through: 'object' } }),
    },
    history: { lastScaledAt: NOW - 60 * SECOND, ownChangeAt: null },
    target: 10,
    code: 'scaled_by_other',
    effect: 'held',
    says: 'somebody, by managedFields kubectl-edit, scaled to 10 60 s ago',
  },
  {
    name: 'a change seen between ticks is not put on who wrote before',
    of: {
      ...IDLE,
      otherWriters: hands({ writer: { name: 'kubectl-create', at: NOW - 121 * SECOND, through: 'object' } }),
    },
    history: { lastScaledAt: NOW - 60 * SECOND, ownChangeAt: null },
    target: 10,
    code: 'scaled_by_other',
    effect: 'held',
    says: 'somebody scaled to 10 60 s ago',
  },
  {
    name: 'our own change is ours',
    of: IDLE,
    history: { lastScaledAt: NOW - 60 * SECOND, ownChangeAt: NOW - 60 * SECOND },
    target: 10,
    code: 'cooling_down',
    effect: 'held',
    says: 'scaled 60 s ago, the cooldown is 300 s',
  },
  {
    name: 'what an HPA moved a moment ago cools nothing down: the floor follows what is needed',
    of: { ...HOT, hpa: HPA, owner: { kind: 'hpa', name: HPA.name } },
    history: { lastScaledAt: NOW - 10 * SECOND, ownChangeAt: NOW - 900 * SECOND },
    target: 20,
    code: 'ok',
    effect: 'passed',
    says: 'passed',
  },
  {
    name: 'under an HPA the floor that we moved cools down',
    of: { ...IDLE, hpa: HPA, owner: { kind: 'hpa', name: HPA.name } },
    history: { lastScaledAt: null, ownChangeAt: NOW - 60 * SECOND },
    target: 10,
    code: 'cooling_down',
    effect: 'held',
    says: 'scaled 60 s ago, the cooldown is 300 s',
  },
  {
    name: 'a container without a CPU request: no scale-down, and what to set',
    of: { ...IDLE, capacity: { memory: 2 ** 30 } },
    target: 10,
    code: 'request_missing',
    effect: 'held',
    says: 'set resources.requests.cpu',
  },
  {
    name: 'figures that stopped moving: no scale-down',
    of: { signals: { cpu: reading({ at: NOW - 181 * SECOND }), memory: reading({}) } },
    target: 10,
    code: 'signal_stale',
    effect: 'held',
    says: 'stale: measured 181 s ago',
  },
  {
    name: 'figures from the future: no scale-down',
    of: { signals: { cpu: reading({ at: NOW + 181 * SECOND }), memory: reading({}) } },
    target: 10,
    code: 'signal_stale',
    effect: 'held',
    says: '181 s ahead of the tick',
  },
  {
    name: 'one pod without metrics: no scale-down',
    of: { signals: { cpu: reading({ coverage: 0.9 }), memory: reading({}) } },
    target: 10,
    code: 'signal_partial',
    effect: 'held',
    says: 'only 90 % of the serving pods were measured',
  },
  {
    name: 'pods that are still starting: no scale-down on what they hide',
    of: { signals: { cpu: reading({ coverage: 0.8, startingPods: 2 }), memory: reading({}) } },
    target: 10,
    code: 'pods_starting',
    effect: 'held',
    says: '2 ready pods',
  },
  {
    name: 'no pod is ready, and they crash: named, and not as missing metrics',
    of: { signals: {}, replicas: pods(10, 0), troubles: troubles({ crashLoop: 8 }) },
    target: 10,
    code: 'signal_missing',
    effect: 'held',
    says: '0 of 10 pods are ready, 8 crash again and again',
  },
  {
    name: 'no metrics at all: no scale-down',
    of: { signals: {} },
    target: 10,
    code: 'signal_missing',
    effect: 'held',
    says: 'no reading from the metrics API',
  },
  {
    name: 'one pod of ten in a crash loop under load: more replicas help',
    of: { ...HOT, replicas: pods(10, 9), troubles: troubles({ crashLoop: 1 }) },
    target: 18,
    code: 'ok',
    effect: 'passed',
    says: 'passed',
  },
  {
    name: "a GitOps controller that keeps the HPA's minReplicas is not fought through the HPA",
    of: { ...HOT, hpa: { ...HPA, floorManager: 'argocd-controller' } },
    target: 20,
    code: 'owned_by_manager',
    effect: 'blocked',
    says: 'Argo CD (argocd-controller) keeps minReplicas of HPA web-hpa',
  },
];

describe('each state has its rule', () => {
  it.each(ROWS)('$name', ({ of, history, target, code, effect, says }) => {
    // Figures that are missing hold every proposal by themselves; the guardrail is there for advice.
    const advice = BLIND.has(code) ? advised(4, { action: 'scale_down' }) : null;
    const decision = decide(assessment(observation(of)), advice, { ...NO_HISTORY, ...history });
    expect(decision.target).toBe(target);
    expect(decision.blockedBy).toBe(effect === 'blocked' ? code : null);
    const verdict = { code, effect, message: expect.stringContaining(says) };
    expect(decision.verdicts).toContainEqual(expect.objectContaining(verdict));
    if (effect === 'passed') expect(decision.verdicts.filter((one) => one.effect === 'noted')).toEqual([]);
  });

  it.each(ROWS.filter(({ code }) => BLIND.has(code)))('without advice too: $name', ({ of }) => {
    expect(decide(assessment(observation(of)), null, NO_HISTORY).target).toBe(10);
  });

  it('none of the holds touches a scale-down that the load allows', () => {
    const idle = observation({ ...IDLE, troubles: troubles({ unschedulable: 1 }) });
    expect(decide(assessment(idle), null, NO_HISTORY).target).toBe(5);
  });
});

describe('pods that carry the load', () => {
  const lost = (spec: number, ready: number, serving: number) => ({ ...pods(spec, ready), running: spec, serving });

  it('are what utilisation divides by, also where none of them is ready', () => {
    const signals = { cpu: reading({ demand: 4 }), memory: reading({ demand: 4 * 2 ** 28 }) };
    const { utilisation, proposals } = assessment(observation({ replicas: lost(4, 0, 4), signals }));
    expect(utilisation).toEqual({ cpu: 200, memory: 25 });
    expect(proposals.find(({ source }) => source === 'reactive')?.replicas).toBe(12);
  });

  it('are those that are ready where nothing else is known', () => {
    const { utilisation } = assessment(observation({ replicas: pods(10, 5), cpuPercent: 80 }));
    expect(utilisation.cpu).toBeCloseTo(80, 9);
  });
});

describe('what cannot be counted is named', () => {
  const why = (of: Parameters<typeof observation>[0]) => unusableSignals(observation(of), policy()).cpu?.why;

  it('a container without a request', () => {
    const unrequested = { cpu: 'container "proxy" of the pod template states none' };
    expect(why({ capacity: { memory: 1 }, unrequested })).toBe(
      'cannot be sized: no CPU request, container "proxy" of the pod template states none, set resources.requests.cpu',
    );
  });

  it('figures that were left out, all of them or some', () => {
    expect(why({ signals: {}, unread: { cpu: 'cpu "34558" of pod a' } })).toContain('left out: cpu "34558" of pod a');
    const partly = { cpu: reading({ coverage: 0.75, leftOut: 'cpu "34558" of pod a' }) };
    expect(why({ signals: partly })).toContain(
      '75 % of the serving pods were measured (left out: cpu "34558" of pod a)',
    );
  });

  it('pods that were not found: nothing is said of how many are ready', () => {
    const gone = {
      signals: {},
      replicas: pods(4, 0, 0),
      podsNotFound: 'the Deployment itself counts 4; 4 are of another',
    };
    const decision = decide(assessment(observation(gone)), advised(2, { action: 'scale_down' }), NO_HISTORY);
    const said = JSON.stringify([why(gone), decision]);
    expect(said).not.toContain('0 of 4 pods are ready');
    expect(said).toContain('no pods of it were found: the Deployment itself counts 4; 4 are of another');
  });
});

describe('memory', () => {
  it('without a request is not sized by, and not blind', () => {
    expect(unusableSignals(observation({ capacity: { cpu: 0.5 } }), policy())).toEqual({});
  });
});

describe('who changed the replica count', () => {
  const before = decide(assessment(observation(HOT)), null, NO_HISTORY);
  const entry = (kind: 'applied' | 'unchanged'): WorkloadMemory =>
    remembered(
      undefined,
      {
        decision: before,
        outcome: { kind, message: '' },
        assessment: assessment(observation(HOT)),
        advice: null,
        requestedBy: null,
      },
      null,
      false,
    );

  it.each([
    ['we did, and it is as we left it', 'applied', 20, { seen: NOW, own: NOW }],
    ['somebody did after us', 'applied', 12, { seen: NOW + 60 * SECOND, own: NOW }],
    ['somebody did, we never', 'unchanged', 12, { seen: NOW + 60 * SECOND, own: null }],
    ['nobody did', 'unchanged', 10, { seen: null, own: null }],
  ] as const)('%s', (_what, kind, current, expected) => {
    const previous = entry(kind);
    const seen = lastScaledAt(previous, current, NOW + 60 * SECOND);
    expect({ seen, own: ownChangeAt(previous) }).toEqual(expected);
  });
});

const BLIND: ReadonlySet<ReasonCode> = new Set([
  'request_missing',
  'signal_missing',
  'signal_stale',
  'signal_partial',
  'pods_starting',
]);
