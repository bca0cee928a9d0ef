// Harm that scale-ins did, and what it costs: laws over any course of need, crashes and other hands.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyNot } from '../../../lib/app/apply/apply-decision.ts';
import type { Decision, DecisionRecord } from '../../../lib/domain/decision/decision.ts';
import { type Harm, harmAfter, harmAt, withDemotion } from '../../../lib/domain/decision/harm.ts';
import { consider } from '../../../lib/domain/decision/step.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import { readPolicy } from '../../../lib/domain/workload/policy-from-annotations.ts';
import { rungOf } from '../../../lib/domain/workload/rung.ts';
import { EMPTY_SERIES } from '../../../lib/domain/workload/series.ts';
import { assessment, NOW, observation, policy } from '../../make/workloads.ts';

const MINUTE = 60_000;
const at = (minute: number) => NOW + minute * MINUTE;

/** One minute: what is needed, what somebody does, and what pods and owners are up to. */
interface Minute {
  readonly need: number | null;
  /** Ours goes to so many. */
  readonly to?: number;
  /** Somebody sets so many. */
  readonly set?: number;
  readonly crashing?: number;
  readonly more?: Partial<Observation>;
}

/** Minute by minute, as ticks see it; the count is what the last one left. */
function played(minutes: readonly Minute[], of = policy(), start = 10): { harm: Harm | undefined; replicas: number } {
  let harm: Harm | undefined;
  let replicas = start;
  for (const [i, { need, to, set, crashing = 0, more = {} }] of minutes.entries()) {
    if (set !== undefined) replicas = set;
    const counts = { spec: replicas, ready: replicas, running: replicas, total: replicas };
    const troubles = { unschedulable: 0, imagePull: 0, crashLoop: crashing };
    const seen = observation({ at: at(i), replicas: counts, troubles, ...more });
    harm = harmAt(harm, { observation: seen, policy: of, need: () => need, isSetByOther: set !== undefined });
    if (to === undefined) continue;
    const decision = { at: at(i), current: replicas, target: to };
    const outcome = { kind: 'applied', code: 'scaled', message: 'm' };
    const assessed = { observation: seen };
    harm = harmAfter(harm, { decision, outcome, requestedBy: null, assessment: assessed } as unknown as DecisionRecord);
    replicas = to;
  }
  return { harm, replicas };
}

/** Ten minutes: scaled in from ten to five, short for so many of them, and grown back. */
const episode = (short: number, need: number | null = 8, more: Partial<Observation> = {}): readonly Minute[] => [
  { need: 4, to: 5, more },
  ...Array.from({ length: 9 }, (_, i) => ({ need: i < short ? need : 4, more })),
  { need: 4, to: 10, more },
];
const times = (n: number, of: readonly Minute[]) => Array.from({ length: n }, () => of).flat();

describe('being short after scale-ins', () => {
  it('costs the rung from three episodes on that take more than twice what the SLO allows in a day', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(99, 99.5, 99.9),
        (n, short, slo) => {
          const { harm } = played(times(n, episode(short)), policy({ sloPercent: slo }));
          const isHarm = n >= 3 && n * short > (2 * (100 - slo) * 1440) / 100;
          expect(harm?.demoted?.code).toBe(isHarm ? 'short_after_scale_in' : undefined);
        },
      ),
    ));

  it('is not counted where the count from before would have been short as well, or what is needed is not known', () =>
    fc.assert(
      fc.property(fc.option(fc.integer({ min: 11, max: 60 })), fc.integer({ min: 1, max: 9 }), (need, short) => {
        expect(played(times(10, episode(short, need))).harm?.short).toEqual([]);
      }),
    ));

  it('is not put on it during a rollout, nor where somebody else owns the count', () => {
    const others: readonly Partial<Observation>[] = [
      { rollout: 'in_progress' },
      { owner: { kind: 'hpa', name: 'web' } },
      { owner: { kind: 'keda', name: 'web' } },
      { owner: { kind: 'unknown' } },
    ];
    for (const more of others) expect(played(times(8, episode(9, 8, more))).harm?.demoted).toBeUndefined();
  });

  it('is not put on it where a person ordered the count: his maximum, or a window of the schedule', () => {
    expect(played(times(8, episode(9)), policy({ max: 5 })).harm?.short).toEqual([]);
    const decision = { at: NOW, current: 10, target: 5, source: 'scheduled' };
    const outcome = { kind: 'applied', code: 'scaled', message: 'm' };
    const made = { decision, outcome, requestedBy: null, assessment: { observation: observation() } };
    expect(harmAfter(undefined, made as unknown as DecisionRecord)).toBeUndefined();
  });

  it('is no news of what only recommends or proposes, and none under a policy that cannot be read', () => {
    for (const with_ of [{ mode: 'recommend' }, { mode: 'propose' }, { problems: ['p'] }, { enabled: false }] as const)
      expect(played(times(8, episode(9)), policy(with_)).harm?.demoted).toBeUndefined();
  });
});

