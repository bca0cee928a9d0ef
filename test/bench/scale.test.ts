// What the benchmark of big clusters makes of its measures: peaks of a table, growth, and which targets are met.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { exponentOf, type SizeMeasured, type TickMeasured } from '../../bench/scale/measured.ts';
import { sizeLines } from '../../bench/scale/report.ts';
import { verdicts } from '../../bench/scale/targets.ts';
import { meterTable, type TableCall, tableUse } from '../../bench/scale/unit-meter.ts';

function write(pk: string, units: number, atMs: number): TableCall {
  return { key: { pk, sk: 'T#2026' }, what: 'writeUnits', units, atMs };
}

it('the heaviest second of a table is any second, and a partition has its own', () => {
  const calls = [
    write('C#a#S#1', 2, 0),
    write('C#a#S#1', 3, 900),
    write('C#a#S#2', 4, 1100),
    write('C#a#S#2', 1, 2500),
  ];
  const { peaks, partitions, byKind } = tableUse(calls);
  expect(peaks.second).toEqual({ writeUnits: 7, readUnits: 0 });
  expect(peaks.hottest.writeUnits).toEqual({ pk: 'C#a#S#1', units: 5 });
  expect(partitions.writeUnits).toEqual({ pk: 'C#a#S#1', units: 5 });
  expect(byKind).toEqual({ T: { writeUnits: 10, readUnits: 0, calls: 4 } });
});

it('a table is metered by what it answers: keys of what is asked, units of what is said, one for a failed condition', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{"ConsumedCapacity":{"CapacityUnits":2.5,"TableName":"t"}}'));
  });
  const failing = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(400).end('{"__type":"ConditionalCheckFailedException"}'));
  });
  const [taken, refused] = [meterTable(server), meterTable(failing)];
  const ask = async (to: typeof server, operation: string, body: unknown) => {
    if (!to.listening) await new Promise<void>((resolve) => to.listen(0, '127.0.0.1', resolve));
    const { port } = to.address() as AddressInfo;
    const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
    await (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', headers, body: JSON.stringify(body) })).text();
  };
  const values = { ':pk': { S: 'C#a#S#1' }, ':from': { S: 'T#1' }, ':to': { S: 'T#2' } };
  await ask(server, 'Query', { ExpressionAttributeValues: values });
  await ask(server, 'DescribeTable', {});
  await ask(failing, 'PutItem', { Item: { pk: { S: 'LEASE#a' }, sk: { S: 'LEASE' } } });
  expect(taken()).toMatchObject([{ key: { pk: 'C#a#S#1', sk: 'T#1' }, what: 'readUnits', units: 2.5 }]);
  expect(taken()).toEqual([]);
  expect(refused()).toMatchObject([{ key: { pk: 'LEASE#a', sk: 'LEASE' }, what: 'writeUnits', units: 1 }]);
  server.close();
  failing.close();
});

it('what grows as much as its size has the exponent one, what grows with its square two', () => {
  expect(exponentOf([100, 7], [1000, 70])).toBeCloseTo(1);
  expect(exponentOf([100, 7], [1000, 700])).toBeCloseTo(2);
});

function tick(cpu: number, seconds: number, units: number): TickMeasured {
  const calls = Array.from({ length: 4 }, (_, i) => write(`C#a#S#${i}`, units / 4, i));
  return {
    seconds,
    tickSeconds: seconds / 2,
    cpuSeconds: { tick: cpu / 2, evaluate: cpu / 2 },
    standInCpuSeconds: { table: 1, cluster: 1, 'queue and bus': 1 },
    table: tableUse(calls),
    calls: { 'GET pods': Math.round(units) },
    logBytes: { tick: units, evaluate: units, learn: 0, look: 0 },
    complaints: {},
  };
}

function size(workloads: number, one: TickMeasured): SizeMeasured {
  return {
    workloads,
    shards: workloads / 64,
    handedOn: true,
    first: one,
    steady: [one, one],
    learn: { workloads: 64, cpuSeconds: 64 * (one.seconds < 60 ? 0.3 : 11) },
    peakMiB: { tick: 500 },
    importCpuSeconds: { tick: 1, evaluate: 1, learn: 1, look: 1 },
    looks: [],
  };
}

it('names every target that is missed', () => {
  const good = verdicts([size(1000, tick(1, 2, 300)), size(10_000, tick(10, 20, 3000))]);
  expect(good.filter(({ met }) => !met)).toEqual([]);
  expect(good.length).toBeGreaterThan(10);
  const slow = verdicts([size(1000, tick(1, 2, 300)), size(10_000, tick(50, 61, 8000))]);
  const missed = slow.filter(({ met }) => !met).map(({ text }) => text);
  for (const word of [
    'CPU of a tick',
    'write units',
    'takes 61.0 s',
    'heaviest second',
    'hottest partition',
    'learn within',
  ])
    expect(missed.some((text) => text.includes(word))).toBe(true);
});

it('says of looks what one takes, in the mean, and the longest', () => {
  const of = (cpuSeconds: number) => ({
    looks: 3,
    bytes: 60_000,
    cpuSeconds,
    most: cpuSeconds / 2,
    table: tableUse([write('C#a#S#1', 3, 0)]),
    calls: { 'GET metrics pods': 3 },
    logBytes: 100,
  });
  const said = sizeLines({ ...size(1000, tick(1, 2, 300)), looks: [of(0.3), of(0.6)] }).join('\n');
  for (const word of [
    'the 3 looks after a tick, of 2 the mean',
    '0.45 s, 150 ms a look, 300 ms the longest',
    '3.0 write',
  ])
    expect(said).toContain(word);
  expect(sizeLines(size(1000, tick(1, 2, 300))).join()).not.toContain('looks after');
});
