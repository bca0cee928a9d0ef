// Placement through years of preview environments, and through clusters that shrink: no table is needed to tell.
import { describe, expect, test } from 'vitest';
import { keysOf, mostShards, startPlacing } from '../make/coming-and-going.ts';
import { NOW } from '../make/workloads.ts';

/** New names all day long, each of which lives for some hours beside those that stay. */
function previews(days: number, { aDay = 800, hours = 8, staying = 0, step = 1 }) {
  const world = startPlacing(NOW);
  const stay = keysOf(staying, 'shop/stays-');
  const until = new Map<string, number>();
  let ever = 0;
  let most = 0;
  let kept = 0;
  for (let hour = 0; hour < days * 24; hour += step) {
    for (const [key, end] of until) if (end <= hour) until.delete(key);
    for (; ever < (aDay * (hour + step)) / 24; ever++) until.set(`pr-${ever}/web`, hour + hours);
    world.tick([...stay, ...until.keys()]);
    most = Math.max(most, world.visited().length - mostShards(staying + until.size));
    kept = Math.max(kept, world.tenants().length / (staying + until.size));
    world.pass(step);
  }
  return { world, ever, living: staying + until.size, most, kept };
}

describe('a cluster of preview environments', () => {
  test.each([
    { days: 85, staying: 0 },
    { days: 400, staying: 0 },
    { days: 85, staying: 230 },
  ])(
    'after $days days, beside $staying that stay, it has as many shards as its living need',
    ({ days, staying }) => {
      const { world, ever, living, most, kept } = previews(days, { staying });
      expect(ever).toBe(days * 800);
      expect(most).toBeLessThanOrEqual(0);
      expect(world.visited().length).toBeLessThanOrEqual(mostShards(living));
      // The living, a quarter of them and sixteen, and those who went since it was last looked.
      expect(kept).toBeLessThan(1.7);
    },
    180_000,
  );

  test('names that live for minutes cost what an hour of them needs, and no more with every day', () => {
    const after = [1, 6].map((days) => previews(days, { aDay: 2400, hours: 1 / 6, step: 1 / 6 }).world);
    const [first, last] = after.map((world) => ({ shards: world.visited().length, kept: world.tenants().length }));
    expect(last?.shards).toBeLessThanOrEqual((first?.shards ?? 0) + 1);
    expect(last?.kept).toBeLessThanOrEqual(1.5 * (first?.kept ?? 0));
  });
});

describe('a cluster that shrinks', () => {
  test('640 dead beside 4 living: two days later one shard is left, and the dead are forgotten', () => {
    const world = startPlacing(NOW);
    world.tick(keysOf(644));
    const living = ['shop/w3', 'shop/w100', 'shop/w300', 'shop/w600'];
    for (let hour = 0; hour < 48; hour++) {
      world.pass(1);
      world.tick(living);
    }
    expect(world.visited()).toHaveLength(1);
    expect(world.tenants()).toHaveLength(4 + 17);
  });

  test('from 10,000 to 500, one in each twenty: in a week they are together, for two moves of each', () => {
    const world = startPlacing(NOW);
    const all = keysOf(10_000);
    world.tick(all);
    expect(world.visited()).toHaveLength(157);
    const living = all.filter((_, i) => i % 20 === 0);
    for (let hour = 0; hour < 7 * 24; hour++) {
      world.pass(1);
      world.tick(living);
    }
    expect(world.visited().length).toBeLessThanOrEqual(mostShards(500));
    expect(world.counted.shardsWritten).toBeLessThanOrEqual(4 * mostShards(500));
    expect(world.tenants().filter(({ gone }) => gone === undefined)).toHaveLength(500);
  });

  test('a cluster that is small every night is drawn together once, and not every night', () => {
    const world = startPlacing(NOW);
    const day = keysOf(600);
    const written: number[] = [];
    for (let hour = 0; hour < 20 * 24; hour++) {
      world.tick(hour % 24 < 10 ? day : day.filter((_, i) => i % 3 === 0));
      world.pass(1);
      written.push(world.counted.shardsWritten);
    }
    expect(written.at(-1)).toBeLessThanOrEqual(5);
    expect(written.at(-1)).toBe(written[3 * 24]);
  });

  test('who is not seen for two hours by a mistake loses at most a quarter of the places an hour', () => {
    const world = startPlacing(NOW);
    world.tick(keysOf(4000));
    for (let minute = 0; minute < 120; minute++) {
      world.pass(1 / 60);
      world.tick([]);
    }
    expect(world.tenants().length).toBeGreaterThanOrEqual(3000);
  });
});