describe('other harm', () => {
  const taken = (by: Partial<Observation> = {}): readonly Minute[] => [
    { need: 4, to: 5 },
    { need: 4 },
    { need: 4, set: 10, more: by },
  ];

  it('is a scale-in taken back by hand twice in a day, and not by a program that keeps its own number', () => {
    expect(played(taken()).harm?.demoted).toBeUndefined();
    expect(played(times(2, taken())).harm?.demoted?.code).toBe('scale_in_reverted');
    const writer = { name: 'argocd-controller', at: NOW, through: 'object' } as const;
    const otherWriters = { manager: null, writer, vpa: null, overlaps: [] };
    expect(played(times(4, taken({ otherWriters }))).harm?.demoted).toBeUndefined();
  });

  it('is no revert where somebody takes still more away, or comes more than an hour later', () => {
    const lower: readonly Minute[] = [
      { need: 4, to: 5 },
      { need: 4, set: 3 },
      { need: 4, set: 10 },
    ];
    const late: readonly Minute[] = [{ need: 4, to: 5 }, ...times(61, [{ need: 4 }]), { need: 4, set: 10 }];
    expect(played(times(3, lower)).harm?.reverts ?? []).toEqual([]);
    expect(played(times(3, late)).harm?.reverts ?? []).toEqual([]);
  });

  it('is pods that begin to crash after two scale-ins, and not those that crashed before', () => {
    const crash = (before: number, then: number): readonly Minute[] => [
      { need: 4, to: 5, crashing: before },
      ...times(9, [{ need: 4, crashing: then }]),
      { need: 4, to: 10, crashing: then },
    ];
    expect(played(crash(0, 2)).harm?.demoted).toBeUndefined();
    expect(played(times(2, crash(0, 2))).harm?.demoted?.code).toBe('pods_crashed_after_scale_in');
    expect(played(times(4, crash(2, 2))).harm?.demoted).toBeUndefined();
  });
});

describe('what is remembered', () => {
  it('is forgotten after a day, and a demotion only by a person', () => {
    const idle = times(1441, [{ need: 4 }]);
    expect(played([...times(2, episode(9)), ...idle]).harm).toBeUndefined();
    const demoted = played([...times(4, episode(9)), ...idle]).harm;
    expect(demoted).toMatchObject({ short: [], demoted: { code: 'short_after_scale_in' } });
    const trusting = policy({ trustedSince: at(1500) });
    const seen = { need: () => 4, isSetByOther: false, observation: observation({ at: at(1501) }) };
    expect(harmAt(demoted, { ...seen, policy: trusting })).toBeUndefined();
    expect(harmAt(demoted, { ...seen, policy: policy({ trustedSince: at(1502) }) })).toEqual(demoted);
  });

  it('stays small, and what another release left is begun anew', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            need: fc.option(fc.integer({ min: 1, max: 20 })),
            to: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
            set: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined, freq: 2 }),
            crashing: fc.nat(3),
          }),
          { maxLength: 300 },
        ),
        (minutes) => {
          const { harm } = played(minutes as readonly Minute[]);
          expect(harm?.scaleIns.length ?? 0).toBeLessThanOrEqual(5);
          expect(harm?.short.length ?? 0).toBeLessThanOrEqual(24);
          const seen = { need: () => 4, isSetByOther: false, observation: observation(), policy: policy() };
          expect(harmAt({ ...harm, v: 2 } as never, seen)).toBeUndefined();
        },
      ),
      { numRuns: 40 },
    ));
});

describe('a demoted workload', () => {
  const demoted = { at: NOW, code: 'short_after_scale_in', message: 'm' } as const;
  const OF = policy({ mode: 'scale', demoted });

  it('grows by itself, and proposes what would shrink it', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (current, target) => {
        const decision = { at: NOW, current, target, blockedBy: null } as Decision;
        const code = whyNot(decision, OF, observation(), 'schedule')?.code;
        expect(code).toBe(target === current ? 'at_target' : target < current ? 'proposed' : undefined);
        expect(whyNot(decision, OF, observation(), 'person')?.code).toBe(target === current ? 'at_target' : undefined);
      }),
    ));

  it('stands on the rung of proposals until it is trusted again', () => {
    expect(rungOf(OF)).toBe('propose');
    const { harm } = played(times(4, episode(9)));
    expect(rungOf(withDemotion(policy(), harm))).toBe('propose');
    const read = (since: string) =>
      readPolicy({
        annotations: { 'ai4k8s.io/trusted-since': since },
        record: null,
        hpa: null,
        tickSeconds: 60,
        now: NOW + MINUTE,
        demoted,
      }).demoted;
    expect(read(new Date(NOW - 1).toISOString())).toEqual(demoted);
    expect(read(new Date(NOW).toISOString())).toBeUndefined();
    expect(read('2099-01-01T00:00:00Z')).toEqual(demoted);
  });

  it('is demoted no more where the installation does not demote', () => {
    const input = { policy: OF, observation: observation(), recent: EMPTY_SERIES, fitted: undefined, windows: [] };
    const considered = consider(undefined, { ...input, killSwitch: null });
    expect(considered.assessment.policy.demoted).toBeUndefined();
    expect(assessment().policy.demoted).toBeUndefined();
  });
});
