// The proxy: httpxy forwards, bytes untouched and in order, and this looks on: who is waiting, who has gone, and why it ended.
import {
  type ClientRequest,
  createServer,
  Agent as HttpAgent,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createProxyServer } from 'httpxy';
import { endpointOf } from './endpoint.ts';
import { keepConnectionOfItsOwn, trailersOf, withoutHopHeaders } from './hop-headers.ts';
import { isOwnHost } from './host-check.ts';
import type { Status } from './ledger.ts';
import type { Metering, Passage } from './metering.ts';
import { type Refusal, refuse } from './refusal.ts';
import { type Silence, watchSilence } from './silence.ts';
import { chooseUpstream, originOf, type Upstream } from './upstream-address.ts';

export interface ProxyOptions {
  readonly upstreams: readonly Upstream[];
  /** Without a byte in either direction, before an answer and within it. */
  readonly silenceSeconds: number;
  /** Only names of this machine are taken for its own. */
  readonly checksHost: boolean;
  readonly metering: Metering;
  /** Told each time that an upstream answered, or did not. */
  readonly onUpstream: (upstream: Upstream, isUp: boolean) => void;
}

export interface Proxy {
  readonly server: Server;
  /** From now on every answer asks its client to open another connection elsewhere. */
  drain(): void;
  /** Ends what is kept open upstream. */
  destroy(): void;
}

/** One request on its way. */
interface Journey {
  readonly upstream: Upstream;
  /** Null where it is not scored. */
  readonly passage: Passage | null;
  readonly silence: Silence;
  upstreamRequest: ClientRequest | null;
  expect: string | undefined;
  /** Known before the end: it cannot end well any more. */
  failed: Status | null;
}

/** On the request itself: a map with weak keys costs the garbage collector as much as the proxy costs. */
const JOURNEY = Symbol('journey');

function journeyOf(request: IncomingMessage & { [JOURNEY]?: Journey }): Journey | undefined {
  return request[JOURNEY];
}

/** Some clients send long cookies and tokens; Node's own limit is 16 kB. */
const MAX_HEADER_BYTES = 128 * 1024;
/** Longer than load balancers keep theirs open, so that they close first. */
const KEEP_ALIVE_MS = 75_000;
/** Shorter than model servers keep idle connections (uvicorn: 5 s), so that no request is sent into a closing one. */
const IDLE_UPSTREAM_MS = 4000;
const CONNECT_MS = 10_000;

