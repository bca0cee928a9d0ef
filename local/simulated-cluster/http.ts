// HTTP in front of the world: finds what a request is about, and answers in the words of the Kubernetes API.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { depthOf } from '../../lib/domain/text/json-depth.ts';
import { keepOtherPagesOut } from '../../web/loopback.ts';
import { customMetrics } from './custom-metrics.ts';
import { scaleObject } from './deployment-objects.ts';
import { discovery } from './discovery.ts';
import type { Json, JsonObject } from './kube-object.ts';
import { getObject, listObject, type ReadRequest } from './reading.ts';
import { qualified, type Resource } from './resource.ts';
import { RESOURCES } from './resources.ts';
import { methodNotAllowed, StatusError, unknownPath } from './status.ts';
import { watch } from './watching.ts';
import type { World } from './world.ts';
import { write } from './writing.ts';

const LARGEST_BODY_BYTES = 3 * 2 ** 20;
/** So much is still read, and thrown away: who writes before reading hears the answer. */
const MOST_READ_BYTES = 10 * LARGEST_BODY_BYTES;
/** No object goes down half as far. */
const MAX_DEPTH = 100;

interface Target {
  readonly resource: Resource;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly subresource: string | null;
}

/** @param onWritten called after every write, before it is answered */
export function makeServer(world: World, onWritten: () => void): Server {
  const server = createServer((request, response) => {
    answer(world, onWritten, request, response).catch((error: unknown) => {
      const status =
        error instanceof StatusError
          ? error
          : new StatusError(500, 'InternalError', `simulated cluster: ${String(error)}`);
      if (status.code === 429) response.setHeader('retry-after', '1');
      send(response, status.code, status.toStatus());
    });
  });
  keepOtherPagesOut(server, (response, { status, detail }) => {
    const refused = new StatusError(status, status === 400 ? 'BadRequest' : 'Forbidden', detail);
    send(response, status, refused.toStatus());
  });
  return server;
}

async function answer(
  world: World,
  onWritten: () => void,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const method = request.method ?? 'GET';
  world.advance();
  if (world.faults.away === true) {
    response.destroy();
    return;
  }
  throttle(world);
  const found = method === 'GET' ? document(world, url) : null;
  if (/^\/(healthz|readyz|livez)(\/|$)/.test(url.pathname)) sendText(response, 'ok');
  else if (found !== null) send(response, 200, found);
  else await answerResource(world, onWritten, url, request, response);
}

/** What is read at a path of its own. */
function document(world: World, { pathname, searchParams }: URL): JsonObject | null {
  return discovery(pathname.replace(/\/$/, ''), world) ?? customMetrics(world, pathname, searchParams);
}

async function answerResource(
  world: World,
  onWritten: () => void,
  url: URL,
  from: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = from.method ?? 'GET';
  const target = findTarget(url.pathname);
  refuseFaults(world, method, target);
  if (method !== 'GET') {
    const contentType = (from.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? '';
    const body = await readBody(from, contentType);
    const dryRun = url.searchParams.has('dryRun');
    const namespace = target.namespace ?? '';
    const written = write(world, { ...target, namespace, method, contentType, body, dryRun });
    if (!dryRun) onWritten();
    if (isLost(world)) response.destroy();
    else send(response, written.code, written.object);
    return;
  }
  const asTable = (from.headers.accept ?? '').includes('as=Table');
  const request: ReadRequest = { ...target, query: url.searchParams, asTable };
  const watches = ['true', '1'].includes(url.searchParams.get('watch') ?? '');
  if (target.name !== null) send(response, 200, one(world, request, target.name, target.subresource));
  else if (!watches) send(response, 200, listObject(world, request));
  else if (target.resource.verbs.includes('watch')) watch(world, request, response);
  else throw methodNotAllowed();
}

function one(world: World, request: ReadRequest, name: string, subresource: string | null): JsonObject {
  const workload = subresource === 'scale' ? world.workload(request.namespace ?? '', name) : undefined;
  return workload === undefined ? getObject(world, request, name) : scaleObject(workload);
}

/** `/api/v1/…` or `/apis/GROUP/VERSION/…`, then `[namespaces/NS/]PLURAL[/NAME[/SUBRESOURCE]]`. */
function findTarget(path: string): Target {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  const [group, version] = parts[0] === 'apis' ? [parts[1], parts[2]] : ['', parts[1]];
  const rest = parts.slice(parts[0] === 'apis' ? 3 : 2);
  if (parts[0] !== 'api' && parts[0] !== 'apis') throw unknownPath();
  const isNamespaced = rest[0] === 'namespaces' && rest.length > 2;
  const namespace = isNamespaced ? (rest[1] ?? null) : null;
  const [plural, name = null, subresource = null, more] = isNamespaced ? rest.slice(2) : rest;
  const resource = RESOURCES.find(
    (one) =>
      one.group === group && one.version === version && one.plural === plural && (one.namespaced || !isNamespaced),
  );
  if (resource === undefined || more !== undefined) throw unknownPath();
  if (name !== null && resource.namespaced && !isNamespaced) throw unknownPath();
  const known = resource.plural === 'deployments' ? ['scale', 'status'] : ['status'];
  if (subresource !== null && !known.includes(subresource)) throw unknownPath();
  return { resource, namespace, name, subresource };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unknownPath();
  }
}

function throttle({ faults }: World): void {
  const left = faults.throttled ?? 0;
  if (left <= 0) return;
  faults.throttled = left - 1;
  throw new StatusError(429, 'TooManyRequests', 'Too many requests, please try again later.');
}

function isLost({ faults }: World): boolean {
  const left = faults.lostAnswers ?? 0;
  faults.lostAnswers = Math.max(0, left - 1);
  return left > 0;
}

function refuseFaults({ faults }: World, method: string, { resource }: Target): void {
  if (resource.group === 'metrics.k8s.io' && faults.metricsAway === true)
    throw new StatusError(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');
  if (method === 'GET' && faults.readsForbidden === true && resource.group === 'apps')
    throw new StatusError(403, 'Forbidden', `${qualified(resource)} is forbidden: the user may not list it`);
  if (method !== 'GET' && faults.writesForbidden === true)
    throw new StatusError(403, 'Forbidden', `${qualified(resource)} is forbidden: the user may not ${method} it`);
}

async function readBody(request: IncomingMessage, contentType: string): Promise<Json> {
  if (!contentType.endsWith('json')) throw unsupported(contentType);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes <= LARGEST_BODY_BYTES) chunks.push(part);
    else if (bytes > MOST_READ_BYTES) break;
  }
  if (bytes > LARGEST_BODY_BYTES) throw new StatusError(413, 'RequestEntityTooLarge', 'the request is too large');
  if (bytes === 0) return null;
  const text = Buffer.concat(chunks).toString();
  if (depthOf(text) > MAX_DEPTH)
    throw new StatusError(400, 'BadRequest', `the body goes deeper than ${MAX_DEPTH} levels`);
  try {
    return JSON.parse(text);
  } catch {
    throw new StatusError(400, 'BadRequest', 'the body of the request is not JSON');
  }
}

/** Protobuf is what `kubectl autoscale` sends; `kubectl create -f` sends JSON. */
function unsupported(contentType: string): StatusError {
  const message = `the body is in an unknown format "${contentType}": the simulated cluster reads JSON`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

function send(response: ServerResponse, code: number, object: JsonObject): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  const text = JSON.stringify(object);
  response.writeHead(code, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.end(text);
}
