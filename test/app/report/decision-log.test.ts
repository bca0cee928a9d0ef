// One line per change, with the fields that the saved queries of the stack ask for.
import { afterEach, expect, it } from 'vitest';
import { makeHandler } from '../../../functions/tick.ts';
import { WHY_IT_SCALED } from '../../../infra/log-queries.ts';
import type { Log, LogFields } from '../../../lib/app/ports/world.ts';
import { logDecisions } from '../../../lib/app/report/decision-log.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

type Line = readonly [level: string, message: string, fields: LogFields];

function recorder(): { readonly lines: Line[]; readonly log: Log } {
  const lines: Line[] = [];
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push([level, message, fields]);
  return { lines, log: { info: write('info'), warn: write('warn'), error: write('error') } };
}

let system: Embedded | undefined;
afterEach(async () => {
  await system?.close();
  system = undefined;
});

const ANNOTATIONS = {
  'ai4k8s.io/predictive-autoscaling-enabled': 'true',
  'ai4k8s.io/mode': 'scale',
  'ai4k8s.io/max-replicas': '40',
};

it('a tick writes one line for each workload it scales or refuses for a new reason, with the id in the history', async () => {
  system = await startEmbedded([
    simulated({ name: 'hot', load: () => 5, annotations: ANNOTATIONS }),
    simulated({ name: 'held', load: () => 5, annotations: { ...ANNOTATIONS, 'ai4k8s.io/paused': 'true' } }),
    simulated({ name: 'watched', load: () => 5 }),
  ]);
  const { lines, log } = recorder();
  const { get, settings, ports, now, advance } = system;
  const handler = makeHandler({ ports: { ...ports, log }, settings });
  for (let i = 0; i < 2; i++) {
    await handler({ cluster: 'demo', scheduled_at: new Date(now()).toISOString() });
    advance(1);
  }
  const told = lines.filter(([, message]) => message.startsWith('decision '));
  expect(told.map(([level, message, { name }]) => [level, message, name]).toSorted()).toEqual([
    ['info', 'decision applied', 'hot'],
    ['info', 'decision refused', 'held'],
  ]);
  const [, , fields = {}] = told.find(([, , { name }]) => name === 'hot') ?? [];
  const { body } = await get('/api/autoscaling/history/demo?deployment=hot&namespace=shop');
  expect(body.decisions.map(({ id }: { id: string }) => id)).toContain(fields.decision_id);
  expect(fields).toMatchObject({ cluster: 'demo', namespace: 'shop', current: 10, target: 15 });
});

it('what a person asked for has a line as well, and says who', () => {
  const { lines, log } = recorder();
  logDecisions(log, [
    { type: 'DecisionFailed', at: 0, detail: { name: 'web', requestedBy: 'arn:alice', version: 1, at: 'then' } },
    { type: 'DecisionConflicted', at: 0, detail: { name: 'web' } },
    { type: 'TickFinished', at: 0, detail: { cluster: 'demo' } },
  ]);
  expect(lines).toEqual([
    ['warn', 'decision failed', { name: 'web', requestedBy: 'arn:alice' }],
    ['warn', 'decision conflicted', { name: 'web' }],
  ]);
});

it('the saved query asks for the lines that are written, and for fields they have', () => {
  const { lines, log } = recorder();
  const types = ['Applied', 'Refused', 'Failed', 'Conflicted'].map((kind) => `Decision${kind}` as 'DecisionApplied');
  const given = { cluster: 'c', namespace: 'n', name: 'w', decision_id: 'd', current: 1, target: 2 };
  const detail = { ...given, source: 's', reason: 'r', outcome: 'o', requestedBy: 'a' };
  logDecisions(
    log,
    types.map((type) => ({ type, at: 0, detail })),
  );
  const [fields = '', filter = ''] = WHY_IT_SCALED;
  const pattern = new RegExp(/\/(.*)\//.exec(filter)?.[1] ?? 'nothing');
  for (const [, message] of lines) expect(message).toMatch(pattern);
  const asked = fields.replace('fields ', '').split(', ');
  const fromElsewhere = ['@timestamp', 'message', 'function_request_id', 'cold_start'];
  expect(asked.filter((field) => !fromElsewhere.includes(field)).toSorted()).toEqual(Object.keys(detail).toSorted());
});
