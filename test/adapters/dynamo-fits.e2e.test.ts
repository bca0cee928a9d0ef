// Whatever is known of workloads, and in whatever script: it fits into the table's items, and none loses what is decided by.
import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeDecisionStore } from '../../lib/adapters/dynamo/decision-store.ts';
import { makeSeriesStore } from '../../lib/adapters/dynamo/series-store.ts';
import type { Table } from '../../lib/adapters/dynamo/table.ts';
import { makeTickStore } from '../../lib/adapters/dynamo/tick-store.ts';
import { decide } from '../../lib/domain/decision/decide.ts';
import type { DecisionRecord } from '../../lib/domain/decision/decision.ts';
import { remembered } from '../../lib/domain/decision/remember.ts';
import type { Verdict } from '../../lib/domain/guardrails/verdict.ts';
import type { Amounts } from '../../lib/domain/vertical/container-resources.ts';
import type { ContainerView, VerticalView } from '../../lib/domain/vertical/vertical-view.ts';
import { type WorkloadRef, workloadKey } from '../../lib/domain/workload/identity.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import { asRemembered } from '../make/kept-records.ts';
import { embeddedTable } from '../make/table.ts';
import { advised, assessment, NO_HISTORY, NOW, observation } from '../make/workloads.ts';

const SHARD_SIZE = 64;
const { tableBy } = embeddedTable();
let table: Table;
beforeAll(() => {
  table = tableBy(() => NOW);
});

/** No two alike, so that nothing can be made smaller. */
const SCRIPTS: Readonly<Record<string, (chars: number) => string>> = {
  'of a byte': (chars) => letters(chars, 0x61, 26),
  'of three bytes': (chars) => letters(chars, 0x4e00, 20_000),
  'of four bytes': (chars) => letters(Math.floor(chars / 2), 0x20000, 40_000),
  'that JSON escapes': (chars) => letters(chars, 0x01, 0x1f),
  'of halves of pairs': (chars) => letters(chars, 0xd800, 0x3ff),
};

describe.each(Object.entries(SCRIPTS))('texts of characters %s, as long as they may be', (_script, text) => {
  let full: ReturnType<typeof fullShard>;
  beforeAll(() => {
    full = fullShard(text);
  });

  test('LATEST of a full shard takes them all, and keeps what the next tick decides by', async () => {
    const { shard, records } = full;
    const store = makeSeriesStore(table);
    const entries = new Map(records.map((one) => [workloadKey(one.decision.workload), entryOf(one)]));
    await store.writeLatest(shard.cluster, shard, entries, NOW);
    const read = await store.readLatest(shard.cluster, shard);
    expect([...read.keys()]).toEqual([...entries.keys()]);
    for (const [key, { observation, record, ...kept }] of read) {
      const before = entries.get(key);
      expect(observation.replicas).toEqual(before?.observation.replicas);
      expect(observation.workload).toEqual(before?.observation.workload);
      expect(record.decision).toMatchObject({ target: before?.record.decision.target, at: NOW });
      expect(record.outcome.kind).toBe('unchanged');
      const whole = before && JSON.parse(JSON.stringify(asRemembered(before)));
      expect(kept).toEqual({ ...whole, observation: undefined, record: undefined });
    }
  });

  test('a journal of all of them, and of what ticks before left open, can be acted on', async () => {
    const { shard, records } = full;
    const store = makeTickStore(table);
    expect(await store.journal(shard.cluster, 0, NOW, [...records, ...records])).toBe(true);
    const read = await store.readJournal(shard.cluster, 0);
    expect(read.map(({ decision }) => decision.workload.name)).toEqual(
      [...records, ...records].map(({ decision }) => decision.workload.name),
    );
    for (const { decision, assessment: of } of read) {
      expect(decision.target).toBe(records[0]?.decision.target);
      expect(of.observation.replicas).toEqual(records[0]?.assessment.observation.replicas);
    }
  });

  test('a decision is in the history with all of its words', async () => {
    const [record] = full.records;
    if (record === undefined) throw new Error('no record');
    const store = makeDecisionStore(table);
    await store.put(record);
    const [read] = (await store.list(record.decision.workload, 1)).records;
    expect(read?.decision.verdicts).toHaveLength(record.decision.verdicts.length);
  });
});

test('LATEST of a full shard takes vertical proposals as large as they are kept, and their bases with them', async () => {
  const { shard, records } = fullShard(SCRIPTS['of three bytes'] as (chars: number) => string);
  const entries = new Map(
    records.map((one) => [workloadKey(one.decision.workload), { ...entryOf(one), vertical: largestView() }] as const),
  );
  const store = makeSeriesStore(table);
  await store.writeLatest(shard.cluster, shard, entries, NOW);
  const read = await store.readLatest(shard.cluster, shard);
  for (const [key, { vertical }] of read) {
    const before = entries.get(key)?.vertical;
    expect(vertical).toMatchObject({
      code: before?.code,
      containers: before?.containers,
      remembered: before?.remembered,
    });
    expect(vertical?.refusal?.of).toBe(before?.refusal?.of);
    expect(vertical?.resized).toEqual(before?.resized);
  }
});

test('one workload with too much to say costs its own words, and no others', async () => {
  const { shard, records } = fullShard(SCRIPTS['of a byte'] as (chars: number) => string, 1);
  const loud = records[7];
  if (loud === undefined) throw new Error('no record');
  const word = 'said of it';
  const entries = new Map(
    records.map((one) => {
      const entry = entryOf({ ...one, decision: { ...one.decision, reason: word, verdicts: [] }, advice: null });
      const told = { ...entry.record.outcome, message: one === loud ? randomBytes(600_000).toString('base64') : word };
      return [workloadKey(one.decision.workload), { ...entry, record: { ...entry.record, outcome: told } }] as const;
    }),
  );
  const store = makeSeriesStore(table);
  await store.writeLatest(shard.cluster, shard, entries, NOW);
  const read = await store.readLatest(shard.cluster, shard);
  const messages = [...read.values()].map(({ record }) => record.outcome.message);
  expect(messages.filter((message) => message === word)).toHaveLength(SHARD_SIZE - 1);
  expect(read.get(workloadKey(loud.decision.workload))?.record.outcome.message).toMatch(/^.{320}…$/);
});

