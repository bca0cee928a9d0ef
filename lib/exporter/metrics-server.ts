// The second port: metrics for Prometheus, and whether this lives and can serve.
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { isOwnHost } from './host-check.ts';
import type { ExporterMetrics } from './metrics.ts';
import type { Upstream } from './upstream-address.ts';

const PROBE_MS = 1000;

interface MetricsServerOptions {
  readonly metrics: ExporterMetrics;
  readonly upstreams: readonly Upstream[];
  /** Names other than this machine's own are refused. */
  readonly checksHost: boolean;
  /** It still takes requests. */
  readonly isServing: () => boolean;
  /** Told what a look found. */
  readonly onUpstream: (upstream: Upstream, isUp: boolean) => void;
}

export function makeMetricsServer(options: MetricsServerOptions): Server {
  const looks = makeLooks(options);
  return createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (options.checksHost && !isOwnHost(request.headers.host))
      send(response, 403, 'ask it by a name of this machine\n');
    else if (request.method !== 'GET' && request.method !== 'HEAD') send(response, 405, 'expected GET\n');
    else if (path === '/metrics') void sendMetrics(response, options.metrics);
    else if (path === '/healthz') send(response, 200, 'ok\n');
    else if (path === '/readyz') void sendReady(response, options, looks);
    else send(response, 404, 'there are /metrics, /healthz and /readyz\n');
  });
}

async function sendMetrics(response: ServerResponse, metrics: ExporterMetrics): Promise<void> {
  const text = await metrics.text();
  send(response, 200, text, metrics.contentType);
}

/** Ready is who takes requests and has somebody to send them to. */
async function sendReady(
  response: ServerResponse,
  { upstreams, isServing }: MetricsServerOptions,
  look: (upstream: Upstream) => Promise<boolean>,
): Promise<void> {
  if (!isServing()) return send(response, 503, 'it is ending\n');
  const found = await Promise.all(upstreams.map(look));
  const down = upstreams.filter((_, i) => !found[i]).map(({ variable }) => variable);
  if (down.length === 0) send(response, 200, 'ok\n');
  else send(response, 503, `the server at ${down.join(' and at ')} takes no connection\n`);
}

/** One look at a time, however often it is asked for: whoever asks together is answered together. */
function makeLooks({ onUpstream }: MetricsServerOptions): (upstream: Upstream) => Promise<boolean> {
  const underWay = new Map<Upstream, Promise<boolean>>();
  return (upstream) => {
    const look =
      underWay.get(upstream) ??
      takesConnections(upstream).then((isUp) => {
        underWay.delete(upstream);
        onUpstream(upstream, isUp);
        return isUp;
      });
    underWay.set(upstream, look);
    return look;
  };
}

function takesConnections({ hostname, port }: Upstream): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port, timeout: PROBE_MS });
    const end = (isUp: boolean) => () => {
      resolve(isUp);
      socket.destroy();
    };
    socket.once('connect', end(true));
    socket.once('timeout', end(false));
    socket.on('error', end(false));
  });
}

function send(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
