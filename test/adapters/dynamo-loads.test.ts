// Loads in the table: items without them as they always were, none larger than an item may be, and nothing misread.
import { randomBytes, randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Frame, frameOf, mergeFrames, sampleAt } from '../../lib/adapters/dynamo/frames.ts';
import { hourSk, shardPk, tickSk } from '../../lib/adapters/dynamo/keys.ts';
import { areLoadsKnown, blockLoads, tickLoads, withLoads } from '../../lib/adapters/dynamo/load-attribute.ts';
import { fiveMinuteMeans } from '../../lib/adapters/dynamo/means.ts';
import { withPresentNames } from '../../lib/adapters/dynamo/older-names.ts';
import { LOAD } from '../../lib/adapters/dynamo/quantise.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import type { Item, Table } from '../../lib/adapters/dynamo/table.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const { tableBy } = embeddedTable();

async function opened(count = 2, now: () => EpochMs = () => NOW) {
  const raw = tableBy(now, {});
  const cluster = `c-${randomUUID()}`;
  const store = makeSeriesStore(raw);
  const workloads = Array.from({ length: count }, (_, i) => ({ cluster, namespace: 'shop', name: `w${10 + i}` }));
  const [shard] = await store.assign(cluster, workloads);
  if (shard === undefined) throw new Error('no shard');
  return { raw, store, cluster, shard, pk: shardPk(cluster, shard.id) };
}

const rowsOf = (
  workloads: readonly { cluster: string; namespace: string; name: string }[],
  loads?: Record<string, number>,
) => workloads.map((workload) => ({ workload, cpu: 1.5, memory: 2 ** 30, replicas: 3, ...(loads && { loads }) }));

const itemOf = (loads: Uint8Array): Item => ({ pk: 'p', sk: 's', v: 1, loads });
const attributeOf = async (raw: Table, pk: string, sk: string) =>
  (await raw.get({ pk, sk }))?.loads as Uint8Array | undefined;

describe('a shard without named loads', () => {
  test('is stored byte for byte as it was, ticks and blocks', async () => {
    const { raw, store, cluster, shard, pk } = await opened(2, () => NOW + 2 * HOUR);
    for (const minute of [0, 1]) await store.append(cluster, shard, NOW + minute * MINUTE, rowsOf(shard.workloads));
    await store.compact(cluster, shard, NOW + 2 * HOUR);
    const tick = await raw.get({ pk, sk: tickSk(NOW) });
    const hour = await raw.get({ pk, sk: hourSk(NOW) });
    expect(Object.keys(tick ?? {}).sort()).toEqual(['at', 'body', 'expires_at', 'pk', 'sk', 'v']);
    expect(Object.keys(hour ?? {}).sort()).toEqual(['body', 'expires_at', 'pk', 'rev', 'sk', 'start', 'v']);
    expect([tick?.v, hour?.v]).toEqual([1, 1]);
    // As the release before wrote them.
    expect(Buffer.from(tick?.body as Uint8Array).toString('hex')).toBe('c183b1930300c183b1930300');
    expect(gunzipSync(hour?.body as Uint8Array).toString('hex')).toBe(
      '0200000002000000000060ea0000838383839393939300000000c1c1c1c1b1b1b1b103030303',
    );
  });
});

describe('what another release finds', () => {
  test('an older one reads CPU, memory and replicas of an item with loads as ever', async () => {
    const plain = await opened();
    const named = await opened();
    await plain.store.append(plain.cluster, plain.shard, NOW, rowsOf(plain.shard.workloads));
    await named.store.append(named.cluster, named.shard, NOW, rowsOf(named.shard.workloads, { requests: 80 }));
    const [before, after] = await Promise.all([plain, named].map(({ raw, pk }) => raw.get({ pk, sk: tickSk(NOW) })));
    expect([after?.v, after?.body]).toEqual([before?.v, before?.body]);
  });

  test('of a later one no loads are read, and its block is left alone', async () => {
    const { raw, store, cluster, shard, pk } = await opened(2, () => NOW + 2 * HOUR);
    await store.append(cluster, shard, NOW, rowsOf(shard.workloads, { requests: 80 }));
    await store.compact(cluster, shard, NOW + 2 * HOUR);
    const hour = await raw.get({ pk, sk: hourSk(NOW) });
    const later = { ...(hour as Item), loads: Uint8Array.of(99, 1, 2, 3) };
    await raw.put(later);
    const [web] = shard.workloads;
    const read = async () =>
      (await makeSeriesStore(raw).read(cluster, shard, NOW, NOW + HOUR)).get(`shop/${web?.name}`);
    expect((await read())?.demand.cpu[0]).toBeCloseTo(1.5, 2);
    expect(Object.keys((await read())?.demand ?? {})).not.toContain('queue');
    const series = {
      at: Float64Array.of(NOW),
      demand: { cpu: Float64Array.of(9), memory: Float64Array.of(9) },
      replicas: Float64Array.of(9),
    };
    await makeSeriesStore(raw).backfill(cluster, shard, new Map([[`shop/${web?.name}`, series]]));
    expect((await attributeOf(raw, pk, hourSk(NOW)))?.[0]).toBe(99);
  });
});