describe('names of 253 characters', () => {
  const refsOf = (cluster: string, count: number): WorkloadRef[] =>
    Array.from({ length: count }, () => ({ cluster, namespace: name(63), name: name(253) }));

  test('are placed by the thousand, for good, whoever else places at the same time', async () => {
    const cluster = `c-${randomUUID()}`;
    const refs = refsOf(cluster, 3000);
    const store = makeSeriesStore(table);
    const half = refs.slice(0, 1500);
    const [first] = await Promise.all([
      store.assign(cluster, half),
      makeSeriesStore(table).assign(cluster, refs.slice(1000, 2000)),
    ]);
    const shards = await makeSeriesStore(table).assign(cluster, refs);
    const keys = shards.flatMap(({ workloads }) => workloads.map(workloadKey));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.toSorted()).toEqual(refs.map(workloadKey).toSorted());
    for (const { id, workloads } of first) expect(shards[id]?.workloads.slice(0, workloads.length)).toEqual(workloads);
    expect(shards.map(({ id }) => id)).toEqual(shards.map((_, i) => i));
    expect(shards.every(({ workloads }) => workloads.length <= SHARD_SIZE)).toBe(true);
    const last = refs.at(-1);
    if (last === undefined) throw new Error('no workload');
    expect((await makeSeriesStore(table).locate(last))?.workloads.map(workloadKey)).toContain(workloadKey(last));
  });
});

/** A shard whose workloads have everything that can be long, as long as it may be. */
function fullShard(text: (chars: number) => string, chars = 2000) {
  const cluster = `c-${randomUUID()}`;
  const workloads = Array.from({ length: SHARD_SIZE }, () => ({ cluster, namespace: name(63), name: name(253) }));
  const records = workloads.map((workload) => recordOf(workload, text, chars));
  return { shard: { id: 0, cluster, workloads, places: workloads.map((_, slot) => ({ slot, since: 0 })) }, records };
}

function recordOf(workload: WorkloadRef, text: (chars: number) => string, chars: number): DecisionRecord {
  const seen: Observation = {
    ...observation({ workload }),
    otherWriters: {
      manager: { name: text(64), how: 'states' },
      writer: { name: text(64), at: NOW, through: 'scale' },
      vpa: { name: name(253), mode: text(40) },
      overlaps: Array.from({ length: 5 }, () => name(253)),
    },
    podsNotFound: text(chars),
    unread: { cpu: text(300), memory: text(300) },
    owner: { kind: 'several_hpas', names: Array.from({ length: 5 }, () => name(253)) },
    annotations: { 'ai4k8s.io/predictive-autoscaling-config': text(300), 'ai4k8s.io/mode': text(30) },
  };
  const of = assessment(seen, { now: NOW });
  const decision = decide(of, null, NO_HISTORY);
  const [verdict] = decision.verdicts;
  if (verdict === undefined) throw new Error('no verdict');
  const verdicts = Array.from({ length: 12 }, (): Verdict => ({ ...verdict, effect: 'noted', message: text(chars) }));
  const factors = Array.from({ length: 10 }, () => text(200));
  return {
    decision: { ...decision, reason: text(chars), verdicts },
    outcome: { kind: 'unchanged', message: text(chars) },
    assessment: { ...of, policy: { ...of.policy, problems: Array.from({ length: 6 }, () => text(200)) } },
    advice: advised(10, { reasoning: text(chars), factors }),
    requestedBy: text(100),
  };
}

function entryOf(record: DecisionRecord) {
  return remembered(undefined, record, null, true);
}

/** Of so many containers and pods as one may name, each name as long as it may be. */
function largestView(): VerticalView {
  const amounts = (): Amounts => ({ request: `${letters(6, 0x31, 9)}m`, limit: `${letters(7, 0x31, 9)}m` });
  const both = () => ({ cpu: amounts(), memory: amounts() });
  const four = () => Array.from({ length: 4 }, amounts);
  const container = (): ContainerView => ({
    name: name(63),
    kind: 'container',
    from: both(),
    to: both(),
    template: both(),
    shown: { cpu: four(), memory: four() },
  });
  const many = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
  return {
    code: 'resized',
    message: `resized ${many(5, () => name(253)).join(', ')}`,
    apply: 'print',
    signal: 'complexity',
    level: 'high',
    raised: true,
    factor: 2,
    containers: many(8, container),
    remembered: many(8, container),
    left: many(12, () => ({ container: name(63), resource: 'cpu', code: 'unreadable', message: name(120) })),
    notes: [name(300), name(300)],
    pods: { total: 200, asWanted: 0 },
    next: many(3, () => ({
      pod: name(253),
      containers: many(8, () => ({ ...container(), kind: 'container' as const })),
    })),
    refusal: { of: `${name(13)}:${name(13)}`, code: 'failed', message: name(600), until: NOW },
    resized: { of: many(12, () => `${name(13)}:${name(13)}`), until: NOW },
  };
}

function name(chars: number): string {
  return letters(chars, 0x61, 26);
}

function letters(count: number, from: number, many: number): string {
  const dice = randomBytes(4 * count);
  return Array.from({ length: count }, (_, i) => String.fromCodePoint(from + (dice.readUInt32LE(4 * i) % many))).join(
    '',
  );
}
