// What a request must be before it means anything, in the functions as API Gateway calls them: type, size, depth, method.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpApiEvent } from '../../../lib/app/api/lambda.ts';
import { PROBLEMS, type ProblemTitle, problemType } from '../../../lib/app/api/problem.ts';
import { type Embedded, simulated, startEmbedded } from '../../make/embedded.ts';

const API = '/api/autoscaling';
const CAUSES = Object.keys(PROBLEMS).map((title) => problemType(title as ProblemTitle));
const ENABLE = `${API}/predictive/enable/demo`;
let system: Embedded;

beforeAll(async () => {
  system = await startEmbedded([simulated()]);
  await system.tick();
});
afterAll(() => system.close());

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly query?: string;
  readonly isBase64Encoded?: boolean;
}

/** An event of API Gateway's HTTP API, payload format 2.0. */
async function call(method: string, path: string, { headers = {}, body = null, query = '', ...rest }: Sent = {}) {
  const event = {
    version: '2.0',
    routeKey: `${method} /{proxy+}`,
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'abc.execute-api.eu-west-1.amazonaws.com', ...headers },
    body,
    isBase64Encoded: false,
    ...rest,
    requestContext: { domainName: 'abc.execute-api.eu-west-1.amazonaws.com', http: { method, path } },
  } as unknown as HttpApiEvent;
  const handler = method === 'GET' ? system.handlers.query : system.handlers.command;
  const answer = await handler(event);
  const type = answer.headers['content-type'];
  if (answer.statusCode >= 400) {
    expect(type).toBe('application/problem+json');
    const { type: cause, request_id } = JSON.parse(answer.body);
    expect(CAUSES).toContain(cause);
    expect(answer.headers['x-request-id']).toBe(request_id);
  }
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
}

