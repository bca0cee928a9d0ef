// How the adapter behaves on the wire: pages, expired lists, missing rights, slow and rude servers, lost connections.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, test } from 'vitest';
import { type Kubernetes, makeKubernetes } from '../../lib/adapters/kubernetes/adapter.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';

const WEB = { cluster: 'test', namespace: 'demo', name: 'web' };

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}
/** Status, body, headers; 'hang' never answers, 'half' stops in the middle of a body, 'reset' cuts the connection. */
type Answer = readonly [number, unknown, Record<string, string>?] | 'hang' | 'half' | 'reset';

let server: Server | null = null;
let calls: Call[] = [];
let connections = 0;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('a snapshot', () => {
  it('pages through each list and names us', async () => {
    const page = (items: unknown[], next?: string): Answer => [200, { items, metadata: { continue: next } }];
    const { reader } = await serve(({ path, query }) => {
      if (!path.endsWith('/deployments')) return EMPTY;
      return query.get('continue') === 'more' ? page([deployment('b')]) : page([deployment('a')], 'more');
    });
    const { workloads, problems } = await reader.snapshot('test');
    expect([...workloads.keys()]).toEqual(['demo/a', 'demo/b']);
    expect(problems).toEqual([]);
    expect(calls).toHaveLength(5);
    const lists = calls.filter(({ path }) => path !== '/apis');
    expect(lists.every(({ query }) => query.get('limit') === '500')).toBe(true);
    const ofPods = lists.filter(({ path }) => path.endsWith('/pods')).map(({ query }) => query.get('fieldSelector'));
    expect(ofPods).toEqual(['status.phase!=Succeeded,status.phase!=Failed']);
    expect(calls.every(({ headers }) => /^ai4k8s\/9\.9\.9 \(node\/\d/.test(headers['user-agent'] ?? ''))).toBe(true);
    expect(calls.every(({ headers }) => headers.authorization === 'Bearer secret')).toBe(true);
  });

  it('keeps its connections, however many snapshots are taken', async () => {
    const { reader, calls: count } = await serve(() => EMPTY);
    for (let round = 0; round < 20; round += 1) await reader.snapshot('test');
    expect(count()).toBe(61); // three lists each, and one question for the API groups
    expect(connections).toBeLessThanOrEqual(6); // a list may start before the pool has taken the last one's back
  });

  it('has a pool for each cluster: what one server is slow at does not hold up another', async () => {
    const { reader } = await serve(() => EMPTY);
    if (server === null) throw new Error('nothing serves');
    const { port } = server.address() as AddressInfo;
    const two = makeKubernetes({
      clusters: new Map(['one', 'two'].map((id) => [id, endpoint(`http://127.0.0.1:${port}`)])),
      namespaces: { include: [], exclude: [] },
      version: '9.9.9',
    });
    await reader.snapshot('test');
    const single = connections;
    for (let round = 0; round < 5; round += 1)
      await Promise.all([two.reader.snapshot('one'), two.reader.snapshot('two')]);
    expect(connections - single).toBeGreaterThan(3); // more than one pool would open for the three lists of a snapshot
    expect(connections - single).toBeLessThanOrEqual(12);
  });

  describe('with annotations of namespaces', () => {
    const saying = (annotations: Record<string, string>): Answer => [
      200,
      { items: [{ metadata: { name: 'demo', annotations: { ...annotations, other: 'x' } } }], metadata: {} },
    ];
    const withNamespaces = (namespaces: Answer, options = {}) =>
      serve(
        ({ path }) => {
          if (path.endsWith('/namespaces')) return namespaces;
          return path.endsWith('/deployments') ? [200, { items: [deployment('a')], metadata: {} }] : EMPTY;
        },
        { namespaceAnnotations: true, ...options },
      );

    it('has them by one more LIST, and without the setting by none', async () => {
      const cap = { 'ai4k8s.io/cap-mode': 'propose', 'ai4k8s.io/cap-mod': 'x' };
      const { reader } = await withNamespaces(saying(cap));
      const { workloads } = await reader.snapshot('test');
      expect(workloads.get('demo/a')?.inNamespace).toEqual({
        annotations: { 'ai4k8s.io/cap-mode': 'propose', 'ai4k8s.io/cap-mod': '' },
      });
      expect(calls.filter(({ path }) => path === '/api/v1/namespaces')).toHaveLength(1);
      await (await withNamespaces(saying(cap), { namespaceAnnotations: false })).reader.snapshot('test');
      expect(calls.filter(({ path }) => path === '/api/v1/namespaces')).toHaveLength(0);
    });

    it('says of every workload that they are unread where the right is missing, and throws where they are away', async () => {
      const { reader } = await withNamespaces([403, { message: 'no' }]);
      const { workloads } = await reader.snapshot('test');
      expect(workloads.get('demo/a')?.inNamespace?.unread).toMatch(/list namespaces.*rbac-namespaces\.yaml/);
      await expect((await withNamespaces([503, {}])).reader.snapshot('test')).rejects.toThrow(AdapterError);
    });
  });

  it('starts a list over once where it expired on the way', async () => {
    let expiries = 1;
    const { reader } = await serve(({ path, query }) => {
      if (!path.endsWith('/deployments')) return EMPTY;
      if (!query.has('continue')) return [200, { items: [deployment('a')], metadata: { continue: 'more' } }];
      expiries -= 1;
      return expiries >= 0 ? status(410, 'expired') : [200, { items: [deployment('b')] }];
    });
    expect([...(await reader.snapshot('test')).workloads.keys()]).toEqual(['demo/a', 'demo/b']);
    expect(calls.filter(({ path }) => path.endsWith('/deployments'))).toHaveLength(4);
  });

  it('throws where a list expired twice; the next tick may try', async () => {
    const { reader } = await serve(({ path }) => (path.endsWith('/pods') ? status(410, 'expired') : EMPTY));
    expect(await caught(reader.snapshot('test'))).toMatchObject({ retryable: true });
  });

  test.each(['/deployments', '/pods'])('throws without the right to list %s, and says which right', async (what) => {
    const { reader } = await serve(({ path }) => (path.endsWith(what) ? status(403, 'forbidden by\nRBAC') : EMPTY));
    const error = await caught(reader.snapshot('test'));
    const resource = what === '/pods' ? 'pods' : 'deployments.apps';
    expect(error).toMatchObject({ source: 'kubernetes', retryable: false });
    expect(error.message).toBe(
      `Cluster test: could not list ${resource}: HTTP 403: forbidden by RBAC. Grant the verb "list" on ${resource} to the identity AI4K8s uses.`,
    );
  });

  it('goes on without HPAs, but nobody is then said to be unowned', async () => {
    const { reader } = await serve(({ path }) => {
      if (path.endsWith('/horizontalpodautoscalers')) return status(403, 'no');
      return path.endsWith('/deployments') ? [200, { items: [deployment('web')] }] : EMPTY;
    });
    const { workloads, problems } = await reader.snapshot('test');
    expect(workloads.get('demo/web')).toMatchObject({ owner: { kind: 'unknown' }, hpa: null });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('could not list horizontalpodautoscalers.autoscaling: HTTP 403');
  });

  it('asks for allowed namespaces only', async () => {
    const { reader, metrics } = await serve(() => EMPTY, { include: ['shop'] });
    await metrics.read(await reader.snapshot('test'));
    expect(calls.map(({ path }) => path).sort()).toEqual([
      '/api/v1/namespaces/shop/pods',
      '/apis',
      '/apis/apps/v1/namespaces/shop/deployments',
      '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers',
    ]);
    expect(await reader.workload(WEB)).toBeNull();
  });

  it('names the clusters it knows where it is asked for another', async () => {
    const { reader } = await serve(() => EMPTY);
    const sentence = 'Cluster prod cannot be reached: it is not configured; known are: test.';
    expect((await caught(reader.snapshot('prod'))).message).toBe(sentence);
  });
});

describe('a server that is', () => {
  it('busy is given the time it asks for, before the request is sent again', async () => {
    const { reader } = await serve(() => (calls.length <= 2 ? [429, {}, { 'retry-after': '1' }] : [404, {}]));
    const started = performance.now();
    expect(await reader.workload(WEB)).toBeNull();
    expect(performance.now() - started).toBeGreaterThanOrEqual(2000);
    expect(calls).toHaveLength(3);
  });

  it('busy takes nothing from a write: it was turned away before anything was done', async () => {
    const { writer } = await serve(({ body }) =>
      calls.length === 1 ? [429, {}, { 'retry-after': '0' }] : [200, body],
    );
    expect(await writer.scale(WEB, 3, '7')).toEqual({ kind: 'applied' });
    expect(calls).toHaveLength(2);
  });

  it('busy four times in a row is left to the next tick', async () => {
    const { reader } = await serve(() => [429, {}, { 'retry-after': '0' }]);
    expect(await caught(reader.workload(WEB))).toMatchObject({ retryable: true });
    expect(calls).toHaveLength(4);
  });

  it('busy without saying for how long is not asked again', async () => {
    const { reader } = await serve(() => [429, {}]);
    await caught(reader.workload(WEB));
    expect(calls).toHaveLength(1);
  });

  it('down for a moment is read again when it says so, in seconds or as a date', async () => {
    const soon = ['0', new Date(Date.now() - 1000).toUTCString()];
    const { reader } = await serve(() =>
      calls.length <= 2 ? [503, {}, { 'retry-after': soon[calls.length - 1] ?? '' }] : [404, {}],
    );
    expect(await reader.workload(WEB)).toBeNull();
    expect(calls).toHaveLength(3);
  });

  it('down while a write was under way is not sent it twice: the first may have been carried out', async () => {
    const { writer } = await serve(() => [503, {}, { 'retry-after': '0' }]);
    expect(await caught(writer.scale(WEB, 3, '7'))).toMatchObject({ retryable: true });
    expect(calls).toHaveLength(1);
  });

  it('waited for is given up on when the time for the call is over, waits included', async () => {
    const { reader } = await serve(() => [429, {}, { 'retry-after': '1' }], { timeoutMs: 1500 });
    const started = performance.now();
    await caught(reader.workload(WEB));
    expect(performance.now() - started).toBeLessThan(1600);
    expect(calls).toHaveLength(2);
  });

  it('busy for longer than we have is left alone', async () => {
    const { reader } = await serve(() => [429, {}, { 'retry-after': '60' }]);
    expect(await caught(reader.workload(WEB))).toMatchObject({ retryable: true });
    expect(calls).toHaveLength(1);
  });

  it('not finishing its answer is given up on as well', async () => {
    const { reader } = await serve(() => 'half', { timeoutMs: 200 });
    expect((await caught(reader.snapshot('test'))).message).toContain('no answer in time');
  });

  it('silent is given up on', async () => {
    const { reader } = await serve(() => 'hang', { timeoutMs: 100 });
    const error = await caught(reader.snapshot('test'));
    expect(error).toMatchObject({ retryable: true });
    expect(error.message).toContain('no answer in time');
  });

  it('away is named with the cause', async () => {
    const { reader } = await serve(() => EMPTY);
    server?.close();
    const error = await caught(reader.snapshot('test'));
    expect(error).toMatchObject({ retryable: true });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('cutting a connection is asked again for a read, never for a write', async () => {
    const { reader, writer } = await serve(() => (calls.length % 2 === 1 ? 'reset' : [404, {}]));
    expect(await reader.workload(WEB)).toBeNull();
    expect(calls).toHaveLength(2);
    expect(await caught(writer.scale(WEB, 3, '7'))).toMatchObject({ retryable: true });
    expect(calls).toHaveLength(3);
  });

  it('not on loopback is never spoken to without TLS', async () => {
    const { reader } = makeKubernetes({
      clusters: new Map([['test', endpoint('http://203.0.113.1:8001')]]),
      namespaces: { include: [], exclude: [] },
      version: '9.9.9',
    });
    expect((await caught(reader.snapshot('test'))).message).toContain('http:// is allowed on loopback only');
  });
});

describe('a write', () => {
  it('writes 0 by switching off alone, bound to the version that was read', async () => {
    const { writer } = await serve(() => [200, {}]);
    expect(await writer.switchOff(WEB, '7')).toEqual({ kind: 'applied' });
    expect(calls).toHaveLength(1);
    expect(calls[0]?.body).toMatchObject({ spec: { replicas: 0 }, metadata: { resourceVersion: '7' } });
    expect(await caught(writer.scale(WEB, 0, '7'))).toMatchObject({ retryable: false });
    expect(await caught(writer.switchOff(WEB, ''))).toMatchObject({ retryable: false });
    expect(await caught(writer.switchOff({ ...WEB, kind: 'StatefulSet' }, '7'))).toMatchObject({ retryable: false });
    expect(calls).toHaveLength(1);
  });

  it('scales through the subresource, bound to the version that was read', async () => {
    const { writer } = await serve(({ body }) => [200, body]);
    expect(await writer.scale(WEB, 3, '7')).toEqual({ kind: 'applied' });
    expect(calls[0]).toMatchObject({
      method: 'PUT',
      path: '/apis/apps/v1/namespaces/demo/deployments/web/scale',
      body: { metadata: { name: 'web', namespace: 'demo', resourceVersion: '7' }, spec: { replicas: 3 } },
    });
  });

  it('annotates by merge patch, annotations and nothing else', async () => {
    const { writer } = await serve(() => [200, {}]);
    const annotations = { 'ai4k8s.io/mode': 'auto', 'ai4k8s.io/paused': null };
    expect(await writer.annotate(WEB, annotations)).toEqual({ kind: 'applied' });
    expect(calls[0]).toMatchObject({ method: 'PATCH', body: { metadata: { annotations } } });
    expect(calls[0]?.headers['content-type']).toBe('application/merge-patch+json');
  });

  test.each<[number, unknown]>([
    [409, { kind: 'conflict', message: 'HTTP 409: why' }],
    [404, { kind: 'not_found' }],
    [403, { kind: 'forbidden', message: expect.stringContaining('Grant the verb "update" on deployments.apps/scale') }],
  ])('that meets %i is a value', async (code, result) => {
    const { writer } = await serve(() => status(code, 'why'));
    expect(await writer.scale(WEB, 3, '7')).toEqual(result);
  });

  test.each([401, 422, 500])('that meets %i throws', async (code) => {
    const { writer } = await serve(() => status(code, 'why'));
    expect(await caught(writer.scale(WEB, 3, '7'))).toMatchObject({ retryable: code === 500 });
  });

  test.each<[string, number, string]>([
    ['zero replicas', 0, '7'],
    ['minus one', -1, '7'],
    ['a fraction', 2.5, '7'],
    ['no number', Number.NaN, '7'],
    ['no version: it would overwrite whatever happened since', 3, ''],
  ])('is refused with %s', async (_what, replicas, version) => {
    const { writer } = await serve(() => [200, {}]);
    expect(await caught(writer.scale(WEB, replicas, version))).toMatchObject({ retryable: false });
    expect(calls).toHaveLength(0);
  });

  it("is refused on others' annotations", async () => {
    const { writer } = await serve(() => [200, {}]);
    expect(await caught(writer.annotate(WEB, { 'kubectl.kubernetes.io/x': 'y' }))).toMatchObject({ retryable: false });
    expect(calls).toHaveLength(0);
  });
});

function endpoint(url: string) {
  const resolve = async () => ({ server: `${url}/`, caData: '', token: async () => 'secret' });
  return { kind: 'endpoint', resolve } as const;
}

async function caught(promise: Promise<unknown>): Promise<AdapterError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AdapterError);
  return error as AdapterError;
}

const EMPTY: Answer = [200, { items: [] }];

function status(code: number, message: string): Answer {
  return [code, { kind: 'Status', code, message }];
}

function deployment(name: string) {
  return { metadata: { name, namespace: 'demo', resourceVersion: '1' }, spec: { selector: {}, template: {} } };
}

/** Stands in for an API server; `answer` sees each call after it was noted in `calls`. */
async function serve(
  answer: (call: Call) => Answer,
  options: { include?: string[]; timeoutMs?: number; namespaceAnnotations?: boolean } = {},
): Promise<Kubernetes> {
  calls = [];
  connections = 0;
  const listening = createServer(async (request, response) => {
    const call = await read(request);
    calls.push(call);
    reply(response, answer(call));
  });
  listening.on('connection', () => {
    connections += 1;
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  return makeKubernetes({
    clusters: new Map([['test', endpoint(`http://127.0.0.1:${port}`)]]),
    namespaces: { include: options.include ?? [], exclude: [] },
    namespaceAnnotations: options.namespaceAnnotations ?? false,
    version: '9.9.9',
    timeoutMs: options.timeoutMs ?? 5000,
  });
}

async function read(request: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url ?? '/', 'http://localhost');
  const text = Buffer.concat(chunks).toString();
  const body: unknown = text === '' ? null : JSON.parse(text);
  return { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers: request.headers, body };
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer === 'hang') return;
  if (answer === 'half') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"items":[');
    return;
  }
  if (answer === 'reset') {
    response.socket?.destroy();
    return;
  }
  const [code, body, headers = {}] = answer;
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
