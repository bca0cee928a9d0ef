// Sources that throw, return what is no batch, or readings that cannot be: named on who names the signal, and nobody else notices.
import { describe, expect, it } from 'vitest';
import { measureAll } from '../../../lib/app/observe/measure.ts';
import type { SignalBatch, SignalSource } from '../../../lib/app/ports/cluster.ts';
import { naming, snapshotOf } from '../../make/naming.ts';

const NOW = 1_770_000_000_000;
const web = naming({ namespace: 'shop', name: 'web' }, ['requests']);
const other = naming({ namespace: 'shop', name: 'other' }, []);
const definitions = { requests: { kind: 'load', unit: 'requests/s' } } as const;

/** A stand-in for a source that answers so. */
const source = (read: () => unknown): SignalSource => ({
  name: 'strange',
  definitions,
  read: async () => read() as SignalBatch,
});
const reading = (change: object) => ({ demand: 5, at: NOW, coverage: 1, atLimit: false, ...change });
const holding = (change: object) => () => ({
  readings: new Map([['shop/web', { requests: reading(change) }]]),
  problems: [],
});

const measured = async (read: () => unknown) => {
  const [batch, sound] = await measureAll(
    [source(read), { ...source(holding({})), name: 'sound' }],
    snapshotOf([web, other], 'prod', NOW),
    NOW,
  );
  expect(sound?.readings.get('shop/web')?.requests?.demand).toBe(5);
  return batch;
};

describe('a source', () => {
  it.each([
    ['throws', () => Promise.reject(new Error('out of order'))],
    ['throws what is no error', () => Promise.reject('out of order')],
    ['answers with nothing', () => undefined],
    ['answers with what is no batch', () => ({ readings: [['shop/web', 7]], problems: null, unread: 3 })],
  ])('that %s is named on the workloads that name its signals, and on no other', async (_, read) => {
    const batch = await measured(read);
    expect(batch?.unread?.get('shop/web')?.requests).toMatch(/^strange failed: ./);
    expect(batch?.unread?.has('shop/other')).toBe(false);
    expect(batch?.readings.size).toBe(0);
  });

  it.each([
    [{ demand: 1e200 }, 'cannot be'],
    [{ demand: Number.NaN }, 'no number'],
    [{ demand: Number.POSITIVE_INFINITY }, 'no number'],
    [{ at: Number.NaN }, 'without a time'],
    [{ at: NOW + 3_600_000 }, 'ahead'],
  ])('that says %j is not believed, and the workload told why', async (change, why) => {
    const batch = await measured(holding(change));
    expect(batch?.readings.get('shop/web')?.requests).toBeUndefined();
    expect(batch?.unread?.get('shop/web')?.requests).toContain(why);
  });

  it.each([
    [undefined, 950, /success .*950 %, which cannot be: it is over 100/],
    [[0, 1000], 950, null],
  ] as const)('that tells of a level in %% (range %j) %d', async (range, value, why) => {
    const named = naming({ namespace: 'shop', name: 'web' }, ['success']);
    const level: SignalSource = {
      name: 'strange',
      definitions: { success: { kind: 'level', unit: '%', ...(range && { range }) } },
      read: async () => ({
        readings: new Map(),
        levels: new Map([['shop/web', { success: { value, at: NOW } }]]),
        problems: [],
      }),
    };
    const [batch] = await measureAll([level], snapshotOf([named], 'prod', NOW), NOW);
    const told = batch?.unread?.get('shop/web')?.success;
    if (why === null) expect(told).toBeUndefined();
    else expect(`success ${told}`).toMatch(why);
    expect(batch?.levels?.get('shop/web')?.success === undefined).toBe(why !== null);
  });

  it('gives reasons that fit in what is stored, in one line', async () => {
    const batch = await measured(() => ({
      readings: new Map(),
      unread: new Map([['shop/web', { requests: `one\ntwo ${'x'.repeat(100_000)}` }]]),
      problems: [],
    }));
    expect(batch?.unread?.get('shop/web')?.requests).toMatch(/^one two x{200,300}$/);
  });
});
