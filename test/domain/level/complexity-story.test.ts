import { describe, expect, it } from 'vitest';
import { DEFAULT_SCALE_UP_AT, DEFAULT_SCALING_POLICY } from '../../../lib/domain/complexity/scaling-policy.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import type { SignalPolicy } from '../../../lib/domain/workload/policy.ts';
import { playLevel } from '../../make/level-world.ts';
import { NOW } from '../../make/workloads.ts';

const MINUTE_MS = 60_000;
const { modelResourceWeights: _weights, ...POLICY } = DEFAULT_SCALING_POLICY;

interface Served {
  readonly minutes: number;
  /** Null where nothing was measured. */
  readonly score: (minute: number) => number | null;
  /** CPU that all requests together take, in replicas' worth of requests. */
  readonly cpu?: (minute: number) => number;
  readonly waiting?: (minute: number) => number;
  readonly replicas?: number;
  readonly signal?: Partial<SignalPolicy>;
  readonly seen?: (minute: number, seen: Observation) => Observation;
}

/** A model server, minute by minute; by itself demand needs as many replicas as keep CPU under 70 % of what they request. */
function serve({ cpu = () => 1.4, waiting, signal, ...of }: Served) {
  const complexity: SignalPolicy = { kind: 'level', target: null, direction: 'both', missing: 'hold', ...signal };
  const queue: SignalPolicy = { kind: 'level', target: 1e6, direction: 'up', missing: 'ignore' };
  const scaling = { ...POLICY, scaleUpAt: DEFAULT_SCALE_UP_AT, queue: 'waiting' };
  const played = playLevel({
    minutes: of.minutes,
    demand: () => 1,
    latency: () => 30,
    replicas: of.replicas ?? 2,
    cpuPercent: (minute, replicas) => (100 * cpu(minute)) / Math.max(1, replicas),
    signal: { direction: 'up', missing: 'ignore', target: 1000 },
    policy: { max: 10, signals: { complexity, ...(waiting && { waiting: queue }) } },
    change: (minute, seen) => {
      const score = of.score(minute);
      const at = NOW + minute * MINUTE_MS - 1000;
      const shown: Observation = {
        ...seen,
        levels: {
          ...seen.levels,
          ...(score !== null && { complexity: { value: score, at } }),
          ...(waiting && { waiting: { value: waiting(minute), at } }),
        },
        definitions: {
          ...seen.definitions,
          complexity: { kind: 'level', unit: 'points', scaling },
          ...(waiting && { waiting: { kind: 'level', unit: 'requests' } }),
        },
      };
      return of.seen?.(minute, shown) ?? shown;
    },
  });
  return played.map((minute) => ({ ...minute, raised: minute.memory.levels?.complexity?.raisedBy?.raisedAt ?? null }));
}

const replicasAtEnd = (served: Served) => serve(served).at(-1)?.target;

describe('a score above 70', () => {
  it('raises after a minute, by the factor of its level on what demand needs', () => {
    const minutes = serve({ minutes: 4, score: () => 75 });
    expect(minutes.map(({ target }) => target)).toEqual([2, 3, 3, 3]);
    expect(minutes[1]).toMatchObject({ source: 'complexity' });
    expect(minutes[1]?.reason).toContain(
      'complexity is at 75 points (medium), above 70: demand needs 2 replicas by itself, times 1.5 (medium) is 3',
    );
  });

  it('doubles from 80 on', () => {
    expect(replicasAtEnd({ minutes: 4, score: () => 80 })).toBe(4);
  });

  it('does not compound: after an hour it is what it was after two minutes', () => {
    expect(replicasAtEnd({ minutes: 60, score: () => 95 })).toBe(4);
    expect(replicasAtEnd({ minutes: 60, score: () => 95, replicas: 9 })).toBe(4);
  });

  it('follows demand while it is raised', () => {
    const minutes = serve({ minutes: 60, score: () => 90, cpu: (minute) => (minute < 30 ? 2.8 : 0.7) });
    expect(minutes[20]?.target).toBe(8);
    expect(minutes.at(-1)?.target).toBe(2);
  });

  it('is nothing where it lasts one window only', () => {
    expect(
      new Set(serve({ minutes: 20, score: (minute) => (minute === 5 ? 99 : 40) }).map(({ target }) => target)),
    ).toEqual(new Set([2]));
  });

  it('never leads beyond the maximum', () => {
    expect(replicasAtEnd({ minutes: 10, score: () => 99, cpu: () => 6, replicas: 9 })).toBe(10);
  });
});

