// The budget of the LLM through ticks and API: the most doubtful are asked first, two processes share it, rules go on without it.

import { afterAll, describe, expect, it } from 'vitest';
import { budgetCheck } from '../../../cli/doctor/budget-check.ts';
import { makeAdviceStore } from '../../../lib/adapters/dynamo/advice-store.ts';
import { openTable } from '../../../lib/adapters/dynamo/table.ts';
import { type Advisor, makeAdvisor } from '../../../lib/app/advise/advisor.ts';
import type { Log, Model } from '../../../lib/app/ports/world.ts';
import { type DecidePorts, decideShard, type ShardInput } from '../../../lib/app/tick/decide-shard.ts';
import { priceOf } from '../../../lib/domain/advice/llm-price.ts';
import { earnedAt, earnedBy } from '../../../lib/domain/advice/monthly-budget.ts';
import { doubtOf } from '../../../lib/domain/assessment/doubt.ts';
import { startEmbeddedTable } from '../../../local/embedded-table.ts';
import { policiesWith } from '../../make/policies.ts';
import { NOW, observation } from '../../make/workloads.ts';
import { makeMemorySeriesStore } from '../../stand-ins/memory-tick-parts.ts';
import { sampleAssessment } from '../../stand-ins/sample-assessment.ts';

const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const MODEL = 'openai/gpt-oss-20b';
const LAST_DAY = Date.UTC(2026, 10, 30, 12);
const UNLIMITED = { requestsPerMinute: 1e6, requestsPerDay: 1e6, tokensPerMinute: 1e9 };
const embedded = await startEmbeddedTable({});
afterAll(() => embedded.close());

/** One process on the shared table, whose stand-in model answers nothing of use and is billed as a real one. */
function makeProcess(usd: number) {
  const asked: string[] = [];
  const table = openTable({ ...embedded, now: () => LAST_DAY });
  const model: Model = {
    complete: async ({ model: name }) => {
      asked.push(name);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const usage = { promptTokens: 1000, cachedTokens: 0, completionTokens: 300 };
      return { kind: 'text', text: 'no', finishReason: 'stop', usage };
    },
  };
  const advisor = makeAdvisor({
    model,
    store: makeAdviceStore(table),
    limitClock: { now: () => LAST_DAY },
    log: QUIET,
    settings: { models: [MODEL], limits: UNLIMITED, budgetMs: 5000 },
    budget: { monthlyUsd: usd, priceOf: (name) => priceOf(name, {}, false) },
  });
  const about = (name: string) => {
    const workload = { cluster: `c${usd}`, namespace: 'shop', name };
    return sampleAssessment({ observation: { workload } });
  };
  return { advise: (name: string) => advisor.advise(about(name)), asked, table };
}

describe('two processes at once', () => {
  it('never spend more than the budget together, and what they do not spend is settled', async () => {
    const [a, b] = [makeProcess(0.004), makeProcess(0.004)];
    const names = Array.from({ length: 30 }, (_, i) => `w${i}`);
    await Promise.all(names.flatMap((name) => [a.advise(`a-${name}`), b.advise(`b-${name}`)]));
    const spent = await makeAdviceStore(a.table).spent('2026-11');
    expect(spent).toBeLessThanOrEqual(0.004e9);
    expect(spent).toBe((a.asked.length + b.asked.length) * (1000 * 75 + 300 * 300));
    expect(a.asked.length + b.asked.length).toBeGreaterThan(3);
    expect(a.asked.length + b.asked.length).toBeLessThan(60);
    expect(await budgetCheck(embedded, 0.001, () => LAST_DAY)).toMatchObject({ status: 'warning', name: 'LLM budget' });
    expect(await budgetCheck(embedded, 10, () => LAST_DAY)).toMatchObject({ status: 'ok' });
  });

  it('write nothing any more once it is spent: no claim, no token, no reservation', async () => {
    const one = makeProcess(0.000001);
    expect(await one.advise('first')).toMatchObject({ code: 'budget_used_up' });
    const before = one.table.capacity.writeUnits;
    for (let i = 0; i < 20; i++) expect(await one.advise(`w${i}`)).toMatchObject({ code: 'budget_used_up' });
    expect(one.table.capacity.writeUnits).toBe(before);
    expect(one.asked).toEqual([]);
  });
});

