// Loads that a workload names: each asks for its own, the largest counts, and one that is missing asks for nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../../lib/domain/assessment/assess.ts';
import type { Assessment } from '../../../lib/domain/assessment/assessment.ts';
import type { ProposalSource } from '../../../lib/domain/assessment/proposal.ts';
import { chargeAdvice, NO_REGRET } from '../../../lib/domain/assessment/regret-budget.ts';
import type { Fitted } from '../../../lib/domain/learning/fitted.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import type { Policy, SignalPolicy } from '../../../lib/domain/workload/policy.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import { headroomSizing } from '../../make/sizings.ts';
import { NOW, observation, policy } from '../../make/workloads.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

const signal = (change: Partial<SignalPolicy> = {}): SignalPolicy => ({
  kind: 'load',
  target: 80,
  direction: 'both',
  missing: 'hold',
  ...change,
});
const reading = (demand: number, at = NOW - 15_000) => ({ demand, at, coverage: 1, atLimit: false });

interface Case {
  readonly requests?: number;
  readonly at?: number;
  readonly cpuPercent?: number;
  readonly says?: Partial<SignalPolicy>;
  readonly policy?: Partial<Policy>;
  readonly fitted?: Partial<Fitted>;
  readonly replicas?: Observation['replicas'];
  readonly minutes?: (minute: number) => number;
}

/** Ten replicas, CPU at 35 % of a target of 70 unless told, and requests with a target of 80 a replica. */
function assessed({ requests, at, cpuPercent = 35, says, fitted, minutes, replicas, ...rest }: Case): Assessment {
  const seen = observation({ cpuPercent, memoryPercent: 40, ...(replicas && { replicas }) });
  const named = requests === undefined ? {} : { requests: reading(requests, at) };
  const of = { ...seen, signals: { ...seen.signals, ...named } };
  const with_ = policy({ signals: { requests: signal(says) }, memoryOff: true, ...rest.policy });
  const recent = recently(of, minutes ?? (() => requests ?? Number.NaN));
  return assess({ now: NOW, policy: with_, observation: of, recent, fitted: fitted && fittedWith(fitted), past: [] });
}

function recently(of: Observation, requests: (minute: number) => number): Series {
  const at = Float64Array.from({ length: 100 }, (_, i) => NOW - (99 - i) * MINUTE);
  const flat = (value = Number.NaN) => at.map(() => value);
  const cpu = flat(of.signals.cpu?.demand);
  return { at, demand: { cpu, memory: flat(), requests: at.map((_, i) => requests(i)) }, replicas: flat(10) };
}

function fittedWith(change: Partial<Fitted>): Fitted {
  const none = { signals: {}, memoryBaseBytes: 0, sizing: null, startupSeconds: null } as const;
  return { version: 3, at: NOW - DAY, since: NOW - 7 * DAY, ...none, ...change };
}

const proposed = ({ proposals }: Assessment, source: ProposalSource) => proposals.find((one) => one.source === source);

describe('the reactive proposal', () => {
  it('goes by the largest need, and names the load that has it', () => {
    const found = proposed(assessed({ requests: 960 }), 'reactive');
    expect(found).toMatchObject({ replicas: 12, action: 'scale_up' });
    expect(found?.reason).toBe('requests is at 120 % of its target of 80 a replica');
    expect(proposed(assessed({ requests: 100, cpuPercent: 84 }), 'reactive')?.reason).toMatch(/^cpu is at 84 %/);
  });

  it.each([
    [879, 10],
    [881, 12],
    [720, 10],
    [719, 9],
  ])('leaves %d requests within a tenth of the target to ten replicas, else asks for %d', (requests, replicas) => {
    expect(proposed(assessed({ requests }), 'reactive')?.replicas).toBe(replicas);
  });

  it('counts what waits where nobody serves yet', () => {
    const replicas = { spec: 1, ready: 0, running: 1, total: 1 };
    const found = proposed(assessed({ requests: 500, replicas }), 'reactive');
    expect([found?.replicas, found?.reason]).toEqual([
      7,
      'requests needs 7 at its target of 80 a replica, and none serves',
    ]);
  });
});

describe('what a load says of its direction', () => {
  it.each([
    ['up', 960, 12],
    ['up', 640, 8],
    ['down', 960, 10],
    ['down', 640, 8],
    ['both', 640, 8],
  ] as const)('%s: %d requests over 10 replicas come to %d', (direction, requests, replicas) => {
    const found = assessed({ requests, says: { direction } });
    expect(proposed(found, 'reactive')?.replicas).toBe(replicas);
    expect(found.envelope.needed).toBe(replicas);
  });

  it('holds for CPU as well', () => {
    const cpu = { direction: 'down', missing: 'hold' } as const;
    expect(
      proposed(assessed({ requests: 100, cpuPercent: 100, policy: { resources: { cpu } } }), 'reactive')?.replicas,
    ).toBe(10);
  });

  it('one that may only raise keeps what it needs now, and is not waited for where it is not known', () => {
    const up = { direction: 'up', missing: 'hold' } as const;
    expect(proposed(assessed({ requests: 640, says: up }), 'reactive')?.replicas).toBe(8);
    expect(assessed({ says: up }).unusable).toEqual({});
  });
});

