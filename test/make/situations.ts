// Any situation that deciding may meet, for laws: loads, signals, readiness, rollouts, bounds, schedules, owners and pasts.
import fc from 'fast-check';
import type { Assessment } from '../../lib/domain/assessment/assessment.ts';
import { type ComplexityScaling, DEFAULT_SCALING_POLICY } from '../../lib/domain/complexity/scaling-policy.ts';
import type { GuardrailHistory } from '../../lib/domain/guardrails/constraint.ts';
import { freshLevel, type LevelMemory } from '../../lib/domain/level/level-memory.ts';
import { levelsAt } from '../../lib/domain/level/levels.ts';
import type { RaisedMemory } from '../../lib/domain/level/raised.ts';
import { type ScheduleWindow, WEEKDAYS } from '../../lib/domain/schedule/window.ts';
import type { HpaStatus } from '../../lib/domain/workload/hpa-status.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import type { Policy, SignalPolicy } from '../../lib/domain/workload/policy.ts';
import type { PerSignal, SignalDefinition } from '../../lib/domain/workload/signal.ts';
import { weekly } from './windows.ts';
import { assessment, NOW, observation, policy } from './workloads.ts';

export interface Situation {
  readonly about: Assessment;
  readonly history: GuardrailHistory;
  /** To be made again with something changed. */
  readonly of: SituationParts;
}

export interface SituationParts {
  readonly observation: Observation;
  readonly policy: Policy;
  readonly windows: readonly ScheduleWindow[];
  /** What is kept of its levels; nothing unless given. */
  readonly levels?: PerSignal<LevelMemory>;
}

export function assessedAs({ observation: of, policy: with_, windows, levels: previous }: SituationParts): Assessment {
  const { views } = levelsAt({
    observation: of,
    policy: with_,
    previous,
    lastChange: undefined,
    scaledAt: NOW - 60_000,
    advised: undefined,
    memory: undefined,
  });
  return assessment(of, { policy: with_, windows, levels: views });
}

const ALL_DAY = { days: WEEKDAYS, start: '00:00', end: '24:00' } as const;

/** @param hpa whether an HPA may own the workload */
export function situations(hpa: 'none' | 'maybe' | 'always' = 'none'): fc.Arbitrary<Situation> {
  return fc
    .record({
      cpuPercent: fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(0, 70, 90)),
      memoryPercent: fc.integer({ min: 0, max: 150 }),
      spec: fc.integer({ min: 1, max: 60 }),
      unready: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 5 })),
      pending: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 9 })),
      rollout: fc.oneof(
        { weight: 4, arbitrary: fc.constant('settled' as const) },
        fc.constantFrom('in_progress' as const, 'paused' as const),
      ),
      bounds: fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 60 })),
      window: fc.option(
        fc.tuple(
          fc.constantFrom('floor' as const, 'ceiling' as const, 'size' as const),
          fc.integer({ min: 1, max: 60 }),
        ),
        { freq: 3 },
      ),
      wanted: fc.array(fc.record({ ago: fc.integer({ min: 0, max: 600 }), replicas: fc.integer({ min: 1, max: 60 }) })),
      scaledAgo: fc.option(fc.integer({ min: 0, max: 900 })),
      hpa:
        hpa === 'none' ? fc.constant(null) : fc.option(hpas(), { nil: null, freq: hpa === 'always' ? 1_000_000 : 2 }),
    })
    .map((drawn) => {
      const running = Math.max(1, drawn.spec - drawn.pending);
      const ready = Math.max(1, running - drawn.unready);
      const of = observation({
        cpuPercent: drawn.cpuPercent,
        memoryPercent: drawn.memoryPercent,
        replicas: { spec: drawn.spec, ready, running, total: drawn.spec },
        rollout: drawn.rollout,
        uid: 'uid-web',
        hpa: drawn.hpa,
        owner: drawn.hpa === null ? { kind: 'none' } : { kind: 'hpa', name: drawn.hpa.name },
      });
      const [min, room] = drawn.bounds;
      const windows =
        drawn.window === null ? [] : [weekly(ALL_DAY, { effect: drawn.window[0], replicas: drawn.window[1] })];
      const history: GuardrailHistory = {
        wanted: drawn.wanted.map((past) => ({ at: NOW - past.ago * 1000, replicas: past.replicas })),
        lastScaledAt: drawn.scaledAgo === null ? null : NOW - drawn.scaledAgo * 1000,
        killSwitch: null,
      };
      const parts = { observation: of, policy: policy({ min, max: min + room, llm: 'on' }), windows };
      return { about: assessedAs(parts), history, of: parts };
    });
}

