// The marks that raising turns on, each tried on both of its sides, and what a look leaves behind.
import { describe, expect, it } from 'vitest';
import { DEFAULT_SCALING_POLICY } from '../../../lib/domain/complexity/scaling-policy.ts';
import type { LevelMemory } from '../../../lib/domain/level/level-memory.ts';
import { NEVER_RAISED, type RaisedMemory } from '../../../lib/domain/level/raised.ts';
import { type ComplexitySeen, stepComplexity } from '../../../lib/domain/level/step-complexity.ts';
import { NOW } from '../../make/workloads.ts';

const MINUTE_MS = 60_000;
const { complexityThresholds, scaleUpFactors } = DEFAULT_SCALING_POLICY;

type Look = Partial<Omit<ComplexitySeen, 'score' | 'queue'>> & {
  readonly score?: number | null;
  readonly queue?: number | null;
};

function seen({ score = 50, queue = null, now = NOW, ...of }: Look): ComplexitySeen {
  const dated = (value: number | null) => (value === null ? null : { value, at: now - 1000 });
  return {
    ...{ now, tickMs: MINUTE_MS, score: dated(score), queue: dated(queue), isWhole: true, base: 3, replicas: 3 },
    scaling: { complexityThresholds, scaleUpFactors, scaleUpAt: 70, queue: 'waiting' },
    utilisation: { cpu: 30 },
    targets: { cpu: 70, memory: 80 },
    ...of,
  };
}

/** Looks one after the other, a tick apart. */
function steps(looks: readonly Look[], tickMs = MINUTE_MS, before?: LevelMemory) {
  let last = { memory: before } as { memory?: LevelMemory } & Partial<ReturnType<typeof stepComplexity>>;
  for (const [i, look] of looks.entries())
    last = stepComplexity(last.memory, seen({ now: NOW + i * tickMs, tickMs, ...look }));
  return last as ReturnType<typeof stepComplexity>;
}
const standing = (...looks: Look[]) => steps(looks).standing;
const isRaised = (looks: readonly Look[], tickMs?: number) => steps(looks, tickMs).memory.raisedBy.raisedAt !== null;
const times = (count: number, look: Look): readonly Look[] => new Array<Look>(count).fill(look);
const raisedWith = (raisedBy: Partial<RaisedMemory>): LevelMemory => ({
  ...steps([{}]).memory,
  at: NOW - MINUTE_MS,
  raisedBy: { ...NEVER_RAISED, raisedAt: NOW - 60 * MINUTE_MS, ...raisedBy },
});

describe('a trigger stands', () => {
  it.each([
    ['of a score', { score: 70.1 }, { score: 70 }, 'score'],
    ['of CPU', { utilisation: { cpu: 70.1 } }, { utilisation: { cpu: 70 } }, 'cpu'],
    ['of memory', { utilisation: { memory: 80.1 } }, { utilisation: { memory: 80 } }, 'memory'],
  ] as const)('%s above its mark, and not at it', (_, above, at, trigger) => {
    expect(standing(above)).toEqual([trigger]);
    expect(standing(at)).toEqual([]);
  });

  it.each([
    ['with three readings that rise', [1, 2, 3], true],
    ['not with two', [1, 2], false],
    ['not where the last is as the one before', [1, 2, 3, 3], false],
    ['not where it fell between', [3, 2, 3], false],
    ['from one on', [0.2, 0.6, 1], true],
    ['not under one', [0.2, 0.6, 0.9], false],
  ])('of a queue %s', (_, readings, stands) => {
    expect(standing(...readings.map((queue) => ({ queue })))).toEqual(stands ? ['queue'] : []);
  });

  it('of a queue that is read every five minutes', () => {
    expect(
      steps(
        [1, 2, 3].map((queue) => ({ queue })),
        5 * MINUTE_MS,
      ).standing,
    ).toEqual(['queue']);
  });
});

