// Refusals: a closed list of causes, documented, and an id by which answer and log speak of the same request.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lambdaHandler } from '../../../lib/app/api/lambda.ts';
import { PROBLEMS, type ProblemTitle, problemType } from '../../../lib/app/api/problem.ts';
import { makeQueryApi, type QueryContext } from '../../../lib/app/api/query-api.ts';
import { requestIdOf } from '../../../lib/app/api/request-id.ts';
import { AdapterError, type LogFields } from '../../../lib/app/ports/world.ts';
import { apiRequest } from '../../infra/api-request.ts';

const DOCS = readFileSync(join(import.meta.dirname, '../../../docs/api.md'), 'utf8');

it('have a type per cause, and docs/api.md has exactly these', () => {
  const documented = [...DOCS.matchAll(/^\| `(urn:\S+)` \| (\d{3}) \| \S/gm)].map(([, type, status]) => [
    type,
    Number(status),
  ]);
  const known = Object.entries(PROBLEMS).map(([title, status]) => [problemType(title as ProblemTitle), status]);
  expect(documented).toEqual(known);
  expect(new Set(known.map(([type]) => type)).size).toBe(known.length);
});

/** An API whose table does not answer. */
function away(lines: object[]) {
  const fail = () => Promise.reject(new AdapterError('dynamodb', 'throttled', { retryable: true }));
  const ports = {
    clock: { now: () => 0 },
    schedules: { list: fail },
    series: { shards: fail },
    policies: { inCharge: fail },
    ticks: { last: fail, lastFailure: fail, asked: fail },
  };
  const say = (message: string, fields?: LogFields) => void lines.push({ message, ...fields });
  const context = {
    clusters: ['demo'],
    log: { info: say, warn: say, error: say },
    version: '1',
    document: async () => '{}',
    settings: { tickSeconds: 60, killSwitch: null },
    ports,
  } as unknown as QueryContext;
  return lambdaHandler(makeQueryApi(context));
}

describe('a request', () => {
  const STATUS = '/api/autoscaling/status/demo';

  it('is called the same in its answer, its problem and the log', async () => {
    const lines: object[] = [];
    const event = apiRequest('GET', STATUS);
    const named = { ...event, headers: { ...event.headers, 'X-Request-Id': 'trace-7:a/b' } };
    for (const [sent, id] of [
      [named, 'trace-7:a/b'],
      [event, 'one'],
    ] as const) {
      const { statusCode, headers, body } = await away(lines)(sent);
      expect({ statusCode, id: headers['x-request-id'] }).toEqual({ statusCode: 503, id });
      const type = 'urn:ai4k8s:problem:dependency-not-available';
      expect(JSON.parse(body)).toMatchObject({ type, request_id: id, source: 'dynamodb', retryable: true });
      expect(lines.pop()).toMatchObject({ message: 'throttled', request_id: id });
    }
  });

  it('has its id where it is answered well, and where it is refused before it is read', async () => {
    for (const [method, path, status] of [
      ['GET', '/health', 200],
      ['HEAD', '/health', 200],
      ['TRACE', '/health', 405],
      ['GET', '/a/../b', 404],
    ] as const) {
      const { statusCode, headers } = await away([])(apiRequest(method, path));
      expect({ statusCode, id: headers['x-request-id'] }).toEqual({ statusCode: status, id: 'one' });
    }
  });

  it('cannot forge a line by its id', () => {
    const given = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\w.:@/+=-]{1,128}$/));
    fc.assert(
      fc.property(given, (id) => {
        const shown = requestIdOf({ headers: { 'x-request-id': id }, requestContext: { requestId: 'ours' } });
        expect(shown === 'ours' || (shown === id && /^[\x21-\x7e]{1,128}$/.test(id))).toBe(true);
      }),
    );
    for (const nothing of [undefined, null, 1, {}, { headers: null, requestContext: null }])
      expect(requestIdOf(nothing)).toBeUndefined();
  });
});
