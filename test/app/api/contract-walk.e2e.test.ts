// The OpenAPI document, walked: requests made from its schemas, good and bad, at every route of a running installation. Every
// answer must be one that the document lists for the route, and be as its schema says.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiText } from '../../../lib/app/api/openapi-document.ts';
import { PROBLEMS, type ProblemTitle, problemType } from '../../../lib/app/api/problem.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';
import { type OpenApi, type Operation, operationsOf } from './walk/document.ts';
import { hostile, makeFromSchema } from './walk/from-schema.ts';
import { makeRequests } from './walk/requests.ts';
import { type Answered, type Sent, send, sendText, targetOf } from './walk/send.ts';

const DOCUMENT: OpenApi = JSON.parse(openApiText('walked'));
const OPERATIONS = operationsOf(DOCUMENT).map((operation) => ({
  ...operation,
  name: `${operation.method} ${operation.path}`,
}));
const from = makeFromSchema(DOCUMENT.components.schemas);
const RUNS = Number(process.env.WALK_RUNS ?? 10);
const MOST_ERRORS = 20;

let system: Embedded;
/** What there is, by the name of a parameter or field: half of all requests are about that. */
let alive: Readonly<Record<string, readonly string[]>>;
const requests = makeRequests(from, () => alive);

beforeAll(async () => {
  const enabled = { 'ai4k8s.io/predictive-autoscaling-enabled': 'true' };
  system = await startEmbedded([
    simulated({ load: () => 4.4 }),
    simulated({ name: 'annotated', annotations: { ...enabled, 'ai4k8s.io/min-replicas': '2' }, load: () => 4.4 }),
    simulated({ name: 'owned', hpa: { minReplicas: 2, maxReplicas: 12, targetCpuPercent: 70 } }),
    simulated({
      name: 'waiting',
      annotations: { ...enabled, 'ai4k8s.io/mode': 'propose', 'ai4k8s.io/max-replicas': '40' },
      load: () => 4.9,
    }),
    simulated({ name: 'free', load: () => 4.4 }),
  ]);
  await system.tick(3);
  const of = 'deployment=annotated&namespace=shop';
  const history = await system.get(`/api/autoscaling/history/demo?${of}&limit=1`);
  const status = await system.get('/api/autoscaling/status/demo?limit=1');
  const proposals = await system.get('/api/autoscaling/proposals/demo');
  const window = {
    deployment_name: 'annotated',
    namespace: 'shop',
    time_zone: 'UTC',
    days: ['mon'],
    start: '08:00',
    end: '09:00',
    floor: 3,
  };
  const made = await system.post('/api/autoscaling/schedule/create/demo', window);
  const names = ['web', 'annotated', 'owned', 'waiting', 'free'];
  alive = {
    cluster: ['demo'],
    namespace: ['shop'],
    deployment: names,
    deployment_name: names,
    kind: ['Deployment'],
    decision: history.body.decisions.map(({ id }: { id: string }) => id),
    proposal: proposals.body.proposals.map(({ id }: { id: string }) => id),
    id: [made.body.window.id],
    cursor: [history.body.cursor, status.body.cursor].filter((cursor) => cursor !== null),
  };
});
afterAll(() => system.close());

it('has something for every name that a route asks for', () => {
  const here = Object.entries(alive).filter(([, values]) => values.length > 0);
  expect(here.map(([name]) => name)).toEqual(Object.keys(alive));
});