describe('the size of an item', () => {
  test('a tick of a full shard with three loads costs one write unit, as without', async () => {
    const { raw, store, cluster, shard } = await opened(64);
    const before = raw.capacity.writeUnits;
    await store.append(cluster, shard, NOW, rowsOf(shard.workloads, { requests: 80, queue: 3, tokens: 12 }));
    expect(raw.capacity.writeUnits - before).toBe(1);
  });

  test('never grows by loads beyond its room: those with the fewest samples go first, and the rest is whole', () => {
    const frames = noisyDay(64, 24);
    const room = 200_000;
    const kept = blockLoads(frames, room);
    expect(kept?.length).toBeGreaterThan(room / 4);
    expect(kept?.length).toBeLessThanOrEqual(room);
    const read = withLoads(
      frames.map(({ at, codes }) => ({ at, codes })),
      itemOf(kept ?? Uint8Array.of()),
      'block',
    );
    const names = new Set(read.flatMap((frame) => Object.keys(sampleAt(frame, 0).loads ?? {})));
    expect(names.has('always')).toBe(true);
    read.forEach((frame, i) => {
      expect(sampleAt(frame, 0).loads?.always).toBe(sampleAt(frames[i] as Frame, 0).loads?.always);
    });
    expect([blockLoads(frames, 0), blockLoads(frames, -1), blockLoads([], 1000)]).toEqual([null, null, null]);
  });
});

describe('a load in two bytes', () => {
  test('is exact where it is a whole number up to 1,000, zero or missing, and round ones beyond', () => {
    const round = [1200, 9600, 25_000, 1e6, 0.5, 0.025, 0];
    for (const value of [...Array.from({ length: 1000 }, (_, i) => i + 1), ...round])
      expect(LOAD.decode(LOAD.encode(value))).toBe(value);
    expect([Number.NaN, -1, Number.POSITIVE_INFINITY].map((value) => LOAD.decode(LOAD.encode(value)))).toEqual(
      Array(3).fill(Number.NaN),
    );
  });

  test('law: comes back within a tenth of a percent, and the same when stored again', () => {
    fc.assert(
      fc.property(fc.double({ min: Math.log(1e-9), max: Math.log(1e15), noNaN: true }), (power) => {
        const read = LOAD.decode(LOAD.encode(Math.exp(power)));
        expect(Math.abs(read / Math.exp(power) - 1)).toBeLessThanOrEqual(1e-3);
        expect(LOAD.decode(LOAD.encode(read))).toBe(read);
      }),
    );
    expect([1e-12, 1e20].map((value) => LOAD.decode(LOAD.encode(value)))).toEqual([1e-9, 1e15]);
  });
});

describe('bytes that are not of these frames', () => {
  const frames = [frameOf(NOW, 3, [sample(0, { requests: 1, queue: 2 }), sample(2, { requests: 5 })])];
  const bytes = tickLoads(frames[0] as Frame) ?? Uint8Array.of();

  test('law: however cut, a tick or block is refused or reads as it was', () => {
    const block = blockLoads(frames, 1e6) ?? Uint8Array.of();
    for (const [whole, kind] of [
      [bytes, 'tick'],
      [block, 'block'],
    ] as const) {
      for (let end = 1; end < whole.length; end++)
        expect(() => withLoads(frames, itemOf(whole.subarray(0, end)), kind)).toThrow(AdapterError);
      const longer = Uint8Array.from([...whole, 7]);
      expect(() => withLoads(frames, itemOf(longer), kind)).toThrow(AdapterError);
    }
  });

  test('law: whatever the bytes, AdapterError is all that is thrown, and every name read is one', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 2), fc.nat(255), (at, byte) => {
        const broken = Uint8Array.from(bytes);
        broken[at + 1] = byte;
        try {
          for (const frame of withLoads(frames, itemOf(broken), 'tick'))
            for (let slot = 0; slot < 3; slot++)
              for (const name of Object.keys(sampleAt(frame, slot).loads ?? {}))
                expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
        } catch (error) {
          expect(error).toBeInstanceOf(AdapterError);
        }
      }),
    );
    expect(() => withLoads(frames, itemOf(Uint8Array.from([1, ...randomBytes(50)])), 'block')).toThrow(AdapterError);
    expect(() => withLoads(frames, itemOf(Uint8Array.from([1, ...gzipSync(randomBytes(50))])), 'block')).toThrow(
      AdapterError,
    );
  });

  test('of other frames are refused: more of them, or narrower ones', () => {
    expect(() => withLoads([...frames, ...frames], itemOf(bytes), 'tick')).toThrow(AdapterError);
    expect(() => withLoads([frameOf(NOW, 2, [])], itemOf(bytes), 'tick')).toThrow(AdapterError);
  });

  test('an attribute that holds no bytes is of another release', () => {
    expect([areLoadsKnown({ pk: '', sk: '', v: 1, loads: 'text' }), areLoadsKnown({ pk: '', sk: '', v: 1 })]).toEqual([
      false,
      true,
    ]);
  });
});

