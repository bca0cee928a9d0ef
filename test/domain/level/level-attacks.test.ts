// Levels that mislead: noise, alternation, late and early and repeated windows, what cannot be reached, and damaged memories.
import { describe, expect, it } from 'vitest';
import type { LevelMemory } from '../../../lib/domain/level/level-memory.ts';
import { levelsAt } from '../../../lib/domain/level/levels.ts';
import type { LevelReading } from '../../../lib/domain/workload/signal.ts';
import { playLevel, type WorldInput, type WorldMinute } from '../../make/level-world.ts';
import { observation, policy } from '../../make/workloads.ts';

const changes = (minutes: readonly WorldMinute[]) => minutes.filter(({ replicas, target }) => replicas !== target);
const most = (minutes: readonly WorldMinute[]) => Math.max(...minutes.map(({ replicas }) => replicas));
const WIDE = { max: 50 };
/** Light load on four replicas: what is slow then is not slow for want of them. */
const light = (input: Partial<WorldInput>) => playLevel({ minutes: 300, demand: () => 150, policy: WIDE, ...input });

/** Reproducible, about normal. */
function makeNoise() {
  let state = 7;
  const draw = () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());
}

/** The window as it was, but dated by `at`. */
const dated =
  (at: (now: number, minute: number) => number): NonNullable<WorldInput['change']> =>
  (minute, seen) => ({
    ...seen,
    levels: { latency: { ...(seen.levels?.latency as LevelReading), at: at(seen.at, minute) } },
  });

const fails = (minute: number) => (minute >= 30 ? 900 : 100);

describe('latency that scatters without a cause', () => {
  it.each([
    [0.1, 1],
    [0.3, 2],
    [0.6, 4],
  ])('moves nothing, or hardly, over a day where no load tells: sigma %d', (sigma, few) => {
    const noise = makeNoise();
    const minutes = light({ minutes: 1440, latency: () => 200 * Math.exp(sigma * noise()) });
    expect(changes(minutes.slice(120)).length).toBeLessThanOrEqual(few);
  });
});

describe('latency that is over now and then, whatever there is of replicas', () => {
  it.each([
    ['every other window', (minute: number) => minute % 2 === 0],
    ['every third', (minute: number) => minute % 3 === 0],
    ['two of three', (minute: number) => minute % 3 !== 0],
    ['five of ten', (minute: number) => minute % 10 < 5],
  ])('does not lead to max: %s', (_, isOver) => {
    const minutes = light({ latency: (minute) => (minute >= 30 && isOver(minute) ? 900 : 100) });
    expect(most(minutes)).toBeLessThanOrEqual(9);
  });
});

describe('an objective that cannot be kept', () => {
  it('ends as what more replicas do not help, not at max', () => {
    const minutes = light({ signal: { target: 20 }, latency: () => 30 });
    expect(most(minutes)).toBeLessThanOrEqual(9);
    expect(minutes.at(-1)?.reason).toContain('did not help');
  });

  it('ends so too where windows scatter around it', () => {
    const noise = makeNoise();
    const minutes = light({ minutes: 1000, signal: { target: 20 }, latency: () => 22 * Math.exp(0.3 * noise()) });
    expect(most(minutes)).toBeLessThanOrEqual(20);
  });

  it('ends so too where each replica uses as much CPU however many there are', () => {
    const minutes = light({ signal: { target: 20 }, latency: () => 30, cpuPercent: () => 50 });
    expect(most(minutes)).toBeLessThanOrEqual(20);
    expect(minutes.at(-1)?.reason).toContain('did not help');
  });

  it('asks again once it was kept for a while, although never with room to spare', () => {
    const minutes = light({
      minutes: 120,
      signal: { target: 100 },
      demand: (minute) => (minute < 90 ? 150 : 1500),
      latency: (minute, queue) => (minute < 20 || minute >= 50 ? Math.max(90, queue) : 500),
    });
    expect(minutes[49]?.reason).toContain('did not help');
    expect(minutes[100]?.replicas).toBeGreaterThan((minutes[89]?.replicas ?? 0) * 1.5);
  });
});

describe('windows with a time of their own', () => {
  it('are not answered twice where the same comes again', () => {
    const minutes = light({ latency: fails, change: dated((now, minute) => now - 1000 - (minute % 3) * 60_000) });
    const rises = changes(minutes).filter(({ replicas, target }) => target > replicas);
    for (const [i, { minute }] of rises.entries())
      expect(minute - (rises[i - 1]?.minute ?? 0)).toBeGreaterThanOrEqual(5);
    expect(most(minutes)).toBeLessThanOrEqual(9);
  });

  it('by a clock that is ahead still show that more replicas do not help', () => {
    const minutes = light({ latency: fails, change: dated((now) => now + 30_000) });
    expect(most(minutes)).toBeLessThanOrEqual(9);
    expect(minutes.at(-1)?.reason).toContain('did not help');
  });

  it('that are minutes late do not say of replicas that serve by now that they do not help', () => {
    let past: readonly number[] = [];
    const minutes = light({
      minutes: 120,
      latency: (minute, _, ready) => {
        past = [...past, minute < 30 ? 100 : 100 + 30 * Math.max(0, 9 - ready)];
        return past.at(-4) ?? 100;
      },
      cpuPercent: (minute, ready) => ((minute < 30 ? 10 : 18) * 4) / ready,
      policy: { ...WIDE, min: 4 },
      change: dated((now) => now - 170_000),
    });
    for (const { memory } of minutes) expect(memory.levels?.latency?.unhelped).toBe(0);
    expect(most(minutes)).toBeGreaterThanOrEqual(8);
  });
});