describe.each(OPERATIONS)('$name', (operation) => {
  const isWrite = operation.method === 'post';

  it('answers valid requests as the document says, and takes none of them for an invalid one', async () => {
    await fc.assert(
      fc.asyncProperty(requests.valid(operation), async (sent) => {
        const { problem } = checked(operation, await ask(operation, sent));
        if (problem?.type === problemType('Invalid request'))
          expect(problem.errors.filter((error) => !isTogether(error))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('refuses invalid requests, naming everything that is wrong with them at once', async () => {
    await fc.assert(
      fc.asyncProperty(requests.invalid(operation), async ({ sent, named }) => {
        const { status, problem } = checked(operation, await ask(operation, sent));
        expect(problem).toMatchObject({ type: problemType('Invalid request') });
        expect(status).toBe(400);
        const fields = problem?.errors.map(({ field }) => nameOf(field)) ?? [];
        if (fields.length < MOST_ERRORS) expect(fields).toEqual(expect.arrayContaining([...named]));
        const others = problem?.errors.filter((error) => !isTogether(error)).map(({ field }) => nameOf(field)) ?? [];
        expect(others.filter((field) => !named.has(field))).toEqual([]);
        for (const { message } of problem?.errors ?? []) expect(message).toMatch(/expected|said by the path/);
      }),
      { numRuns: RUNS },
    );
  });

  it('survives hostile text, wherever there may be any', async () => {
    await fc.assert(
      fc.asyncProperty(requests.hostile(operation), async (sent) => {
        checked(operation, await ask(operation, sent));
      }),
      { numRuns: RUNS },
    );
  });

  it('takes its own methods and no others', async () => {
    const target = targetOf(operation, requests.example(operation));
    // A path may be that of two routes: `schedule/create` is a cluster, too, to the list of a namespace's windows.
    const same = OPERATIONS.filter(({ path }) => isOf(path, target)).map(({ method }) => method.toUpperCase());
    const allowed = [...same, ...(same.includes('GET') ? ['HEAD'] : [])];
    const others: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'TRACE'].filter(
      (one) => !allowed.includes(one),
    );
    for (const method of others) {
      const answer = await sendText(
        system.url,
        method,
        target,
        { 'content-type': 'application/json' },
        method === 'TRACE' ? '' : '{}',
      );
      expect({ method, status: answer.status, allow: answer.headers.allow?.split(', ').toSorted() }).toEqual({
        method,
        status: 405,
        allow: allowed.toSorted(),
      });
      expect(JSON.parse(answer.text)).toMatchObject({ type: problemType('Method not allowed'), status: 405 });
    }
    if (isWrite) return;
    const [got, head] = [await sendText(system.url, 'GET', target, {}), await sendText(system.url, 'HEAD', target, {})];
    expect({ status: head.status, text: head.text, etag: head.headers.etag }).toEqual({
      status: got.status,
      text: '',
      etag: got.headers.etag,
    });
    expect(got.status).toBe(200);
    const again = await sendText(system.url, 'GET', target, { 'if-none-match': String(got.headers.etag) });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  it.runIf(isWrite)('is done once under a key, and its key is good for nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(requests.valid(operation), requests.valid(operation), async (sent, other) => {
        const headers = { 'idempotency-key': randomUUID() };
        const first = await ask(operation, { ...sent, headers });
        const second = await ask(operation, { ...sent, headers });
        checked(operation, second);
        expect(withoutId(second)).toEqual(withoutId(first));
        expect(second.headers['idempotency-replayed']).toBe('true');
        const isSame = JSON.stringify(other) === JSON.stringify(sent);
        const third = checked(operation, await ask(operation, { ...other, headers }));
        if (!isSame) expect(third.problem?.type).toBe(problemType('Key used before'));
      }),
      { numRuns: Math.ceil(RUNS / 5) },
    );
    const bad = { ...requests.example(operation), headers: { 'idempotency-key': 'x'.repeat(256) } };
    const { status, problem } = checked(operation, await ask(operation, bad));
    expect([status, problem?.errors.map(({ field }) => field)]).toEqual([400, ['idempotency-key']]);
  });

  it.runIf(isWrite)('takes a body that is JSON, says so, and is small', async () => {
    const target = targetOf(operation, requests.example(operation));
    const json = { 'content-type': 'application/json' };
    const large = JSON.stringify({ reason: 'x'.repeat(20_000) });
    for (const [headers, text, title] of [
      [{}, '{}', 'Unsupported media type'],
      [{ 'content-type': 'text/plain' }, '{}', 'Unsupported media type'],
      [{ ...json, 'content-encoding': 'gzip' }, '{}', 'Unsupported content encoding'],
      [json, '{"a":', 'Unreadable body'],
      [json, large, 'Content too large'],
      [json, '['.repeat(100) + ']'.repeat(100), 'Unreadable body'],
      [json, '[]', 'Invalid request'],
      [json, '"web"', 'Invalid request'],
      [json, 'null', 'Invalid request'],
    ] as const) {
      const { problem } = checked(operation, await sendText(system.url, 'POST', target, headers, text));
      expect({ text: text.slice(0, 20), headers, title: problem?.title }).toEqual({
        text: text.slice(0, 20),
        headers,
        title,
      });
    }
  });
});

it('what no route is, is 404 whatever it is called', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostile(), { minLength: 1, maxLength: 6 }), async (parts) => {
      const path = `/${parts.join('/')}`;
      const answer = await sendText(
        system.url,
        'GET',
        targetOf({ path: '/x/{rest}' }, { params: { rest: path }, query: [] }),
        {},
      );
      expect(answer.status).toBe(404);
      expect(JSON.parse(answer.text)).toMatchObject({ type: problemType('Not found'), status: 404 });
    }),
    { numRuns: 50 },
  );
});

/** A second after the one before: whoever asks has a clock that goes on. */
function ask(operation: Operation, sent: Sent): Promise<Answered> {
  system.advance(1 / 60);
  return send(system.url, operation, sent);
}

function isOf(path: string, target: string): boolean {
  const [given = ''] = target.split('?');
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(given);
}

interface Problem {
  readonly type: string;
  readonly title: ProblemTitle;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

/** Fields that may be refused although each is as it should be, because of one another: their descriptions say so. */
const TOGETHER = new Set(['min_replicas', 'create_hpa', 'unset']);

function isTogether({ field, message }: Problem['errors'][number]): boolean {
  return TOGETHER.has(field) || message.endsWith('expected namespace beside it');
}

/** Of what is wrong within a list, the list. */
function nameOf(field: string): string {
  return field.replace(/^(days|unset)\..*/, '$1');
}

/** Holds an answer against what the document lists for the route. */
function checked(operation: Operation, { status, headers, text }: Answered) {
  const documented = operation.responses[String(status)];
  expect({ status, text: text.slice(0, 500), isDocumented: documented !== undefined }).toMatchObject({
    isDocumented: true,
  });
  expect(status, text.slice(0, 500)).toBeLessThan(500);
  const type = headers['content-type'] ?? '';
  const schema = documented?.content?.[type]?.schema;
  expect(schema, `${status} as ${type}`).toBeDefined();
  const body = JSON.parse(text);
  expect(from.whyNot(schema ?? {}, body), text.slice(0, 1000)).toBeNull();
  expect(headers['x-request-id']).toMatch(/^\S+$/);
  if (status < 400) return { status, problem: null };
  const problem: Problem = { errors: [], ...body };
  expect(documented?.description.split(', ')).toContain(problem.title);
  expect(body).toMatchObject({ status, success: false, request_id: headers['x-request-id'] });
  expect([problem.type, PROBLEMS[problem.title]]).toEqual([problemType(problem.title), status]);
  return { status, problem };
}

function withoutId({ status, text }: Answered) {
  const { request_id: _id, ...body } = JSON.parse(text);
  return { status, body };
}
