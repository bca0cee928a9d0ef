// What levels do to a Deployment over minutes: they raise what is slow, hold what is not known, and let go of what is well.
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import { playLevel, type WorldMinute } from '../../make/level-world.ts';

const changes = (minutes: readonly WorldMinute[]) => minutes.filter(({ replicas, target }) => replicas !== target);
const at = (minutes: readonly WorldMinute[], minute: number) => minutes[minute] as WorldMinute;

describe('a service whose requests queue', () => {
  const minutes = playLevel({ minutes: 200, demand: (minute) => (minute >= 20 && minute < 80 ? 900 : 150) });

  it('grows within the window in which latency is over, and until it is not', () => {
    expect(at(minutes, 20)).toMatchObject({ source: 'latency' });
    expect(at(minutes, 20).target).toBeGreaterThan(at(minutes, 20).replicas);
    expect(at(minutes, 35).replicas).toBeGreaterThanOrEqual(9);
    expect(at(minutes, 35).latencyMs).toBeLessThan(150);
  });

  it('shrinks again once the load is gone, and never so far that latency is over', () => {
    expect(at(minutes, 150).replicas).toBeLessThanOrEqual(4);
    for (const { latencyMs } of minutes.slice(40)) expect(latencyMs).toBeLessThan(400);
  });

  it('learns nothing while it is over: the baseline after an hour of overload is the one before', () => {
    const before = at(minutes, 19).memory.levels?.latency?.windows ?? [];
    const during = at(minutes, 29).memory.levels?.latency?.windows ?? [];
    expect(during).toEqual(before);
  });

  it('keeps less than half a kilobyte', () => {
    expect(JSON.stringify(minutes.at(-1)?.memory.levels).length).toBeLessThan(512);
  });
});

describe('one window that is over', () => {
  const targets = (before: number, over: number) =>
    playLevel({
      minutes: 40,
      demand: () => 150,
      latency: (minute) => (minute === 29 ? before : minute === 30 ? over : 100),
      policy: { min: 4 },
    })
      .filter(({ minute }) => minute === 29 || minute === 30)
      .map(({ target }) => target);

  it('after windows as good as usual may be chance, and waits for the next', () => {
    expect(targets(100, 160)).toEqual([4, 4]);
  });

  it('after one that was out of the ordinary, or far over, is answered at once', () => {
    expect(targets(120, 160)).toEqual([4, 5]);
    expect(targets(100, 400)).toEqual([4, 6]);
  });
});

describe('a dependency that fails', () => {
  const slow = (minute: number, queue: number) => (minute >= 30 && minute < 90 ? 900 : queue);

  it('moves nothing where replicas have no more to do than usual, and says so', () => {
    const minutes = playLevel({
      minutes: 80,
      demand: () => 150,
      cpuPercent: () => 40,
      latency: slow,
      policy: { min: 4 },
    });
    expect(changes(minutes.slice(20))).toEqual([]);
    expect(at(minutes, 40).reason).toContain('more replicas will not help; look at what it depends on');
  });

  it('gives up after two rises that did not help, far from max', () => {
    const minutes = playLevel({ minutes: 90, demand: () => 150, latency: slow });
    expect(Math.max(...minutes.map(({ replicas }) => replicas))).toBeLessThanOrEqual(6);
    expect(at(minutes, 60).reason).toContain('did not help');
  });

  it('lets go of what it had raised once latency is well again', () => {
    const minutes = playLevel({ minutes: 140, demand: () => 150, latency: slow });
    expect(minutes.at(-1)?.replicas).toBeLessThanOrEqual(2);
  });
});

describe('what is not known', () => {
  it('holds what runs while it is learned, and while it is missing', () => {
    const minutes = playLevel({
      minutes: 60,
      demand: () => 20,
      replicas: 8,
      latency: (minute, queue) => (minute >= 16 ? null : queue),
    });
    expect(changes(minutes)).toEqual([]);
    expect(at(minutes, 5).reason).toContain('being learned: 6 of 12');
    expect(at(minutes, 40).reason).toContain('latency');
  });

  it('is nothing where the workload says that missing means nothing', () => {
    const minutes = playLevel({
      minutes: 60,
      demand: () => 20,
      replicas: 8,
      latency: (minute, queue) => (minute >= 16 ? null : queue),
      signal: { missing: 'ignore' },
    });
    expect(minutes.at(-1)?.replicas).toBe(1);
  });

  it('is never asked before a scale-in where its direction is up', () => {
    const minutes = playLevel({ minutes: 30, demand: () => 20, replicas: 8, signal: { direction: 'up' } });
    expect(minutes.at(-1)?.replicas).toBeLessThan(4);
  });

  it('never raises where its direction is down', () => {
    const latency = (minute: number, queue: number) => (minute >= 20 ? 2000 : queue);
    const minutes = playLevel({ minutes: 60, demand: () => 150, latency, signal: { direction: 'down' } });
    expect(changes(minutes).every(({ replicas, target }) => target < replicas)).toBe(true);
    expect(changes(minutes.slice(20))).toEqual([]);
  });
});

describe('a source that tells seconds where it told milliseconds', () => {
  it('is not believed, and says why: nobody scales down on it, and nothing of it is learned', () => {
    const minutes = playLevel({
      minutes: 60,
      demand: () => 150,
      replicas: 6,
      policy: { min: 1 },
      latency: (minute) => (minute < 13 ? 100 : 0.1),
    });
    expect(changes(minutes)).toEqual([]);
    expect(at(minutes, 50).reason).toContain('latency is at 0.1 ms, usually 100: has its unit changed?');
    expect(at(minutes, 50).memory.levels?.latency?.windows.every((value) => value === 100)).toBe(true);
  });
});

describe('a pod that never gets ready', () => {
  const without = (seen: Observation): Observation => ({
    ...seen,
    replicas: { ...seen.replicas, ready: Math.max(1, seen.replicas.spec - 1) },
  });
  const minutes = playLevel({
    minutes: 60,
    demand: (minute) => (minute < 30 ? 150 : 900),
    replicas: 4,
    policy: { min: 4 },
    change: (_, seen) => without(seen),
  });

  it('keeps a level from nothing: it is learned, and asks for more where it is over', () => {
    expect(at(minutes, 20).memory.levels?.latency?.windows.length).toBeGreaterThanOrEqual(12);
    expect(changes(minutes.slice(30, 34)).some(({ source }) => source === 'latency')).toBe(true);
  });
});

describe('an objective', () => {
  it('is what is kept, however the level usually is', () => {
    const minutes = playLevel({
      minutes: 60,
      demand: (minute) => (minute < 20 ? 150 : 390),
      replicas: 4,
      signal: { target: 120 },
    });
    const later = minutes.slice(30);
    expect(later.every(({ latencyMs }) => (latencyMs ?? 0) <= 120)).toBe(true);
    expect(at(minutes, 5).reason).not.toContain('being learned');
  });
});

describe('relearning on purpose', () => {
  it('forgets what was learned before the instant, once', () => {
    const from = (relearnAt: number) =>
      playLevel({
        minutes: 120,
        demand: () => 150,
        latency: (minute) => (minute < 30 ? 100 : 900),
        signal: { relearnAt },
      });
    const [first] = from(0);
    const forgotten = from((first as WorldMinute).memory.observation.at + 60 * 60_000);
    expect(at(forgotten, 59).reason).toContain('did not help');
    expect(at(forgotten, 61).reason).toContain('being learned');
    expect(at(forgotten, 119).memory.levels?.latency?.windows.every((value) => value === 900)).toBe(true);
  });
});
