// What the command line prints of the API's real answers: the sentence that matters, not three hundred lines of JSON.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { allStatusText, askAllStatus } from '../../cli/all-status.ts';
import { answerText } from '../../cli/answer-text.ts';
import { briefly } from '../../cli/decision-text.ts';
import { wrapped } from '../../cli/wrapped.ts';
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
    [/cluster demo: 1 workloads, 1 enabled, 15 replicas/, /shop\/web/, /last tick: 2026-03-04T12:02:00Z/],
  ],
  [
    `history/demo?${OF_WEB}`,
    [/^2026-03-04T12:01:00Z {2}10 → 15, \+\$0\.11\/h {2}applied: scaled 10 → 15 replicas\n {4}reactive: cpu/],
  ],
  [
    `recommendations/demo?${OF_WEB}`,
    [
      /15 replicas {2}unchanged: 15 replicas are what is needed\nwhat each/,
      /\n {2}reactive +15 {2}cpu is at/,
      /\nrung: auto/,
    ],
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

it('status tells what a level above took from a workload', async () => {
  const { body } = await system.get(`${API}/status/demo`);
  const [row] = body.workloads;
  const clipped = ['max-replicas 40 (record) is more than cap-max-replicas of the namespace record: 10 holds'];
  expect(answerText(body)).not.toContain('capped:');
  const text = answerText({ ...body, workloads: [{ ...row, clipped }] });
  expect(text?.replaceAll(/\s+/g, ' ')).toContain(` capped: shop/web: ${clipped[0]} last tick`);
});

it('status says how often it was short in the last hour, and why in plain words, within a hundred columns', async () => {
  const { body } = await system.get(`${API}/status/demo`);
  const [row] = body.workloads;
  // Under half an hour of it was watched.
  expect(row.short_last_hour).toBeNull();
  const reason =
    'cpu needs 20 replicas: what may come before new pods serve, a missing replica weighed as 36 idle ones, and no fewer ' +
    'than were wanted in the last 5 minutes. On the last 14 days that would have had enough 99.6 % of the time';
  const said = (short_last_hour: number | null, layout: 'text' | 'wide' = 'text') =>
    answerText(
      { ...body, workloads: [{ ...row, target_replicas: 20, reason, why_not: null, short_last_hour }] },
      layout,
    ) ?? '';
  expect(said(0.123)).toMatch(/15 → 20 .*\n.* short 12 % .*\n.* of last hour/);
  expect(said(0.004)).toContain('short <1 %');
  for (const none of [0, null]) expect(said(none)).not.toContain('short');
  expect(said(0, 'wide')).toMatch(/ cpu needs 20 replicas for what may come while pods start\n/);
  expect(
    Math.max(
      ...said(1)
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(100);
});

it('where nothing waits for approval it says what brings a proposal, else what to type', () => {
  expect(answerText({ proposals: [] })).toMatch(/^no change waits for approval: .*\n.*npm run ai4k8s -- why-not NAME/);
  const waiting = {
    namespace: 'shop',
    deployment: 'web',
    change: '6 → 4 replicas waits',
    reason: 'cpu',
    expires_at: '',
  };
  expect(answerText({ proposals: [waiting] })).toMatch(/\n {4}npm run ai4k8s -- approve web -n shop$/);
});

it('a reason without its record still says which number a maximum took', () => {
  const record =
    '. On the last 4 days that would have had enough 99.8 % of the time; HPA at 70 % would have had enough';
  expect(briefly(`cpu needs 16 replicas${record}; 16 wanted, max is 10`)).toBe(
    'cpu needs 16 replicas; 16 wanted, max is 10',
  );
  expect(briefly(`cpu needs 16 replicas${record} — held`)).toBe('cpu needs 16 replicas — held');
});

it('a command is its message, with what it gave back', async () => {
  const { body } = await system.post(`${API}/release/demo`, {});
  expect(answerText(body)).toMatch(/^nothing was held|^0 given back|no floor is left/);
  expect(answerText({ message: 'done', given_back: ['HPA web 6 → 2'], failed: [] })).toBe('done\n  HPA web 6 → 2');
});

it('a floor that was moved has no arrow between equal counts, and nobody who asked for no LLM reads of one', () => {
  const decision = {
    timestamp: '2026-11-27T12:43:00.000Z',
    current_replicas: 6,
    target_replicas: 6,
    source: 'predictive',
    reason: 'cpu needs 5 replicas: enough. On the last 4 days that would have had enough — 6 was wanted just now',
    outcome: 'applied',
    outcome_message: 'raised minReplicas of HPA catalog 2 → 5, its own is 2',
    why_not: null,
    verdicts: [
      { guardrail: 'advice', effect: 'rejected', code: 'no_api_key', message: 'no API key' },
      { guardrail: 'stabilisation', effect: 'held', code: 'stabilising', message: '6 was wanted just now' },
    ],
  };
  const llm = { success: false, error: 'no_api_key', detail: 'no API key' };
  const text = answerText({ recommendations: { llm }, decision });
  expect(text).toMatch(/^2026-11-27T12:43:00Z {2}6 replicas {2}applied: raised minReplicas of HPA catalog 2 → 5/);
  expect(text).not.toMatch(/no API key|6 → 6/);
  expect(text).toMatch(/guardrails:\n {2}held by stabilisation/);
  expect(answerText({ decisions: [decision] })).toMatch(
    /\n {4}predictive: cpu needs 5 replicas: enough — 6 was wanted just now$/,
  );
});

it('windows are two lines each', () => {
  const window = { namespace: 'shop', deployment: 'web', id: 'floor-1', time_zone: 'Europe/Berlin', floor: 8 };
  const weekly = { ...window, days: ['mon', 'tue'], start: '08:00', end: '18:00', overnight: false };
  const windows = [
    { ...weekly, active_now: false, next_start: '2026-11-30T07:00:00.000Z', next_end: null },
    { ...window, cron: '0 8 * * 1', duration_minutes: 90, active_now: true, next_start: null, next_end: null },
  ];
  expect(answerText({ windows })).toBe(
    [
      'shop/web: at least 8 replicas, mon,tue 08:00–18:00 Europe/Berlin',
      '    starts next at 2026-11-30T07:00:00Z; id floor-1',
      'shop/web: at least 8 replicas, from "0 8 * * 1" for 90 min Europe/Berlin',
      '    active now, until ?; id floor-1',
    ].join('\n'),
  );
  expect(answerText({ windows: [] })).toMatch(/^no windows/);
});

it('law: no line is longer than a hundred columns, and no word is lost', () => {
  const words = fc.array(fc.stringMatching(/^[a-z→%.]{1,30}$/), { maxLength: 60 });
  fc.assert(
    fc.property(words, fc.nat(40), (said, indent) => {
      const lines = wrapped(said.join(' '), ' '.repeat(indent));
      expect(lines.join(' ').split(/ +/).filter(Boolean)).toEqual(said);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
    }),
  );
});

it('of all clusters, one that cannot be read hides none of the others', async () => {
  const url = 'http://one.example';
  const body = (await system.get(`${API}/status/demo`)).body;
  const answers: Readonly<Record<string, () => Response>> = {
    '/api/autoscaling/clusters': () => Response.json({ clusters: [{ id: 'away' }, { id: 'demo' }, { id: 'sick' }] }),
    '/api/autoscaling/status/demo': () => Response.json(body),
    '/api/autoscaling/status/sick': () =>
      Response.json({ title: 'Dependency not available', detail: 'x' }, { status: 503 }),
  };
  vi.stubGlobal('fetch', async (address: URL) => {
    const answer = answers[address.pathname];
    if (answer === undefined) throw new Error('no route to host');
    return answer();
  });
  const answer = await askAllStatus({ url, cluster: 'demo' }).finally(() => vi.unstubAllGlobals());
  const whole = (await answer.json()) as Record<string, unknown>;
  expect(whole).toMatchObject({
    success: false,
    clusters: [{ success: false }, { success: true }, { success: false }],
  });
  const text = allStatusText(whole, 'text');
  expect(text).toMatch(/^cluster away: not read: .*no route to host/);
  expect(text).toContain('\n\ncluster demo: 1 workloads, 1 enabled, 15 replicas\n');
  expect(text).toMatch(/\n\ncluster sick: not read: Dependency not available: x$/);
  expect(allStatusText({ clusters: [] }, 'text')).toMatch(/^no cluster/);
});

it('what it does not know is left to JSON', () => {
  expect(answerText({ patterns: [] })).toBeNull();
});