describe('the way back', () => {
  const wave = (after: (minute: number) => number) => (minute: number) => (minute < 10 ? 90 : after(minute));

  it('is taken five minutes after the score fell under 30, once the windows have let go', () => {
    const minutes = serve({ minutes: 30, score: wave(() => 10) });
    expect(minutes[9]?.target).toBe(4);
    // The score is lower from the tenth minute on, low use was seen all the time from there.
    expect(minutes.slice(10, 15).every(({ raised }) => raised !== null)).toBe(true);
    expect(minutes[15]?.raised).toBeNull();
    expect(minutes.at(-1)?.target).toBe(2);
  });

  it('is not taken at 29 and rising', () => {
    const rising = serve({ minutes: 17, score: wave((minute) => 1 + 4 * (minute - 10)) });
    expect(rising.at(-1)?.raised).not.toBeNull();
  });

  it('is taken after a quarter of an hour of low use, whatever the score between the lines', () => {
    const minutes = serve({ minutes: 40, score: wave(() => 50) });
    expect(minutes[24]?.raised).not.toBeNull();
    expect(minutes[25]?.raised).toBeNull();
    expect(minutes.at(-1)?.target).toBe(2);
  });

  it('is not taken on a score alone: where no load tells, nothing shrinks', () => {
    const blind = (_minute: number, seen: Observation): Observation => ({ ...seen, signals: {}, capacity: {} });
    const minutes = serve({
      minutes: 60,
      score: wave(() => 0),
      seen: blind,
      replicas: 3,
    });
    for (const [i, { target }] of minutes.entries()) expect(target).toBeGreaterThanOrEqual(minutes[i - 1]?.target ?? 0);
    // Nor does it compound on a count that nothing explains.
    expect(minutes.at(-1)?.target).toBeLessThanOrEqual(6);
  });

  it('is not taken while the score is missing', () => {
    const minutes = serve({ minutes: 30, score: (minute) => (minute < 10 ? 90 : null) });
    expect(minutes.at(-1)?.target).toBe(4);
  });
});

describe('other triggers', () => {
  it('CPU above its target adds the factor of the level', () => {
    const minutes = serve({ minutes: 6, score: () => 10, cpu: () => 1.5 });
    // Demand needs three; times 1.2 is four.
    expect(minutes.at(-1)?.target).toBe(4);
  });

  it('a queue that grows three times in a row adds it, and nothing is taken away while it does', () => {
    const minutes = serve({ minutes: 10, score: () => 60, waiting: (minute) => 2 * minute });
    expect(minutes.at(-1)?.target).toBe(3);
    expect(minutes.at(-1)?.reason).toContain('waiting growing');
  });

  it('a queue that is long and does not grow adds nothing', () => {
    expect(replicasAtEnd({ minutes: 20, score: () => 60, waiting: () => 50 })).toBe(2);
  });
});

describe('what is remembered', () => {
  it('survives a table that is damaged, as if it began', () => {
    const [first] = serve({ minutes: 3, score: () => 90 }).slice(-1);
    const raisedBy = first?.memory.levels?.complexity?.raisedBy;
    expect(raisedBy).toMatchObject({ base: 2, since: { score: expect.any(Number) } });
    expect(JSON.parse(JSON.stringify(raisedBy))).toEqual(raisedBy);
  });
});
