// Rows of advice on dynalite: small, in numbers only, kept for as long as is said, and never believed blindly.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAdviceRow, encodeAdviceRow } from '../../lib/adapters/dynamo/advice-row-codec.ts';
import { makeAdviceRowStore } from '../../lib/adapters/dynamo/advice-row-store.ts';
import { advicePk } from '../../lib/adapters/dynamo/keys.ts';
import { type AdviceRow, adviceRowOf, type HourlyForecast } from '../../lib/domain/advice/advice-row.ts';
import { adviceRowStoreContract } from '../contracts/advice-row-store.ts';
import { embeddedTable } from '../make/table.ts';
import { NOW } from '../make/workloads.ts';
import { sampleAssessment } from '../stand-ins/sample-assessment.ts';

const DAY = 86_400_000;
const { tableBy } = embeddedTable();
const LONGEST = { cluster: 'c'.repeat(100), namespace: 'n'.repeat(63), name: 'd'.repeat(253) };

adviceRowStoreContract('dynamo on dynalite', () =>
  makeAdviceRowStore(
    tableBy(() => NOW),
    { retentionDays: 90 },
  ),
);

describe('a row', () => {
  test('law: comes back as it was, forecasts within 0.1 % of what they were', () => {
    fc.assert(
      fc.property(rows(), (row) => {
        const { hourly, ...back } = decodeAdviceRow(encodeAdviceRow(row)) ?? fail();
        const { hourly: given, ...rest } = row;
        expect(back).toEqual(rest);
        for (const [place, forecast] of hourly.entries())
          for (const kind of ['medians', 'uppers'] as const)
            for (const [hour, value] of (forecast?.[kind] ?? []).entries())
              expect(Math.abs(value / (given[place]?.[kind][hour] ?? Number.NaN) - 1)).toBeLessThanOrEqual(1e-3);
      }),
    );
  });

  test('takes one write unit, also with the longest names and all loads', async () => {
    const table = tableBy(() => NOW);
    const row = { ...sample(), loads: Array(4).fill([1000, 1000, 'increasing']), hourly: Array(4).fill(hours(123)) };
    await makeAdviceRowStore(table, { retentionDays: 90 }).put(LONGEST, { ...row, model: 'm'.repeat(100) });
    expect(table.capacity.writeUnits).toBe(1);
  });

  test('has its six hours in 24 bytes a load', () => {
    expect(encodeAdviceRow(sample()).hourly.length).toBe(24 * sample().hourly.length);
  });

  test('is in numbers: no text of the prompt, of the answer or of the workload, but for its key', async () => {
    const table = tableBy(() => NOW);
    const ref = { cluster: `c-${randomUUID()}`, namespace: 'shop', name: 'web' };
    await makeAdviceRowStore(table, { retentionDays: 90 }).put(ref, sample());
    const [item] = await table.query(advicePk(ref), { from: 'ROW#', to: 'ROW#~' });
    const texts = Object.entries(item ?? {}).filter(
      ([key, value]) => typeof value === 'string' && !/^[ps]k$/.test(key),
    );
    expect(texts.map(([key]) => key).toSorted()).toEqual(['mode', 'model', 'prompt']);
    expect(JSON.stringify(Object.values(item ?? {}))).not.toMatch(/latency|requests|reason/);
  });

  test('is kept for as many days as are set, from when it was asked about', async () => {
    const ref = { cluster: `c-${randomUUID()}`, namespace: 'shop', name: 'web' };
    await makeAdviceRowStore(
      tableBy(() => NOW),
      { retentionDays: 2 },
    ).put(ref, sample());
    const seenAt = async (at: number) =>
      (
        await makeAdviceRowStore(
          tableBy(() => at),
          { retentionDays: 2 },
        ).list(ref, 0, at, 10)
      ).length;
    expect([await seenAt(NOW + 2 * DAY - 1000), await seenAt(NOW + 2 * DAY + 1000)]).toEqual([1, 0]);
  });

  test('that is none, whoever wrote it, is left out, and hides no other', async () => {
    const table = tableBy(() => NOW);
    const ref = { cluster: `c-${randomUUID()}`, namespace: 'shop', name: 'web' };
    const store = makeAdviceRowStore(table, { retentionDays: 90 });
    await store.put(ref, sample());
    const sk = (second: number) => `ROW#2026-01-01T00:00:0${second}.000Z`;
    const pk = advicePk(ref);
    await table.put({ pk, sk: sk(1), v: 1, ...encodeAdviceRow(sample()), advised: -3 });
    await table.put({ pk, sk: sk(2), v: 1, ...encodeAdviceRow(sample()), hourly: new Uint8Array(7) });
    await table.put({ pk, sk: sk(3), v: 2 });
    await table.put({ pk, sk: sk(4), v: 1 });
    expect((await store.list(ref, 0, NOW, 100)).map(({ advised }) => advised)).toEqual([sample().advised]);
  });
});