describe('doubt', () => {
  it('is the width of the envelope in shares of the present count', () => {
    const of = (spec: number, floor: number, ceiling: number) => {
      const about = sampleAssessment({ observation: { replicas: { spec, ready: spec, running: spec, total: spec } } });
      return doubtOf({ ...about, envelope: { ...about.envelope, floor, ceiling } });
    };
    expect([of(10, 8, 8), of(10, 8, 12), of(100, 98, 102), of(0, 1, 2)]).toEqual([0, 0.4, 0.04, 1]);
  });

  it('decides who of a shard is asked first, whatever the order in which they came', async () => {
    // Within HPA's tolerance of its target a count is kept though fewer would do: that many are in doubt.
    const sizes = { lacking: [10, 100], small: [20, 64], large: [100, 64], idle: [10, 10] } as const;
    const names = Object.keys(sizes) as (keyof typeof sizes)[];
    const asked: { name: string; doubt: number }[] = [];
    const advisor: Advisor = {
      advise: async (assessment) => {
        asked.push({ name: assessment.observation.workload.name, doubt: doubtOf(assessment) });
        return null;
      },
    };
    const workloads = names.map((name) => ({ cluster: 'c', namespace: 'shop', name }));
    const observations = names.map((name) => {
      const [spec, cpuPercent] = sizes[name];
      return observation({
        workload: { cluster: 'c', namespace: 'shop', name },
        annotations: {
          'ai4k8s.io/predictive-autoscaling-enabled': 'true',
          'ai4k8s.io/max-replicas': '200',
          'ai4k8s.io/target-memory': 'off',
        },
        replicas: { spec, ready: spec, running: spec, total: spec },
        cpuPercent,
      });
    });
    const input = {
      cluster: 'c',
      now: NOW,
      shard: { id: 0, workloads },
      observed: { observations: new Map(observations.map((one) => [`shop/${one.workload.name}`, one])), problems: [] },
      policies: policiesWith(),
      schedules: new Map(),
      mayLearn: () => false,
      unfinished: false,
      asked: [],
      seenFrom: NOW,
      hold: null,
    } as unknown as ShardInput;
    const ports = { series: makeMemorySeriesStore(), advisor, log: QUIET } as unknown as DecidePorts;
    const draft = await decideShard(ports as never, { tickSeconds: 60, killSwitch: null }, input);
    expect(asked.slice(0, 2).map(({ name }) => name)).toEqual(['large', 'small']);
    expect(asked.map(({ doubt }) => Math.round(100 * doubt))).toEqual([8, 5, 0, 0]);
    expect(draft.candidates[0]?.considered.assessment.observation.workload.name).toBe('lacking');
    expect(draft.drafts.map(({ decision }) => decision.workload.name)).toEqual(
      draft.candidates.map(({ considered }) => considered.assessment.observation.workload.name),
    );
  });
});

describe('what time has earned of a budget', () => {
  it('grows to all of it, and whatever sum is earned at the moment that is named', () => {
    for (const [year, month] of [
      [2026, 10],
      [2027, 1],
      [2028, 1],
      [2026, 11],
    ] as const) {
      const [start, end] = [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)];
      expect(earnedBy(start, 31e9)).toBeGreaterThan(0.9e9);
      expect(earnedBy(end - 1, 31e9)).toBe(31e9);
      for (let sum = 1e9; sum <= 31e9; sum += 1.7e9) {
        const at = earnedAt(Math.round(sum), 31e9, start);
        expect(earnedBy(Math.min(at, end - 1), 31e9)).toBeGreaterThanOrEqual(Math.round(sum));
        if (at > start + 10) expect(earnedBy(at - 10, 31e9)).toBeLessThan(Math.round(sum) + 100_000);
      }
      expect(earnedAt(31e9 + 1, 31e9, start)).toBe(end);
    }
  });
});