/** With signals beside CPU and memory, or without. */
export function anySituations(hpa: 'none' | 'maybe' | 'always' = 'none'): fc.Arbitrary<Situation> {
  return fc.oneof(situations(hpa), situationsWithSignals(hpa), situationsWithScores(hpa));
}

const DEFINITIONS: PerSignal<SignalDefinition> = {
  requests: { kind: 'load', unit: 'requests/s' },
  latency: { kind: 'level', unit: 'ms' },
  success: { kind: 'level', unit: '%', worse: 'lower', range: [0, 100] },
};

/** The same with a load and two levels, each of them measured or not, known for long or not at all. */
export function situationsWithSignals(hpa: 'none' | 'maybe' | 'always' = 'none'): fc.Arbitrary<Situation> {
  const said = fc.record({
    direction: fc.constantFrom('both' as const, 'up' as const, 'down' as const),
    missing: fc.constantFrom('hold' as const, 'ignore' as const),
  });
  const signals = fc.record({
    said: fc.tuple(said, said, said),
    target: fc.integer({ min: 1, max: 500 }),
    objective: fc.option(fc.integer({ min: 50, max: 500 })),
    demand: fc.option(fc.integer({ min: 0, max: 20_000 }), { freq: 4 }),
    ageSeconds: fc.oneof({ weight: 4, arbitrary: fc.constant(5) }, fc.integer({ min: -400, max: 400 })),
    latency: fc.option(fc.integer({ min: 0, max: 3000 }), { freq: 4 }),
    success: fc.option(fc.integer({ min: 0, max: 100 }), { freq: 4 }),
    memories: fc.tuple(levelMemories(100), levelMemories(99)),
  });
  return fc.tuple(situations(hpa), signals).map(([{ history, of }, drawn]) => {
    const [onRequests, onLatency, onSuccess] = drawn.said;
    const at = NOW - drawn.ageSeconds * 1000;
    const named: PerSignal<SignalPolicy> = {
      requests: { kind: 'load', target: drawn.target, ...onRequests },
      latency: { kind: 'level', target: drawn.objective, ...onLatency },
      success: { kind: 'level', target: null, ...onSuccess },
    };
    const requests =
      drawn.demand === null ? {} : { requests: { demand: drawn.demand, at, coverage: 1, atLimit: false } };
    const parts = {
      ...of,
      policy: { ...of.policy, signals: named },
      observation: {
        ...of.observation,
        definitions: DEFINITIONS,
        signals: { ...of.observation.signals, ...requests },
        levels: {
          ...(drawn.latency !== null && { latency: { value: drawn.latency, at } }),
          ...(drawn.success !== null && { success: { value: drawn.success, at } }),
        },
      },
      levels: { latency: drawn.memories[0], success: drawn.memories[1] },
    };
    return { about: assessedAs(parts), history, of: parts };
  });
}