describe('a level that is always the same', () => {
  it.each([0, 7])('is not over at %d, whatever its unit', (value) => {
    const minutes = light({
      latency: () => value,
      change: (_, seen) => ({ ...seen, definitions: { latency: { kind: 'level', unit: 'errors/s' } } }),
    });
    expect(minutes.at(-1)?.memory.levels?.latency?.over).toBe(0);
    expect(changes(minutes).every(({ replicas, target }) => target < replicas)).toBe(true);
  });
});

describe('a level that falls to nothing for hours', () => {
  it('is not over when it is as usual again', () => {
    const minutes = light({ minutes: 400, latency: (minute) => (minute >= 60 && minute < 300 ? 0 : 100) });
    for (const { memory } of minutes) expect(memory.levels?.latency?.over).toBe(0);
  });
});

describe('a service that was first seen with nothing to do', () => {
  it('has no baseline of 0: what it takes by day is not over', () => {
    const minutes = light({ minutes: 3000, latency: (minute) => (minute % 1440 < 480 ? 0 : 100) });
    for (const { memory } of minutes) expect(memory.levels?.latency?.over).toBe(0);
    expect(minutes.at(-1)?.memory.levels?.latency?.anchor).toBe(100);
  });

  it('may have errors later, as far as they are not over', () => {
    const minutes = light({
      minutes: 3000,
      latency: (minute) => (minute < 100 ? 0 : 0.5),
      change: (_, seen) => ({ ...seen, definitions: { latency: { kind: 'level', unit: '%' } } }),
    });
    expect(minutes.at(-1)?.memory.levels?.latency?.anchor).toBeGreaterThan(0);
  });
});

describe('far more load on a service that hardly uses CPU', () => {
  it('is followed to the end, although each rise alone is too little to help', () => {
    const minutes = light({ demand: (minute) => (minute < 30 ? 150 : 3000) });
    expect(minutes.at(-1)?.latencyMs).toBeLessThan(150);
  });
});

describe('replicas that somebody takes back under stress', () => {
  it('do not count as rises that did not help', () => {
    const minutes = light({
      minutes: 120,
      demand: (minute) => (minute < 30 ? 150 : 900),
      change: (minute, seen) =>
        minute >= 32 && minute < 60 ? { ...seen, replicas: { spec: 4, ready: 4, running: 4, total: 4 } } : seen,
    });
    expect(minutes.at(-1)?.replicas).toBeGreaterThanOrEqual(9);
    expect(minutes.at(-1)?.latencyMs).toBeLessThan(150);
  });
});

describe('what is only shown', () => {
  it('does not grow however long it is not done', () => {
    const minutes = light({ isShownOnly: true, demand: (minute) => (minute < 30 ? 150 : 900) });
    for (const { target, memory } of minutes) {
      expect(target).toBeLessThanOrEqual(6);
      expect(memory.levels?.latency?.rise).toBeNull();
    }
    expect(minutes.at(-1)?.target).toBe(6);
  });
});

describe('a stored level', () => {
  const now = observation({}).at;
  const at = (stored: unknown) =>
    levelsAt({
      observation: {
        ...observation({}),
        levels: { latency: { value: 100, at: now - 1000 } },
        definitions: { latency: { kind: 'level', unit: 'ms' } },
      },
      policy: policy({ signals: { latency: { kind: 'level', target: null, direction: 'both', missing: 'hold' } } }),
      previous: { latency: stored as LevelMemory },
      lastChange: undefined,
      scaledAt: null,
      advised: undefined,
      memory: undefined,
    });

  it.each([
    null,
    'a text',
    7,
    [],
    { windows: null },
    { windows: ['1', 2] },
    { windows: 'abc' },
    { rise: {} },
    { rise: 'soon' },
    { short: null },
    { short: { at: 'x' } },
    { patience: null },
    { at: '12' },
    { since: null, windows: [1] },
  ])('that is damaged begins anew: %j', (stored) => {
    const { views, memories } = at(stored);
    expect(views.latency).toMatchObject({ band: 'learning', windows: 1 });
    expect(memories.latency?.windows).toEqual([100]);
  });

  it('that lacks what a later release keeps is gone on with', () => {
    const { calm: _none, ...older } = at(undefined).memories.latency as LevelMemory;
    const { memories } = at({ ...older, at: now - 60_000, windows: Array.from({ length: 20 }, () => 90) });
    expect(memories.latency?.windows).toHaveLength(21);
  });
});