export function makeProxy(options: ProxyOptions): Proxy {
  const { upstreams, silenceSeconds, metering, onUpstream } = options;
  const agents = { 'http:': new HttpAgent(agentOptions), 'https:': new HttpsAgent(agentOptions) };
  const httpxy = createProxyServer({ changeOrigin: true });
  let isEnding = false;

  const fail = (request: IncomingMessage, response: ServerResponse, journey: Journey, refusal: Refusal): void => {
    if (response.closed || journey.failed !== null) return;
    journey.failed = 'error';
    onUpstream(journey.upstream, false);
    // Who waits for leave to send a body may send it or not: only a new connection is sure to be in step.
    if (journey.expect !== undefined && !response.headersSent) response.shouldKeepAlive = false;
    if (response.headersSent) response.destroy();
    else refuse(request, response, refusal);
    journey.upstreamRequest?.destroy();
  };

  httpxy.on('proxyReq', (upstreamRequest, request, response) => {
    const journey = journeyOf(request);
    if (journey === undefined) return;
    journey.upstreamRequest = upstreamRequest;
    watchConnecting(upstreamRequest, () => fail(request, response, journey, notConnected(journey.upstream)));
    passExpectation(journey, upstreamRequest, response);
    request.on('data', (chunk: Buffer) => {
      journey.silence.broken();
      journey.passage?.body(chunk);
    });
    request.on('end', () => {
      const trailers = trailersOf(request);
      if (trailers.length > 0) upstreamRequest.addTrailers(trailers);
      // The request goes on first, and is scored then.
      if (journey.passage !== null) process.nextTick(journey.passage.bodyEnded);
    });
  });

  httpxy.on('proxyRes', (answer, request, response) => {
    const journey = journeyOf(request);
    if (journey === undefined) return;
    onUpstream(journey.upstream, true);
    journey.silence.broken();
    journey.passage?.answerBegan(answer.headers);
    keepConnectionOfItsOwn(answer, response, isEnding);
    answer.on('data', (chunk: Buffer) => {
      journey.silence.broken();
      journey.passage?.answer(chunk);
    });
    answer.on('end', () => response.addTrailers(trailersOf(answer)));
    answer.on('close', () => {
      if (!answer.complete && !response.closed) journey.failed = 'error';
    });
    // A stream may begin long before its first piece: the client is told so at once.
    setImmediate(() => {
      if (!response.headersSent && !response.destroyed) response.flushHeaders();
    });
  });

  httpxy.on('error', (error, request, response) => {
    const journey = request && journeyOf(request);
    if (request === undefined || journey === undefined || response === undefined) return;
    fail(request, response as ServerResponse, journey, unreachable(journey.upstream, error));
  });

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const upstream = chooseUpstream(upstreams, request.url);
    if (upstream === undefined || (options.checksHost && !isOwnHost(request.headers.host))) {
      response.shouldKeepAlive = false;
      refuse(request, response, NOT_ALLOWED);
      return;
    }
    const endpoint = endpointOf(request.method, request.url);
    const journey: Journey = {
      upstream,
      passage: endpoint && metering.begin(endpoint, request.headers),
      silence: watchSilence(silenceSeconds, () => {
        if (response.writableNeedDrain) response.destroy();
        else fail(request, response, journey, silent(upstream, silenceSeconds));
      }),
      upstreamRequest: null,
      expect: request.headers.expect,
      failed: null,
    };
    Object.assign(request, { [JOURNEY]: journey });
    response.on('close', () => {
      journey.silence.stop();
      journey.passage?.landed(journey.failed ?? statusOf(response));
    });
    withoutHopHeaders(request.headers);
    // httpxy tells nothing of a request that carries it: it is put back in `passExpectation`.
    delete request.headers.expect;
    const target = targetOf(upstream);
    const agent = agents[upstream.protocol];
    httpxy.web(request, response, { target, agent, ssl: { maxHeaderSize: MAX_HEADER_BYTES } }).catch(() => undefined);
  };

  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
  for (const event of ['request', 'checkContinue', 'checkExpectation'] as const) server.on(event, handle);
  return {
    server,
    drain() {
      isEnding = true;
    },
    destroy() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** The queue is the model server's: nothing waits here for a free connection. */
const agentOptions = {
  keepAlive: true,
  maxSockets: Number.POSITIVE_INFINITY,
  maxFreeSockets: 256,
  timeout: IDLE_UPSTREAM_MS,
};

/** The port is in `Host` where it is not the scheme's own. */
function targetOf(upstream: Upstream) {
  const { protocol, hostname, port, path } = upstream;
  return { protocol, hostname, port, pathname: path, host: originOf(upstream).slice(`${protocol}//`.length) };
}

/** `Expect: 100-continue` is the server's to answer: the client is told to go on when the server says so. */
function passExpectation({ expect }: Journey, upstreamRequest: ClientRequest, response: ServerResponse): void {
  if (expect === undefined) return;
  upstreamRequest.setHeader('expect', expect);
  upstreamRequest.on('continue', () => response.writeContinue());
  upstreamRequest.flushHeaders();
}

function watchConnecting({ socket }: ClientRequest, onLate: () => void): void {
  if (socket === null || !socket.connecting) return;
  const timer = setTimeout(onLate, CONNECT_MS);
  const stop = () => clearTimeout(timer);
  socket.once('connect', stop);
  socket.once('close', stop);
}

/** Of an answer that nothing was wrong with on the way. */
function statusOf(response: ServerResponse): Status {
  if (!response.writableFinished) return 'cancelled';
  if (response.statusCode >= 500) return 'error';
  return response.statusCode >= 400 ? 'rejected' : 'ok';
}

const NOT_ALLOWED: Refusal = {
  status: 403,
  code: 'host_not_allowed',
  message:
    'it listens on this machine alone, and is asked under a name that is not its own; use localhost or 127.0.0.1',
};

function unreachable({ variable }: Upstream, error: NodeJS.ErrnoException): Refusal {
  const reason = /^[A-Z_]{3,40}$/.test(error.code ?? '') ? ` (${error.code})` : '';
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || error.code?.startsWith('HPE_'))
    return {
      status: 502,
      code: 'upstream_broke_off',
      message: `the server at ${variable} broke off before an answer${reason}`,
    };
  return { status: 502, code: 'upstream_unreachable', message: `the server at ${variable} cannot be reached${reason}` };
}

function notConnected({ variable }: Upstream): Refusal {
  const message = `the server at ${variable} took no connection within ${CONNECT_MS / 1000} s`;
  return { status: 504, code: 'upstream_timeout', message };
}

function silent({ variable }: Upstream, seconds: number): Refusal {
  return { status: 504, code: 'upstream_timeout', message: `the server at ${variable} said nothing for ${seconds} s` };
}