/** The same with a complexity score, raised before or never, and what waits beside it. */
export function situationsWithScores(hpa: 'none' | 'maybe' | 'always' = 'none'): fc.Arbitrary<Situation> {
  const ago = fc.option(fc.integer({ min: -60, max: 1200 }).map((seconds) => NOW - seconds * 1000));
  const drawn = fc.record({
    direction: fc.constantFrom('both' as const, 'up' as const, 'down' as const),
    missing: fc.constantFrom('hold' as const, 'ignore' as const),
    score: fc.option(fc.integer({ min: 0, max: 100 }), { freq: 4 }),
    waiting: fc.option(fc.integer({ min: 0, max: 50 })),
    windows: fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 6 }),
    stood: fc.record({ score: ago, cpu: ago, memory: ago, queue: ago }),
    raisedAt: ago,
    quietAt: ago,
    easyAt: ago,
    base: fc.option(fc.integer({ min: 1, max: 60 })),
    queue: fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 3 }),
    isNew: fc.boolean(),
  });
  return fc.tuple(situations(hpa), drawn).map(([{ history, of }, d]) => {
    const { direction, missing } = d;
    const at = NOW - 5000;
    const since = Object.fromEntries(Object.entries(d.stood).filter(([, when]) => when !== null));
    const raisedBy = { ...d, since, queueAt: NOW - 65_000 } as unknown as RaisedMemory;
    const memory = { ...freshLevel(NOW - 7_200_000), at: NOW - 65_000, windows: d.windows, raisedBy };
    const parts: SituationParts = {
      ...of,
      policy: {
        ...of.policy,
        signals: {
          complexity: { kind: 'level', target: null, direction, missing },
          waiting: { kind: 'level', target: 1000, direction: 'up', missing: 'ignore' },
        },
      },
      observation: {
        ...of.observation,
        definitions: {
          complexity: { kind: 'level', unit: 'points', scaling: SCALING },
          waiting: { kind: 'level', unit: 'requests' },
        },
        levels: {
          ...(d.score !== null && { complexity: { value: d.score, at } }),
          ...(d.waiting !== null && { waiting: { value: d.waiting, at } }),
        },
      },
      ...(!d.isNew && { levels: { complexity: memory } }),
    };
    return { about: assessedAs(parts), history, of: parts };
  });
}

const SCALING: ComplexityScaling = {
  complexityThresholds: DEFAULT_SCALING_POLICY.complexityThresholds,
  scaleUpFactors: DEFAULT_SCALING_POLICY.scaleUpFactors,
  scaleUpAt: 70,
  queue: 'waiting',
};

/** @param usual about what its windows were */
function levelMemories(usual: number): fc.Arbitrary<LevelMemory> {
  const load = fc.option(fc.integer({ min: 1, max: 150 }));
  const short = fc.record({ at: fc.constant(NOW - 600_000), replicas: fc.integer({ min: 1, max: 60 }), load });
  const rise = fc.record({
    at: fc.constant(NOW - 90_000),
    value: fc.integer({ min: 0, max: 3000 }),
    load,
    windows: fc.integer({ min: 0, max: 2 }),
  });
  return fc
    .record({
      since: fc.constant(NOW - 7_200_000),
      at: fc.constantFrom(0, NOW - 65_000),
      windows: fc.array(fc.integer({ min: Math.ceil(usual * 0.8), max: Math.floor(usual * 1.2) }), { maxLength: 60 }),
      anchor: fc.constantFrom(null, usual),
      value: fc.integer({ min: 0, max: 3000 }),
      low: fc.integer({ min: 0, max: 20 }),
      over: fc.integer({ min: 0, max: 5 }),
      load,
      usualLoad: load,
      wellLoad: load,
      rise: fc.option(rise),
      unhelped: fc.integer({ min: 0, max: 3 }),
      patience: fc.integer({ min: 3, max: 240 }),
      short: fc.option(short),
    })
    .map(({ short: was, ...memory }) => (was === null ? memory : { ...memory, short: was }));
}

function hpas(): fc.Arbitrary<HpaStatus> {
  return fc
    .record({ own: fc.integer({ min: 1, max: 20 }), held: fc.nat(30), room: fc.nat(40) })
    .map(({ own, held, room }) => ({
      name: 'web-hpa',
      minReplicas: own + held,
      ...(held > 0 && { ownMinReplicas: own }),
      maxReplicas: own + held + room,
      currentReplicas: 0,
      desiredReplicas: 0,
      targetCpuPercent: 80,
      targetMemoryPercent: null,
      scalingStatus: 'stable',
    }));
}
