// What every SignalSource beside the metrics API must do, whoever it asks: in trouble it says so on the workloads concerned.
import { afterEach, describe, expect, test } from 'vitest';
import type { SignalBatch, SignalSource } from '../../lib/app/ports/cluster.ts';
import { workloadKey } from '../../lib/domain/workload/identity.ts';
import type { SignalKind } from '../../lib/domain/workload/signal.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { naming, snapshotOf } from '../make/naming.ts';

/** What the server behind the source says; the source measures one signal, `SIGNAL`, of the namespace `shop`. */
export type World =
  /** Each of these workloads has this value, measured at that instant. */
  | { readonly says: 'values'; readonly values: Readonly<Record<string, number>>; readonly at: EpochMs }
  /** No workload has a value. */
  | { readonly says: 'nothing' }
  /** What is no number, for `web`. */
  | { readonly says: 'no number' }
  /** Two values for `web` where one is wanted, and one for `api`. */
  | { readonly says: 'several' }
  /** Values of 10,000 workloads that nobody asked about, with hostile names among them, and one of `web`: 7. */
  | { readonly says: 'strangers' }
  /** An error of the server's own, with control characters in it. */
  | { readonly says: 'an error' }
  /** An answer that is no such answer at all. */
  | { readonly says: 'rubbish' }
  /** The connection ends in the midst of the answer. */
  | { readonly says: 'half an answer' }
  /** Nothing, without end. */
  | { readonly says: 'never' }
  /** Elsewhere: a redirect. */
  | { readonly says: 'elsewhere' };

interface PreparedSource {
  readonly source: SignalSource;
  /** Requests sent so far. */
  calls(): number;
  close(): void | Promise<void>;
}

export interface SourceUnderTest {
  readonly kind: SignalKind;
  /** @param workloads names in the namespace `shop` that the source may be asked about */
  make(world: World, workloads: readonly string[]): Promise<PreparedSource>;
  /** What such a server cannot say. */
  readonly cannot?: readonly World['says'][];
  /** Milliseconds between what the server dates and what the reading is dated, as a source measures a window. */
  readonly datedAfterMs?: number;
  /** The source dates what it measures by itself. */
  readonly datesItself?: true;
  /** Requests that so many workloads may cost, where that is not the same for any number. */
  readonly calls?: (workloads: number) => number;
}

export const SIGNAL = 'work';
export const HOSTILE = [
  'web"} or up{x="',
  '../../secrets',
  '__proto__',
  'constructor',
  '\u202Eweb',
  'web\n',
  '',
] as const;

/** Short where the server keeps one waiting; else long enough for the slowest machine. */
export function patienceMs({ says }: World): number {
  return says === 'never' || says === 'half an answer' ? 300 : 20_000;
}

const WORKLOADS = ['web', 'api'];
const TROUBLES = ['nothing', 'an error', 'rubbish', 'half an answer', 'never', 'elsewhere'] as const;