describe('a load that is missing', () => {
  it.each([
    ['missing', { says: { missing: 'ignore' } }],
    ['stale', { requests: 5000, at: NOW - 10 * MINUTE, says: { missing: 'ignore' } }],
    ['dated ahead', { requests: 5000, at: NOW + 10 * MINUTE, says: { missing: 'ignore' } }],
  ] as const)('counts for nothing where it says so: %s', (_what, given) => {
    const of = { ...given, minutes: () => 5000, fitted: { loads: { requests: headroomSizing(1, 80) } } };
    const found = assessed(of);
    expect([proposed(found, 'reactive')?.replicas, found.envelope.needed]).toEqual([5, 5]);
    expect(proposed(found, 'predictive')?.replicas).toBe(5);
  });

  it('keeps what runs unless it says so', () => {
    expect(proposed(assessed({}), 'reactive')).toMatchObject({ replicas: 10, action: 'maintain' });
  });

  it('never asks for less because its minutes are gone: a target and the present reading stand', () => {
    const found = assessed({
      requests: 960,
      minutes: () => Number.NaN,
      fitted: { loads: { requests: headroomSizing(0.5, 80) } },
    });
    expect(proposed(found, 'predictive')).toMatchObject({ replicas: 12 });
    expect(proposed(found, 'predictive')?.reason).toMatch(/^(as reactive: |no forecast.*)requests is at 120 %/);
  });
});

describe('the predictive proposal', () => {
  it('sizes each load by its own policy, and the largest need wins', () => {
    const fitted = { sizing: headroomSizing(0.1, 0.45), loads: { requests: headroomSizing(0.5, 80) } };
    const found = proposed(assessed({ requests: 960, fitted }), 'predictive');
    expect(found?.replicas).toBe(18);
    expect(found?.reason).toMatch(
      /^requests needs 18 replicas: 50 % more than is in use, .*HPA at the same target would have/,
    );
    expect(proposed(assessed({ requests: 80, fitted }), 'predictive')?.reason).toMatch(
      /^cpu needs 5 replicas: .*HPA at 70 %/,
    );
  });

  it('a load without a policy beside CPU with one goes by its target', () => {
    const found = proposed(assessed({ requests: 960, fitted: { sizing: headroomSizing(0.1, 0.45) } }), 'predictive');
    expect([found?.replicas, found?.reason]).toEqual([12, 'requests is at 120 % of its target of 80 a replica']);
  });

  it('CPU without a policy beside a load with one goes by its own target', () => {
    const found = proposed(
      assessed({ requests: 80, cpuPercent: 84, fitted: { loads: { requests: headroomSizing(0.5, 80) } } }),
      'predictive',
    );
    expect([found?.replicas, found?.reason]).toEqual([12, 'cpu is at 84 % of requests, target 70 %']);
  });

  it('a policy of a load that is not named any more counts for nothing', () => {
    const found = assessed({ fitted: { loads: { queue: headroomSizing(9, 80) } }, policy: { signals: {} } });
    expect(proposed(found, 'predictive')?.replicas).toBe(5);
  });
});

describe('what advice is charged with', () => {
  it('is short where a named load was, though CPU had enough', () => {
    const with_ = policy({ signals: { requests: signal() } });
    const seen = observation({ cpuPercent: 35 });
    const of = (requests: number) => ({ ...seen, signals: { ...seen.signals, requests: reading(requests) } });
    const lately = [{ at: NOW - MINUTE, replicas: 10, baseline: 12, advised: true }];
    const charged = (requests: number) =>
      chargeAdvice({ ...NO_REGRET, at: NOW - MINUTE }, lately, of(requests), with_).shortMinutes;
    expect([charged(800), charged(900)]).toEqual([0, 1]);
  });
});

describe('laws', () => {
  it('law: a load more never asks for fewer, unless it was the only one; nothing ever asks for none', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        fc.integer({ min: 1, max: 95 }),
        (requests, cpuPercent) => {
          const of = (given: Case) => assessed({ cpuPercent, ...given });
          const [alone, beside] = [of({ policy: { signals: {} } }), of({ requests })];
          for (const source of ['reactive', 'predictive'] as const)
            expect(proposed(beside, source)?.replicas).toBeGreaterThanOrEqual(proposed(alone, source)?.replicas ?? 0);
          expect(beside.envelope.needed).toBeGreaterThanOrEqual(Math.max(1, alone.envelope.needed));
          for (const { replicas } of beside.proposals) expect(replicas).toBeGreaterThanOrEqual(1);
        },
      ),
      { numRuns: 50 },
    );
  });
});
