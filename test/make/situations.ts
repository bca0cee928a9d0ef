// Any situation that deciding may meet, for laws: loads, signals, readiness, rollouts, bounds, schedules, owners and pasts.
import fc from 'fast-check';
import type { Assessment } from '../../lib/domain/assessment/assessment.ts';
import type { GuardrailHistory } from '../../lib/domain/guardrails/constraint.ts';
import { type ScheduleWindow, WEEKDAYS } from '../../lib/domain/schedule/window.ts';
import type { HpaStatus } from '../../lib/domain/workload/hpa-status.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import type { Policy } from '../../lib/domain/workload/policy.ts';
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
}

export function assessedAs({ observation: of, policy: with_, windows }: SituationParts): Assessment {
  return assessment(of, { policy: with_, windows });
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
