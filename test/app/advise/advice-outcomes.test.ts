// What came ten and sixty minutes after advice is read off the series that ticks store anyway: nothing is written for it.
import { describe, expect, it } from 'vitest';
import { makeAdviceRowStore } from '../../../lib/adapters/dynamo/advice-row-store.ts';
import { makeSeriesStore } from '../../../lib/adapters/dynamo/series-store.ts';
import { adviceOutcomes } from '../../../lib/app/advise/advice-outcomes.ts';
import { noteAdvice } from '../../../lib/app/advise/note-advice.ts';
import { AdapterError } from '../../../lib/app/ports/world.ts';
import type { AdviceRow } from '../../../lib/domain/advice/advice-row.ts';
import { decide } from '../../../lib/domain/decision/decide.ts';
import { embeddedTable } from '../../make/table.ts';
import { advised, assessment, NOW, observation } from '../../make/workloads.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REF = { cluster: 'c', namespace: 'shop', name: 'web' };
const { tableBy } = embeddedTable();

function made(llm: 'on' | 'shadow' = 'on', cached = false) {
  const about = assessment(observation({ workload: REF }));
  const of = { ...about, policy: { ...about.policy, llm } };
  const given = advised(4);
  if (given.kind !== 'advice') throw new Error('no advice');
  const advice = { ...given, at: NOW, cached };
  const decision = decide(of, advice, { wanted: [], lastScaledAt: null, ownChangeAt: null, killSwitch: null });
  return { decision, assessment: of, advice };
}

describe('advice held against what came', () => {
  it('has the demand and the replicas of ten and sixty minutes later, where ticks have seen them', async () => {
    const later = NOW + 3 * HOUR;
    const table = tableBy(() => later);
    const [adviceRows, series] = [makeAdviceRowStore(table, { retentionDays: 90 }), makeSeriesStore(table)];
    const [shard] = await series.assign('c', [REF]);
    if (shard === undefined) throw new Error('no shard');
    for (let minute = 0; minute <= 60; minute++)
      await series.append('c', shard, NOW + minute * MINUTE, [
        { workload: REF, cpu: 1 + minute / 10, memory: 2 ** 30, replicas: 3 + minute },
      ]);
    await noteAdvice(adviceRows, made());
    await adviceRows.put(REF, {
      ...((await adviceRows.list(REF, 0, later, 1))[0] as AdviceRow),
      at: NOW + 30 * MINUTE,
    });
    const before = table.capacity.writeUnits;
    const [late, early] = await adviceOutcomes({ adviceRows, series }, REF, 0, later, 10);
    expect(table.capacity.writeUnits).toBe(before);
    expect(early?.after10Minutes).toMatchObject({ at: NOW + 10 * MINUTE, replicas: 13 });
    expect(early?.after10Minutes?.cpuCores).toBeCloseTo(2, 2);
    expect(early?.after60Minutes).toMatchObject({ replicas: 63 });
    expect(late?.after10Minutes).toMatchObject({ replicas: 43 });
    expect(late?.after60Minutes).toBeNull();
  });

  it('of a workload that nobody has advice on is nothing', async () => {
    const table = tableBy(() => NOW);
    const ports = { adviceRows: makeAdviceRowStore(table, { retentionDays: 90 }), series: makeSeriesStore(table) };
    expect(await adviceOutcomes(ports, { ...REF, name: 'api' }, 0, NOW, 10)).toEqual([]);
  });
});

describe('a row is noted', () => {
  const rowsOf = async (record: Parameters<typeof noteAdvice>[1]) => {
    const rows: AdviceRow[] = [];
    await noteAdvice({ put: async (_ref, row) => void rows.push(row), list: async () => [] }, record);
    return rows;
  };

  it('with the number of the baseline, the one advised and the one that stood', async () => {
    const { decision, ...rest } = made();
    expect(await rowsOf({ decision, ...rest })).toEqual([
      expect.objectContaining({ mode: 'on', advised: 4, stood: decision.target, at: NOW }),
    ]);
  });

  it('also of advice in the shadow, where the baseline stands', async () => {
    const [row] = await rowsOf(made('shadow'));
    expect(row).toMatchObject({ mode: 'shadow', advised: 4 });
    expect(row?.stood).toBe(row?.baseline);
  });

  it('by whoever made the call: none of advice that was kept, of none, or of a failure', async () => {
    expect(await rowsOf(made('on', true))).toEqual([]);
    expect(await rowsOf({ ...made(), advice: null })).toEqual([]);
    const failure = { kind: 'rejection', code: 'timeout', detail: '', model: null, at: NOW, raw: null } as const;
    expect(await rowsOf({ ...made(), advice: failure })).toEqual([]);
  });

  it('or not, where the table fails: the decision does not depend on it', async () => {
    const put = () => Promise.reject(new AdapterError('dynamodb', 'away', { retryable: true }));
    await expect(noteAdvice({ put, list: async () => [] }, made())).resolves.toBeUndefined();
  });
});
