// A decision's whole story, asked for hours later: the forecast of then beside what came, and the LLM's record.
import { expect, it } from 'vitest';
import { decisionStory, type StoryPorts } from '../../../lib/app/api/decision-story.ts';
import type { AdviceRow } from '../../../lib/domain/advice/advice-row.ts';
import { simulated, startEmbedded } from '../../make/embedded.ts';
import { recordOf } from '../../make/records.ts';
import { advised } from '../../make/workloads.ts';

const API = '/api/autoscaling';
const WEB = 'deployment=web&namespace=shop';
const HOUR = 3_600_000;

it('has the six hours that were forecast, with what came of those that are over', async () => {
  const system = await startEmbedded([simulated()]);
  await system.tick(3);
  const { id } = (await system.get(`${API}/history/demo?${WEB}&limit=1`)).body.decisions[0];
  const story = async () => (await system.get(`${API}/history/demo/${id}?${WEB}`)).body;
  const first = await story();
  expect(first.came.cpu).toHaveLength(6);
  expect(first.came.cpu.map(({ came }: { came: number | null }) => came)).toEqual(Array(6).fill(null));
  expect(first).toMatchObject({ llm_record: null, decision: { id, verdicts: expect.any(Array) } });
  const then = Date.parse(first.decision.timestamp);
  system.advance(57);
  await system.tick(6);
  const { came } = await story();
  expect(Date.parse(came.cpu[0].timestamp)).toBe(then + HOUR);
  expect(came.cpu[0].came).toBeCloseTo(2.5, 1);
  expect(came.cpu[0].p50).toBe(first.came.cpu[0].p50);
  expect(came.cpu[1].came).toBeNull();
  await system.close();
});

it('tells how often advice of that confidence was right, of the week before it', async () => {
  const record = { ...recordOf(), advice: advised(9, { confidence: 0.8 }) };
  const ref = record.decision.workload;
  const { now } = record.assessment;
  const rows = Array.from({ length: 40 }, (_, i) => ({
    at: now - (i + 2) * HOUR,
    confidence: 0.8,
    advised: 1,
    bounds: [1, 10],
  }));
  const asked: number[] = [];
  const ports = {
    series: { locate: async () => null, read: async () => new Map() },
    adviceRows: {
      list: async (_ref: unknown, from: number, to: number) => {
        asked.push(now - from, now - to);
        return rows as unknown as AdviceRow[];
      },
    },
  } as unknown as StoryPorts;
  const { llm_record } = await decisionStory(ports, ref, record, now);
  expect(asked).toEqual([7 * 24 * HOUR, 0]);
  expect(llm_record).toMatchObject({ confidence: 0.8, days: 7, judged: 0, right: null });
  expect(llm_record?.message).toMatch(/^too few yet: /);
});
