// What the command line prints of the API's real answers: the sentence that matters, not three hundred lines of JSON.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerText } from '../../cli/answer-text.ts';
import { type Embedded, simulated, startEmbedded } from '../make/embedded.ts';

const API = '/api/autoscaling';
const OF_WEB = 'deployment=web&namespace=shop';
let system: Embedded;
beforeAll(async () => {
  const annotations = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true', 'ai4k8s.io/max-replicas': '40' };
  system = await startEmbedded([simulated({ load: () => 5, annotations })]);
  await system.tick(2);
});
afterAll(() => system.close());

it.each([
  [
    `status/demo`,
    [/cluster demo: 1 workloads, 1 enabled, 15 replicas/, /shop\/web/, /last tick: 2026-03-04T12:02:00.000Z/],
  ],
  [
    `history/demo?${OF_WEB}`,
    [/^2026-03-04T12:01:00.000Z {2}10 → 15 {2}applied: scaled 10 → 15 replicas\n {4}reactive: cpu/],
  ],
  [
    `recommendations/demo?${OF_WEB}`,
    [/15 → 15 {2}unchanged/, /\n {2}reactive +15 {2}cpu is at/, /\n {2}llm +– {2}no API key/],
  ],
])('%s is a few lines', async (path, expected) => {
  const text = answerText((await system.get(`${API}/${path}`)).body);
  for (const line of expected) expect(text).toMatch(line);
});

it('what the LLM answered stands beside the other proposals, and a long name does not move a column', () => {
  const recommendations = {
    'queue-seconds': { success: true, target_replicas: 3, reason: 'a queue' },
    llm: { success: true, recommendation: { action: 'scale_down', target_replicas: 16, reasoning: 'less is asked' } },
  };
  const text = answerText({ recommendations, decision: { verdicts: [] } });
  expect(text).toMatch(/\n {2}queue-seconds {5}3 {2}a queue/);
  expect(text).toMatch(/\n {2}llm {14}16 {2}less is asked/);
});

it('a command is its message, with what it gave back', async () => {
  const { body } = await system.post(`${API}/release/demo`, {});
  expect(answerText(body)).toMatch(/^nothing was held|^0 given back|no floor is left/);
  expect(answerText({ message: 'done', given_back: ['HPA web 6 → 2'], failed: [] })).toBe('done\n  HPA web 6 → 2');
});

it('what it does not know is left to JSON', () => {
  expect(answerText({ windows: [] })).toBeNull();
});