const post = (body: string, headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' }) =>
  call('POST', ENABLE, { headers, body });
const BODY = JSON.stringify({ deployment_name: 'web', namespace: 'shop', mode: 'recommend' });

describe('the type of a write', () => {
  it.each([
    'application/json',
    'Application/JSON; charset=UTF-8',
    'application/json ; charset="utf-8"',
    'application/json;',
  ])('%s is taken', async (type) => expect((await post(BODY, { 'content-type': type })).status).toBe(200));

  it.each([
    'text/plain',
    'text/json',
    'application/problem+json',
    'application/jsonx',
    'application/json; charset=utf-7',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json, text/plain',
    'text/plain; a=application/json',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    '*/*',
  ])('%s is 415', async (type) => {
    const { status, body } = await post(BODY, { 'content-type': type });
    expect(status).toBe(415);
    expect(body.detail).toBe(`content-type is "${type}", expected application/json`);
  });

  it('must be said, with a body or without one', async () => {
    expect((await post(BODY, {})).body.detail).toBe('content-type is missing, expected application/json');
    expect((await call('POST', `${API}/hold/clear/demo`)).status).toBe(415);
    const typed = { headers: { 'content-type': 'application/json' } };
    expect((await call('POST', `${API}/hold/clear/demo`, typed)).status).toBe(200);
    expect((await call('POST', `${API}/hold/clear/demo`, { ...typed, body: '{"a":1}' })).status).toBe(400);
  });

  it('is asked for only where there is a route', async () => {
    expect((await call('POST', '/nowhere', { body: 'x' })).status).toBe(404);
  });

  it('a content coding is 415 and says that none is expected', async () => {
    const coded = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const sent = { headers: coded, body: gzipSync(BODY).toString('base64'), isBase64Encoded: true };
    const { status, headers } = await call('POST', ENABLE, sent);
    expect({ status, accepted: headers['accept-encoding'] }).toEqual({ status: 415, accepted: 'identity' });
    expect((await post(BODY, { 'content-type': 'application/json', 'content-encoding': 'identity' })).status).toBe(200);
  });
});

describe('a body', () => {
  const base64 = (bytes: Buffer) =>
    call('POST', ENABLE, {
      headers: { 'content-type': 'application/json' },
      body: bytes.toString('base64'),
      isBase64Encoded: true,
    });

  it('is read alike as text and as base64, with a byte order mark and without', async () => {
    expect((await base64(Buffer.from(BODY))).body.success).toBe(true);
    expect((await base64(Buffer.from(`\ufeff${BODY}`))).body.success).toBe(true);
    expect((await post(`\ufeff${BODY}`)).body.success).toBe(true);
  });

  it('of bytes that are not UTF-8 is 400', async () => {
    const name = (...bytes: number[]) =>
      base64(Buffer.concat([Buffer.from('{"deployment_name":"a'), Buffer.from(bytes), Buffer.from('"}')]));
    for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]])
      expect((await name(...bytes)).body.detail).toBe('the request body is not UTF-8');
  });

  it('that is no base64 is 400', async () => {
    const sent = { headers: { 'content-type': 'application/json' }, body: '{"a":1}', isBase64Encoded: true };
    expect((await call('POST', ENABLE, sent)).status).toBe(400);
  });

  it('that is empty is an object in which fields are missing', async () => {
    expect((await post('')).body.errors).toEqual([
      { field: 'deployment_name', message: 'is missing, expected a string' },
    ]);
  });

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
    ['both', '[{"a":', '}]'],
  ])('of %s in each other is 400 from 17 levels on, before anything reads it', async (_what, open, close) => {
    for (const levels of [17, 200, 2000]) {
      const inner = open.endsWith(':') ? '1' : '';
      const { status, body } = await post(`{"deployment_name":${open.repeat(levels)}${inner}${close.repeat(levels)}}`);
      expect({ status, detail: body.detail }).toEqual({
        status: 400,
        detail: expect.stringMatching(/deeper than 16 levels$/),
      });
    }
    expect((await post(open.repeat(2500))).status).toBe(400);
  });

  it('may have brackets and quotes within its strings', async () => {
    const { status, body } = await post(JSON.stringify({ deployment_name: `"\\${'[{'.repeat(100)}` }));
    expect({ status, field: body.errors[0].field }).toEqual({ status: 400, field: 'deployment_name' });
  });

  it('over 16 KB is 413 and says how much may come, of whatever it is made and however it comes', async () => {
    const most = 16_384;
    for (const body of [' '.repeat(most + 1), `{"deployment_name":"${'a'.repeat(most)}"}`, '['.repeat(3_000_000)]) {
      const limit = {
        status: 413,
        body: { max_bytes: most, detail: expect.stringContaining('expected at most 16384') },
      };
      expect(await post(body)).toMatchObject(limit);
      expect(await base64(Buffer.from(body))).toMatchObject(limit);
      // Before its type, its escapes or its workload is looked at.
      expect(await post(body, {})).toMatchObject(limit);
    }
    const nobody = JSON.stringify({ deployment_name: 'nobody' });
    expect(await post(nobody.padEnd(most, ' '))).toMatchObject({ status: 404 });
    expect(await post(`{"deployment_name":"${'é'.repeat(most / 2)}"}`)).toMatchObject({ status: 413 });
  });

  it('that is not JSON is 400 and says where', async () => {
    for (const body of ['{', 'NaN', "{'a':1}", '{"a":1,}', '{"a":1} x', '// c', '\u0000', '   '])
      expect((await post(body)).body.detail).toMatch(/^the request body is not JSON: ./);
  });

  it('with thousands of errors gets an answer of moderate length', async () => {
    const keys = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]));
    expect(JSON.stringify((await post(JSON.stringify(keys))).body).length).toBeLessThan(3000);
    const window = { deployment_name: 'web', time_zone: 'UTC', days: Array.from({ length: 5000 }, () => 1) };
    const headers = { 'content-type': 'application/json' };
    const answer = await call('POST', `${API}/schedule/create/demo`, { headers, body: JSON.stringify(window) });
    expect(answer.body.errors.length).toBeLessThanOrEqual(20);
  });

  it('whatever it is, is answered, and never by 500', async () => {
    const value = fc.json({ maxDepth: 20, noUnicodeString: false });
    const keys = fc.constantFrom('deployment_name', 'min_replicas', 'slo', 'mode', '__proto__', 'constructor', 'x');
    const object = fc.dictionary(keys, fc.jsonValue(), { noNullPrototype: true }).map((body) => JSON.stringify(body));
    await fc.assert(
      fc.asyncProperty(fc.oneof(value, object, fc.string()), async (body) => {
        expect((await post(body)).status).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
    expect({}).not.toHaveProperty('x');
  });
});

describe('a method', () => {
  it('that another function answers is 405 with Allow', async () => {
    expect(await call('POST', `${API}/status/demo`)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(await call('GET', ENABLE)).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });

  it('that no request can have is 405 or 404 as any other', async () => {
    expect(await call('TRACE', '/health')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    expect(await call('CONNECT', '/x')).toMatchObject({ status: 404 });
    expect((await call('DELETE', ENABLE)).body.detail).toBe(`no route DELETE ${ENABLE}, expected POST`);
  });

  it('GET does not mind a body', async () => {
    expect((await call('GET', '/health', { body: '{' })).status).toBe(200);
  });
});

describe('what was given', () => {
  it.each([
    ['{"deployment_name":"n","min_replicas":1.5}', 'min_replicas: is 1.5, expected a whole number'],
    ['{"deployment_name":"n","min_replicas":1e309}', 'min_replicas: is 1e309, expected a number of at most'],
    ['{"deployment_name":"n","slo":-1e309}', 'slo: is -1e309, expected a number of at most'],
    ['{"deployment_name":"n","max_replicas":12345678901234567890}', 'max_replicas: is 12345678901234567890, expected'],
    [
      '{"deployment_name":"n","target_memory":"OFF"}',
      'target_memory: is "OFF", expected a number from 10 to 95, or "off"',
    ],
    [
      '{"deployment_name":"n","target_memory":[80]}',
      'target_memory: is [80], expected a number from 10 to 95, or "off"',
    ],
    ['{"deployment_name":"n","target_memory":99.5}', 'target_memory: is 99.5, expected at most 95'],
    ['{"deployment_name":"n","slo":"99"}', 'slo: is "99", expected a number'],
    ['{"deployment_name":"n","target_cpu":9.5}', 'target_cpu: is 9.5, expected at least 10'],
    ['{"deployment_name":"n","min_replicas":null}', 'min_replicas: is null, expected a number'],
    ['{"deployment_name":"n","min_replicas":9,"max_replicas":3}', 'min_replicas: is 9, above max_replicas 3:'],
    ['{"deployment_name":"N!"}', 'deployment_name: is "N!", expected a Kubernetes name'],
    ['{"deployment_name":"n","cooldown":"12345678901"}', 'cooldown: is "12345678901", expected at most 10 characters'],
    ['{"deployment_name":"n","replicas":1}', 'replicas: is 1, expected no such field'],
    ['{"__proto__":{"x":1},"deployment_name":"n"}', '__proto__: is {"x":1}, expected no such field'],
    ['[]', 'is [], expected an object'],
  ])('enable with %s: %s', async (body, detail) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain(detail);
  });

  it.each(['abc', '1.5', '', '0x10', '1e1', '-1', '0', '101', '%205', '+5', '05', '99999999999999999999'])(
    'history with limit=%s is 400 and shows it',
    async (limit) => {
      const answer = await call('GET', `${API}/history/demo`, {
        query: `deployment=web&namespace=shop&limit=${limit}`,
      });
      const given = JSON.stringify(decodeURIComponent(limit.replace('+', ' ')));
      expect(answer).toMatchObject({
        status: 400,
        body: { detail: `limit: is ${given}, expected a whole number from 1 to 100` },
      });
    },
  );

  it('is shown twice where it came twice, and never brings a terminal out of order', async () => {
    const query = (text: string) => call('GET', `${API}/recommendations/demo`, { query: text });
    expect((await query('deployment=a&deployment=b')).body.detail).toBe('deployment: is ["a","b"], expected a string');
    const { detail } = (await query('deployment=%1b%5b31m%c2%9b%e2%80%ae')).body;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(detail).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('a parameter that nobody reads', () => {
  it('is refused by its name, with what is read in its place', async () => {
    const ask = (path: string, query: string) => call('GET', `${API}/${path}`, { query });
    expect((await ask('recommendations/demo', 'deployment=web&namespce=shop')).body).toMatchObject({
      type: 'urn:ai4k8s:problem:invalid-request',
      detail: 'namespce: is "shop", expected no such parameter but one of deployment, namespace, kind, ask',
    });
    const strange = await ask('status/demo', '__proto__=x&constructor=1&a[]=2&a[]=3&%&namespace=SHOP');
    expect(strange.body.errors).toEqual([
      { field: '__proto__', message: expect.stringContaining('is "x", expected no such parameter') },
      { field: 'constructor', message: expect.stringContaining('is "1", expected') },
      { field: 'a[]', message: expect.stringContaining('is ["2","3"], expected') },
      { field: '%', message: expect.stringContaining('is "", expected') },
      { field: 'namespace', message: expect.stringContaining('is "SHOP", expected a Kubernetes name') },
    ]);
    const write = { headers: { 'content-type': 'application/json' }, body: BODY, query: 'dry_run=true' };
    expect((await call('POST', ENABLE, write)).body.detail).toContain(
      'dry_run: is "true", expected no such parameter but none',
    );
    expect((await ask('kill-switch', 'cluster=demo')).status).toBe(400);
  });

  it('whatever it is called, is never taken for one that had its effect', async () => {
    const accepted = ['namespace'];
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (name) => {
        fc.pre(!accepted.includes(name));
        const { status, body } = await call('GET', `${API}/status/demo`, { query: `${encodeURIComponent(name)}=1` });
        expect({ status, errors: body.errors.length }).toEqual({ status: 400, errors: 1 });
      }),
      { numRuns: 50 },
    );
  });
});

describe('every field that is wrong', () => {
  const WRONG: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    min_replicas: fc.constantFrom(0, 1.5, '3', null, -1),
    max_replicas: fc.constantFrom(0, 'ten', [], 10_001),
    mode: fc.constantFrom('yolo', 7, ''),
    slo: fc.constantFrom(49, 100, '99'),
    target_cpu: fc.constantFrom(9, 96, 'x'),
    target_memory: fc.constantFrom('OFF', 5, {}),
    cooldown: fc.constantFrom('soon', '5 m', 7, 'PT5M'),
    model_load: fc.constantFrom('2h', 'x', 1),
    restart_cost: fc.constantFrom('2h', 'x', 1),
    time_zone: fc.constantFrom('Mars/Olympus_Mons', 'CEST+1', 3),
    llm: fc.constantFrom('maybe', true),
    create_hpa: fc.constantFrom('true', 1),
    namespace: fc.constantFrom('Shop', '-', 1, 'x'.repeat(64)),
    kind: fc.constantFrom('Pod', 1),
  };

  it('is told at once, each with what was given', async () => {
    const wrong = fc.record(WRONG, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(wrong, async (fields) => {
        fc.pre(Object.keys(fields).length > 0);
        const { status, body } = await post(JSON.stringify({ deployment_name: 'web', ...fields }));
        expect(status).toBe(400);
        const errors: { field: string; message: string }[] = body.errors;
        expect(errors.map(({ field }) => field).toSorted()).toEqual(Object.keys(fields).toSorted());
        for (const { field, message } of errors)
          expect(message).toContain(`is ${JSON.stringify(fields[field])?.slice(0, 60)}`);
      }),
      { numRuns: 100 },
    );
  });

  it('is told beside fields that are wrong together, and beside a parameter', async () => {
    const body = { deployment_name: 'web', min_replicas: 9, max_replicas: 3, slo: 1, mode: 'scale', create_hpa: true };
    const headers = { 'content-type': 'application/json' };
    const answer = await call('POST', ENABLE, { headers, body: JSON.stringify(body), query: 'x=1' });
    const fields = answer.body.errors.map(({ field }: { field: string }) => field).toSorted();
    expect(fields).toEqual(['create_hpa', 'min_replicas', 'slo', 'x']);
  });
});