describe('laws of frames with loads', () => {
  test('law: merging keeps of each load what is above, else what is below', () => {
    fc.assert(
      fc.property(loadsOfSlots(), loadsOfSlots(), (below, above) => {
        const frame = (loads: readonly Loads[]) =>
          frameOf(
            NOW,
            3,
            loads.map((one, slot) => sample(slot, one)),
          );
        const [merged] = mergeFrames([frame(below)], [frame(above)]);
        for (let slot = 0; slot < 3; slot++)
          expect(sampleAt(merged as Frame, slot).loads ?? {}).toEqual({
            ...sampleAt(frame(below), slot).loads,
            ...sampleAt(frame(above), slot).loads,
          });
      }),
    );
  });

  test('law: five-minute means are of what was measured, and of nothing else', () => {
    fc.assert(
      fc.property(fc.array(loadsOfSlots(), { minLength: 1, maxLength: 5 }), (minutes) => {
        const frames = minutes.map((loads, i) =>
          frameOf(
            NOW + i * MINUTE,
            3,
            loads.map((one, slot) => sample(slot, one)),
          ),
        );
        const [mean] = fiveMinuteMeans(frames, NOW, NOW + 5 * MINUTE);
        for (let slot = 0; slot < 3; slot++)
          for (const name of ['requests', 'queue', 'tokens']) {
            const seen = frames.flatMap((frame) => sampleAt(frame, slot).loads?.[name] ?? []);
            const found = sampleAt(mean as Frame, slot).loads?.[name];
            if (seen.length === 0) expect(found).toBeUndefined();
            else expect(found).toBeCloseTo(seen.reduce((sum, value) => sum + value, 0) / seen.length, -1);
          }
      }),
    );
  });
});

describe('a signal that bears an old name of a field', () => {
  test('keeps it, while the field itself is read under its present one', () => {
    const stored = {
      observation: { signals: { track: { demand: 1 }, rules: { demand: 2 } }, hands: { manager: null } },
      blind: { plan: 'not measured' },
      peaks: { misses: 3 },
      track: { rulesMinutes: 4 },
    };
    expect(withPresentNames(stored)).toEqual({
      observation: { signals: { track: { demand: 1 }, rules: { demand: 2 } }, otherWriters: { manager: null } },
      unusable: { plan: 'not measured' },
      peaks: { misses: 3 },
      regret: { baselineMinutes: 4 },
    });
  });
});

type Loads = Readonly<Record<string, number>>;

function sample(slot: number, loads: Loads) {
  return { slot, cpu: 1, memory: 1, replicas: 1, loads };
}

function loadsOfSlots() {
  const value = fc.oneof(fc.constant(0), fc.double({ min: 1, max: 100, noNaN: true }));
  const loads = fc.dictionary(fc.constantFrom('requests', 'queue', 'tokens'), value, { noNullPrototype: true });
  return fc.tuple(loads, loads, loads);
}

/** A day of five minutes of noise: a load each workload has always, and many that it has for an hour. */
function noisyDay(slots: number, hourly: number): readonly Frame[] {
  let seed = 1;
  const noise = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return 1e-6 * 10 ** (18 * (seed / 2_147_483_647));
  };
  return Array.from({ length: 288 }, (_, i) => {
    const hour = `hour-${Math.floor(i / 12) % hourly}`;
    return frameOf(
      NOW + i * 5 * MINUTE,
      slots,
      Array.from({ length: slots }, (_x, slot) => sample(slot, { always: noise(), [hour]: noise() })),
    );
  });
}