describe('a trigger raises', () => {
  it.each([
    ['ticks of a minute', MINUTE_MS, 2],
    ['ticks of ten seconds', 10_000, 7],
    ['ticks of five minutes, one of which is longer than it has to stand', 5 * MINUTE_MS, 1],
  ])('once it has stood for a minute: %s', (_, tickMs, looks) => {
    expect(isRaised(times(looks, { score: 71 }), tickMs)).toBe(true);
    if (looks > 1) expect(isRaised(times(looks - 1, { score: 71 }), tickMs)).toBe(false);
  });

  it('by itself: two that stand one after the other are not one', () => {
    const hot = { utilisation: { cpu: 90 } };
    expect(isRaised([{ score: 71 }, hot, { score: 71 }, hot])).toBe(false);
  });
});

describe('a raise ends', () => {
  const quiet = { score: 29, utilisation: { cpu: 62.9 } };

  it.each([
    ['after five minutes of quiet and low use', quiet, 6, true],
    ['not after four', quiet, 5, false],
    ['not at nine tenths of the target', { ...quiet, utilisation: { cpu: 63 } }, 30, false],
    ['nor where a named load comes near its own', { ...quiet, utilisation: { cpu: 10, tokens: 90 } }, 30, false],
    ['where it does not', { ...quiet, utilisation: { cpu: 10, tokens: 89 } }, 6, true],
    ['not after five where it is not quiet', { ...quiet, score: 30 }, 15, false],
    ['but after fifteen', { ...quiet, score: 30 }, 16, true],
    ['never where nothing is measured', { ...quiet, utilisation: {} }, 60, false],
    ['never where half is', { ...quiet, isWhole: false }, 60, false],
    ['never while a trigger stands', { ...quiet, score: 71 }, 60, false],
  ])('%s', (_, look, looks, ends) => {
    const { raisedBy } = steps(times(looks, look), MINUTE_MS, raisedWith({})).memory;
    expect(raisedBy.raisedAt === null).toBe(ends);
  });

  it('not while a quiet score rises by more than chance over its last six windows', () => {
    const raisedAfter = (scores: readonly number[]) =>
      steps(
        scores.map((score) => ({ ...quiet, score })),
        MINUTE_MS,
        raisedWith({}),
      ).memory.raisedBy.raisedAt;
    expect(raisedAfter([5, 5, 5, 11, 11, 11])).not.toBeNull();
    expect(raisedAfter([5, 5, 5, 10, 10, 10])).toBeNull();
    // By the last three alone it would not rise.
    expect(raisedAfter([1, 1, 1, 20, 20, 20])).not.toBeNull();
  });
});

describe('a look leaves behind', () => {
  it('its band', () => {
    const band = (look: Look) => steps([look]).band;
    expect(band({ score: 29 })).toBe('low');
    expect(band({ score: 30 })).toBe('usual');
    expect(band({ score: null })).toBe('missing');
    expect(band({ score: 10, utilisation: { cpu: 71 } })).toBe('over');
    expect(band({ score: null, utilisation: { cpu: 71 } })).toBe('over');
  });

  it('streaks of windows, one of which at least is over where anything stands', () => {
    const counts = (...looks: Look[]) => [steps(looks).memory.over, steps(looks).memory.low];
    expect(counts({ score: 90 }, { score: 90 })).toEqual([2, 0]);
    expect(counts({ score: 90 }, { score: 50 })).toEqual([0, 0]);
    expect(counts({ score: 10 }, { score: 10 })).toEqual([0, 2]);
    expect(counts({ score: 10 }, { score: 50 })).toEqual([0, 0]);
    expect(counts({ score: 10, utilisation: { cpu: 90 } })).toEqual([1, 1]);
  });

  it('nothing dated ahead, whatever clock measured it or wrote what was stored', () => {
    const ahead = { value: 80, at: NOW + MINUTE_MS };
    const { memory } = stepComplexity(undefined, { ...seen({}), score: ahead, queue: ahead });
    expect([memory.at, memory.raisedBy.queueAt]).toEqual([NOW, NOW]);
    const later = NOW + 60 * MINUTE_MS;
    const stored = raisedWith({ raisedAt: later, since: { score: later }, quietAt: later, easyAt: later });
    expect(steps([{ score: 71 }], MINUTE_MS, stored).memory.raisedBy).toMatchObject({
      raisedAt: NOW,
      since: { score: NOW },
    });
    expect(steps([{ score: 5 }], MINUTE_MS, stored).memory.raisedBy).toMatchObject({ quietAt: NOW, easyAt: NOW });
  });
});
