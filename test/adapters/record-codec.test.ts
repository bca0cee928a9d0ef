// Records at rest: as small as a write unit, and readable for as long as they are kept, whatever is released meanwhile.
import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { makeDecisionStore } from '../../lib/adapters/dynamo/decision-store.ts';
import { compressed, shortNumber, VERSIONS } from '../../lib/adapters/dynamo/items.ts';
import { deflatedRecords, inflatedRecords, keptRecord } from '../../lib/adapters/dynamo/record-codec.ts';
import { RECORD_DICTIONARY } from '../../lib/adapters/dynamo/record-dictionary.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { decide } from '../../lib/domain/decision/decide.ts';
import { fitWorkload } from '../../lib/domain/learning/fit-workload.ts';
import { APPLIED, recordOf } from '../make/records.ts';
import { embeddedTable } from '../make/table.ts';
import { assessment, NO_HISTORY, NOW, observation } from '../make/workloads.ts';

const { tableBy } = embeddedTable();
const item = (v: number, body: Uint8Array) => ({ pk: 'C#c#W#shop/web', sk: 'DEC#x', v, body });

test('the text beside which records are compressed is the one that those in tables were written with', () => {
  const sha256 = createHash('sha256').update(RECORD_DICTIONARY).digest('hex');
  expect(sha256, 'another text makes every stored record unreadable: add one with a new version').toBe(
    'b66e1232b9e56a17926d7dd21c980950c431189963afc22110fb00cbf2822eab',
  );
});

test('records of the release before are read, compressed without a text, as well as those beside the present one', () => {
  const record = recordOf();
  const beside = deflateRawSync(JSON.stringify(record), { dictionary: RECORD_DICTIONARY });
  for (const [v, body] of [
    [1, compressed(record)],
    [VERSIONS.decision, beside],
  ] as const)
    expect(inflatedRecords(item(v, body))).toEqual(JSON.parse(JSON.stringify(record)));
  expect(inflatedRecords(item(VERSIONS.decision, deflatedRecords(record)))).toEqual(
    JSON.parse(JSON.stringify(record, shortNumber)),
  );
  expect(VERSIONS.journal).toBe(VERSIONS.decision);
});

test('what is no record is said to be none', () => {
  for (const body of [Buffer.from('x'), deflateRawSync('{"decision":'), deflatedRecords('')])
    expect(() => inflatedRecords<object>(item(VERSIONS.decision, body.subarray(0, body.length - 1)))).toThrow(
      /C#c#W#shop\/web/,
    );
});

test('a change with all that it was decided from takes one write unit, and its intention another', async () => {
  const table = tableBy(() => NOW);
  const record = typical();
  await makeDecisionStore(table).put(record);
  await makeTickStore(table).journal('c', 0, NOW, [record]);
  expect(table.capacity.byKind.get('DEC')?.writeUnits).toBe(1);
  expect(table.capacity.byKind.get('JOURNAL')?.writeUnits).toBe(1);
  // With room for longer names and more annotations.
  expect(deflatedRecords(keptRecord(record)).length).toBeLessThan(820);
  expect(record.assessment.sizingPolicy?.expert.kind).toBe('price');
  // As the release before wrote it.
  expect(compressed(record).length).toBeGreaterThan(3 * 1024);
});

test('of what was forecast, a record keeps the whole hours with their quantiles', () => {
  const { forecasts, now } = keptRecord(typical()).assessment;
  const hours = forecasts.cpu?.points.map(({ at }) => (at - now) / 3_600_000);
  expect(hours).toEqual([1, 2, 3, 4, 5, 6]);
});

/** Of a workload with a week behind it, all of whose numbers have their digits. */
function typical() {
  const step = 300_000;
  const at = Float64Array.from({ length: 2016 }, (_, i) => NOW - (2015 - i) * step);
  const cpu = at.map((time) => 2 + Math.sin((time / 86_400_000) * 2 * Math.PI) + 0.1 * Math.sin(time / 7e5));
  const memory = cpu.map((cores) => 4e8 + 1.3e8 * cores);
  const replicas = cpu.map((cores) => Math.ceil(cores / 0.35));
  const history = { at, demand: { cpu, memory }, replicas };
  const fitted = fitWorkload({
    history,
    previous: undefined,
    now: NOW,
    coresPerReplica: 0.5,
    startupSeconds: 30,
    takenPerReplica: {},
    sloPercent: 99.5,
    tickSeconds: 60,
  });
  const seen = observation({ uid: '520a15c8-1dca-49e5-8f3e-12d86ba9b8d2' });
  const of = assessment(seen, { now: NOW, fitted, recent: history });
  return { ...recordOf({ outcome: APPLIED }), decision: decide(of, null, NO_HISTORY), assessment: of };
}
