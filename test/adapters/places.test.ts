// Who has which place, through days and years of coming and going: no table is needed to tell.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keysOf, mostShards, startPlacing } from '../make/coming-and-going.ts';
import { NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('a name that comes back', () => {
  const others = keysOf(40);
  const back = (hours: number, living = others) => {
    const world = startPlacing(NOW);
    world.tick(['shop/back', ...living]);
    const before = world.place('shop/back');
    for (let hour = 0; hour < hours; hour++) {
      world.pass(Math.min(1, hours));
      world.tick(living);
    }
    world.tick(['shop/back', ...living]);
    return { world, before, after: world.place('shop/back') };
  };

  test.each([
    ['ten minutes', 1 / 6],
    ['a day', 24],
    ['six days', 6 * 24],
  ])('after %s has its place, and with it its history', (_after, hours) => {
    const { before, after } = back(hours);
    expect(after).toEqual(before);
  });

  test('after eight days begins anew: what stood in its slot is not its own', () => {
    const { after, world } = back(8 * 24);
    expect(after).toHaveLength(1);
    // A slot that was nobody's is preferred; with all of them used, it has one since now.
    const full = startPlacing(NOW);
    full.tick(keysOf(64));
    full.pass(2);
    full.tick(keysOf(64).slice(1));
    for (let day = 0; day < 8; day++) {
      full.pass(24);
      full.tick(keysOf(64).slice(1));
    }
    full.tick([...keysOf(64).slice(1), 'shop/new']);
    expect(full.place('shop/new')).toEqual([{ shard: 0, key: 'shop/new', slot: 0, since: full.clock.at }]);
    expect(world.clock.at).toBe(NOW + 8 * DAY);
  });

  test('beyond the share that is kept the oldest go first, and nobody within an hour', () => {
    const world = startPlacing(NOW);
    const all = keysOf(100);
    world.tick(all);
    world.pass(1);
    world.tick(all.slice(30));
    world.pass(0.9);
    world.tick(all.slice(30));
    expect(world.tenants()).toHaveLength(100);
    world.pass(0.2);
    world.tick(all.slice(60));
    const gone = world.tenants().filter((tenant) => tenant.gone !== undefined);
    // 40 live: 26 are kept, and those who were only now found missing are not counted out.
    expect(gone.filter(({ key }) => all.indexOf(key) >= 30)).toHaveLength(30);
    expect(gone.filter(({ key }) => all.indexOf(key) < 30)).toHaveLength(0);
  });
});

describe('what was not seen', () => {
  test('of a part of the cluster nothing is concluded', () => {
    const world = startPlacing(NOW);
    world.tick(keysOf(10));
    for (let hour = 0; hour < 30 * 24; hour++) {
      world.pass(1);
      world.tick([], null);
    }
    expect(world.tenants()).toHaveLength(10);
    expect(world.tenants().every(({ gone }) => gone === undefined)).toBe(true);
  });

  test('a kind that could not be listed keeps its names, while others are found gone', () => {
    const world = startPlacing(NOW);
    world.tick(['shop/web', 'shop/statefulset:db', 'shop/rollout:api']);
    world.pass(2);
    world.tick([], ['StatefulSet']);
    const gone = world.tenants().filter((tenant) => tenant.gone !== undefined);
    expect(gone.map(({ key }) => key).toSorted()).toEqual(['shop/rollout:api', 'shop/web']);
  });

  test('who is gone is looked at once an hour: minutes without news change nothing', () => {
    const world = startPlacing(NOW);
    world.tick(keysOf(100));
    world.pass(1);
    let last = 0;
    for (let minute = 0; minute < 120; minute++) {
      world.tick(keysOf(100).slice(Math.min(50, minute)));
      world.pass(1 / 60);
      if (minute === 0) last = world.counted.changes;
    }
    expect(world.counted.changes - last).toBeLessThanOrEqual(3);
  });
});

describe('a wrong clock', () => {
  test('that is a year ahead hides nobody’s samples for a year, and holds nobody’s place', () => {
    const world = startPlacing(NOW);
    world.tick(keysOf(64));
    world.pass(365 * 24);
    world.tick(keysOf(63));
    for (let hour = 0; hour < 9 * 24; hour++) {
      world.pass(1);
      world.tick(keysOf(63));
    }
    world.tick([...keysOf(63), 'shop/new']);
    expect(world.place('shop/new')[0]?.since).toBe(world.clock.at);
    world.clock.at = NOW + HOUR;
    world.tick([...keysOf(63), 'shop/new']);
    const [healed, ...more] = world.place('shop/new');
    expect(more).toEqual([]);
    expect(healed?.since).toBeLessThanOrEqual(NOW + HOUR);
    // Nor is a slot that may hold samples of the year to come given to anybody.
    expect(healed?.shard).not.toBe(0);
  });

  test('that goes back finds nobody gone for longer', () => {
    const world = startPlacing(NOW);
    world.tick(keysOf(100));
    world.pass(2);
    world.tick(keysOf(20));
    world.clock.at -= 90 * MINUTE;
    world.tick(keysOf(20));
    expect(world.tenants()).toHaveLength(100);
    expect(world.tenants().every(({ gone = 0 }) => gone <= world.clock.at + 120_000)).toBe(true);
  });
});

describe('law: whoever comes and goes', () => {
  /** What is seen at each tick, by number, and how long it is until the next. */
  const histories = fc.array(
    fc.record({
      seen: fc.uniqueArray(fc.nat(200), { maxLength: 120 }),
      base: fc.constantFrom(0, 200, 400, 100_000),
      hours: fc.constantFrom(1 / 60, 0.5, 1, 1, 5, 30, 200),
      whole: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  );
  const keyOf = (base: number, i: number) => `shop/w${base + i}`;

  test('nobody shares a slot, nobody has two, and who is seen has one that no other has had within the hour', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const world = startPlacing(NOW);
        const lastIn = new Map<string, { readonly key: string; readonly at: number }>();
        for (const { seen, base, hours, whole } of steps) {
          const keys = seen.map((i) => keyOf(base, i));
          world.tick(keys, whole ? [] : null);
          const tenants = world.tenants();
          const slots = world
            .placement()
            .shards.flatMap((shard) => shard.tenants.map(({ slot }) => `${shard.id}/${slot}`));
          expect([new Set(slots).size, new Set(tenants.map(({ key }) => key)).size]).toEqual([
            slots.length,
            tenants.length,
          ]);
          for (const key of keys) {
            const [mine] = world.place(key);
            const slot = `${mine?.shard}/${mine?.slot}`;
            const before = lastIn.get(slot);
            const free = before === undefined || before.key === key ? 0 : before.at + HOUR;
            expect([mine?.gone, (mine?.since ?? -1) >= free]).toEqual([undefined, true]);
            lastIn.set(slot, { key, at: world.clock.at });
          }
          world.pass(hours);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('once it is calm, its shards are no more than its living need', () => {
    fc.assert(
      fc.property(histories, fc.uniqueArray(fc.nat(900), { minLength: 1, maxLength: 500 }), (steps, left) => {
        const world = startPlacing(NOW);
        world.tick(left.map((i) => keyOf(0, i)));
        for (const { seen, base, hours } of steps) {
          world.tick([...left, ...seen.map((i) => base + i)].map((i) => keyOf(0, i)));
          world.pass(hours);
        }
        const living = left.filter((i) => i % 3 === 0).map((i) => keyOf(0, i));
        for (let hour = 0; hour < 20 * 24; hour += 2) {
          world.tick(living);
          world.pass(2);
        }
        expect(world.visited().length).toBeLessThanOrEqual(mostShards(living.length));
        expect(world.tenants().length).toBe(living.length);
      }),
      { numRuns: 25 },
    );
  });
});