describe('what a row says', () => {
  test('of shadow and of named loads: the mode, and loads by place without their names', () => {
    const signals = {
      requests: { kind: 'load', target: 70, direction: 'both', missing: 'hold' },
      backlog: { kind: 'load', target: 5, direction: 'both', missing: 'hold' },
    } as const;
    const about = sampleAssessment({ policy: { llm: 'shadow', signals } });
    const row = adviceRowOf(given(), about, 7, 8);
    expect(row).toMatchObject({ mode: 'shadow', baseline: 7, stood: 8, prompt: '2.1' });
    expect(row.loads).toHaveLength(4);
    expect(JSON.stringify(row)).not.toMatch(/requests|backlog/);
  });

  test('of the forecast: the median of each of six hours, and the highest upper quantile within it', () => {
    const about = sampleAssessment({});
    const [cpu] = adviceRowOf(given(), about, 7, 8).hourly;
    const { points = [], hourly = [] } = about.forecasts.cpu ?? {};
    expect(cpu?.medians).toEqual(hourly.slice(0, 6));
    for (const [hour, upper] of (cpu?.uppers ?? []).entries()) {
      const within = points.filter(({ at }) => Math.ceil((at - about.now) / 3_600_000) === hour + 1);
      const highest = within.length === 0 ? Number.NaN : Math.max(...within.map(({ p95 }) => p95));
      expect(upper).toEqual(highest);
    }
  });
});

function given() {
  const advice = { action: 'scale_up', targetReplicas: 9, confidence: 0.8 } as never;
  return { kind: 'advice', advice, model: 'openai/gpt-oss-20b', at: NOW, cached: false } as const;
}

function sample(): AdviceRow {
  return { ...adviceRowOf(given(), sampleAssessment({}), 7, 8), at: NOW };
}

function hours(value: number): HourlyForecast {
  return { medians: Array(6).fill(value), uppers: Array(6).fill(value) };
}

function fail(): never {
  throw new Error('no row came back');
}

function rows(): fc.Arbitrary<AdviceRow> {
  const replicas = fc.nat(5000);
  const percent = fc.option(fc.nat(1000), { nil: null });
  const value = fc.double({ min: 1, max: 1e5, noNaN: true });
  const six = fc.array(value, { minLength: 6, maxLength: 6 });
  return fc.record({
    at: fc.constant(NOW),
    mode: fc.constantFrom('on' as const, 'shadow' as const),
    replicas,
    bounds: fc.tuple(replicas, replicas),
    loads: fc.array(fc.tuple(percent, percent, fc.constantFrom('increasing' as const, 'stable' as const, null)), {
      maxLength: 4,
    }),
    levels: fc.tuple(fc.nat(4), fc.nat(4)),
    baseline: replicas,
    advised: replicas,
    stood: replicas,
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    model: fc.string({ maxLength: 100 }),
    prompt: fc.constantFrom('2', '2.1'),
    hourly: fc.array(fc.record({ medians: six, uppers: six }), { maxLength: 4 }),
  });
}