export function signalSourceContract(name: string, under: SourceUnderTest): void {
  const can = (says: World['says']) => !(under.cannot ?? []).includes(says);
  const at = Date.now() - 30_000;
  let prepared: PreparedSource | undefined;
  afterEach(async () => prepared?.close());
  const read = async (world: World, workloads: readonly string[] = WORKLOADS): Promise<SignalBatch> => {
    prepared = await under.make(world, workloads);
    return prepared.source.read(snapshotOf(workloads.map((one) => naming({ namespace: 'shop', name: one }, [SIGNAL]))));
  };
  const valueIn = ({ readings, levels }: SignalBatch, workload: string) =>
    under.kind === 'load'
      ? readings.get(`shop/${workload}`)?.[SIGNAL]?.demand
      : levels?.get(`shop/${workload}`)?.[SIGNAL]?.value;
  const atIn = ({ readings, levels }: SignalBatch, workload: string) =>
    (readings.get(`shop/${workload}`)?.[SIGNAL] ?? levels?.get(`shop/${workload}`)?.[SIGNAL])?.at;

  describe(`a SignalSource: ${name}`, () => {
    test('measures its own signal of the workloads that name it, as its kind', async () => {
      const batch = await read({ says: 'values', values: { web: 40, api: 3 }, at });
      expect([valueIn(batch, 'web'), valueIn(batch, 'api')]).toEqual([expect.closeTo(40, 0), expect.closeTo(3, 0)]);
      const other = under.kind === 'load' ? (batch.levels ?? new Map()) : batch.readings;
      expect([...other.keys()]).toEqual([]);
      for (const found of [...batch.readings.values(), ...(batch.levels?.values() ?? [])])
        expect(Object.keys(found)).toEqual([SIGNAL]);
      expect(prepared?.source.definitions?.[SIGNAL]?.kind).toBe(under.kind);
    });

    test.runIf(!under.datesItself)('dates a reading by when it was measured, however long ago', async () => {
      for (const ago of [30_000, 600_000]) {
        const then = Math.floor((Date.now() - ago) / 60_000) * 60_000;
        const batch = await read({ says: 'values', values: { web: 40, api: 40 }, at: then });
        expect(atIn(batch, 'web')).toBe(then + (under.datedAfterMs ?? 0));
        await prepared?.close();
      }
    });

    test('asks nothing about workloads that do not name its signal, and says nothing of them', async () => {
      prepared = await under.make({ says: 'values', values: { web: 40, api: 3 }, at }, WORKLOADS);
      const web = naming({ namespace: 'shop', name: 'web' }, [SIGNAL]);
      const api = naming({ namespace: 'shop', name: 'api' }, ['another']);
      const batch = await prepared.source.read(snapshotOf([web, api]));
      expect(valueIn(batch, 'web')).toBeCloseTo(40, 0);
      expect([batch.readings.has('shop/api'), batch.levels?.has('shop/api'), batch.unread?.has('shop/api')]).toEqual([
        false,
        false,
        false,
      ]);
      const before = prepared.calls();
      await prepared.source.read(snapshotOf([api]));
      expect(prepared.calls()).toBe(before);
    });

    test('measures one workload alone where one is asked about', async () => {
      prepared = await under.make({ says: 'values', values: { web: 40, api: 3 }, at }, WORKLOADS);
      const [web, api] = WORKLOADS.map((one) => naming({ namespace: 'shop', name: one }, [SIGNAL]));
      if (web === undefined || api === undefined) throw new Error('two workloads were named');
      const batch = await prepared.source.read(snapshotOf([web, api]), web.workload);
      const keys = [...batch.readings.keys(), ...(batch.levels?.keys() ?? []), ...(batch.unread?.keys() ?? [])];
      expect(keys).toEqual([workloadKey(web.workload)]);
    });

    test.each(TROUBLES.filter(can))(
      'where the server says %s, every workload that names the signal has a reason and no reading, least of all a zero',
      async (says) => {
        const batch = await read({ says } as World);
        for (const workload of WORKLOADS) {
          expect(valueIn(batch, workload)).toBeUndefined();
          expect(batch.unread?.get(`shop/${workload}`)?.[SIGNAL]).toMatch(/^[^\p{Cc}\p{Cf}]{10,700}$/u);
        }
      },
    );

    test.runIf(can('no number'))(
      'what is no number is a reason, and the other workload keeps its reading',
      async () => {
        const batch = await read({ says: 'no number' });
        expect(valueIn(batch, 'web')).toBeUndefined();
        expect(batch.unread?.get('shop/web')?.[SIGNAL]).toBeDefined();
        expect(valueIn(batch, 'api')).toBeCloseTo(3, 0);
        expect(batch.unread?.has('shop/api')).toBe(false);
      },
    );

    test.runIf(can('several'))('several values where one is wanted are not summed unseen', async () => {
      const batch = await read({ says: 'several' });
      expect(valueIn(batch, 'web')).toBeUndefined();
      expect(batch.unread?.get('shop/web')?.[SIGNAL]).toMatch(/\b2\b/);
      expect(valueIn(batch, 'api')).toBeCloseTo(3, 0);
    });

    test.runIf(can('strangers'))('10,000 values of others, hostile names among them, harm nobody', async () => {
      const batch = await read({ says: 'strangers' });
      expect(valueIn(batch, 'web')).toBeCloseTo(7, 0);
      expect([...batch.readings.keys(), ...(batch.levels?.keys() ?? [])]).toEqual(['shop/web']);
      expect([...(batch.unread?.keys() ?? [])]).toEqual(['shop/api']);
    });

    test('asks as often for many workloads as for one', async () => {
      const many = Array.from({ length: 60 }, (_, i) => `app-${i}`);
      const values = Object.fromEntries(many.map((one) => [one, 5]));
      const cost: number[] = [];
      for (const workloads of [many.slice(0, 1), many]) {
        await read({ says: 'values', values, at }, workloads);
        cost.push(prepared?.calls() ?? Number.NaN);
        await prepared?.close();
      }
      const [one = Number.NaN, all] = cost;
      expect(one).toBeGreaterThan(0);
      expect(all).toBe(under.calls === undefined ? one : under.calls(many.length));
    });
  });
}
