// Stands in for an API server with kinds of objects that the simulated cluster has not: it keeps what it is given, and writes HPAs.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// biome-ignore lint/suspicious/noExplicitAny: objects of many kinds, as JSON
type Json = any;

export interface ObjectServer {
  readonly url: string;
  /** By resource, as its path spells it: `statefulsets`, `pods` … */
  readonly objects: Record<string, Json[]>;
  /** Of the metrics API. */
  readonly metrics: Json[];
  /** API groups beside the usual ones, each with the names of its resources. */
  readonly groups: Record<string, string[]>;
  /** Status by resource: these are refused. */
  readonly refuse: Record<string, number>;
  /** `GET /path?query` and the like, in order. */
  readonly calls: string[];
  /** `PATCH name`, `PUT name`, `DELETE name` … with the body. */
  readonly writes: { readonly what: string; readonly body: Json }[];
  readonly events: Json[];
  close(): void;
}

/** Answers in the place of the rest; null where it does not. `type` is the body's. */
type First = (method: string, pathname: string, body: Json, type: string) => readonly [number, Json] | null;

export async function startObjectServer(first: First = () => null): Promise<ObjectServer> {
  const state = {
    objects: {} as Record<string, Json[]>,
    metrics: [] as Json[],
    groups: {} as Record<string, string[]>,
    refuse: {} as Record<string, number>,
    calls: [] as string[],
    writes: [] as { what: string; body: Json }[],
    events: [] as Json[],
  };
  let version = 100;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? '/', 'http://x');
    state.calls.push(`${request.method} ${url.pathname}${url.search}`);
    const [method, sent] = [request.method ?? 'GET', text === '' ? null : JSON.parse(text)];
    const type = request.headers['content-type'] ?? '';
    const [code, body] = first(method, url.pathname, sent, type) ?? answer(method, url, sent);
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...state,
    url,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };

  function answer(method: string, { pathname, searchParams }: URL, body: Json): readonly [number, Json] {
    const discovered = discovery(pathname);
    if (discovered !== null) return [200, discovered];
    // Nobody may do anything, as far as he is told.
    if (pathname.endsWith('accessreviews')) return [201, { status: { allowed: false } }];
    const [, namespace, plural = '', name] =
      /\/v\d\w*(?:\/namespaces\/([^/]+))?\/(\w+)(?:\/([^/]+))?/.exec(pathname) ?? [];
    const refused = state.refuse[plural];
    if (refused !== undefined) return [refused, { message: `no ${plural} for you` }];
    if (plural === 'events') return [201, state.events.push(body)];
    const all = allOf(pathname, plural);
    const here = all.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace);
    if (name === undefined) return [200, { items: here.filter(selectedBy(searchParams)) }];
    const one = here.find(({ metadata }) => metadata.name === name);
    if (method !== 'GET') state.writes.push({ what: `${method} ${plural}/${name}`, body });
    if (one === undefined) return [404, { message: `no ${name}` }];
    return method === 'PATCH' ? patched(one, body) : [200, one];
  }

  function discovery(pathname: string): object | null {
    if (pathname === '/apis') return { groups: Object.keys(state.groups).map(groupNamed) };
    const group = /^\/apis\/([^/]+)\/[^/]+$/.exec(pathname)?.[1];
    return group === undefined ? null : { resources: (state.groups[group] ?? []).map((name) => ({ name })) };
  }

  function allOf(pathname: string, plural: string): readonly Json[] {
    return pathname.includes('/metrics.k8s.io/') ? state.metrics : (state.objects[plural] ?? []);
  }

  function patched(one: Json, body: Json): readonly [number, Json] {
    if (body.metadata.resourceVersion !== one.metadata.resourceVersion) return [409, { message: 'it was modified' }];
    Object.assign(one.spec, body.spec);
    one.metadata.annotations ??= {};
    for (const [key, value] of Object.entries(body.metadata.annotations ?? {}))
      if (value === null) delete one.metadata.annotations[key];
      else one.metadata.annotations[key] = value;
    one.metadata.resourceVersion = String(++version);
    return [200, one];
  }
}

function groupNamed(name: string): Json {
  return { name, preferredVersion: { groupVersion: `${name}/v1alpha1` } };
}

/** As far as they are asked for: `key=value` pairs, and one name. */
function selectedBy(query: URLSearchParams): (object: Json) => boolean {
  const pairs = (query.get('labelSelector') ?? '').split(',').filter((pair) => pair !== '');
  const named = /^metadata\.name=(.+)$/.exec(query.get('fieldSelector') ?? '')?.[1];
  return ({ metadata }) =>
    (named === undefined || metadata.name === named) &&
    pairs.every((pair) => {
      const [key = '', value] = pair.split('=');
      return metadata.labels?.[key] === value;
    });
}
