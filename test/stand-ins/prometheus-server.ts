// A local HTTP server that speaks as much of Prometheus's query API as we use, with its limits, and misbehaves on request.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Parameters as they came, with the path under /api/v1/. */
export interface PromRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface PromReply {
  readonly status?: number;
  readonly body: string;
}

interface PrometheusServer {
  readonly url: string;
  readonly requests: readonly PromRequest[];
  close(): Promise<void>;
}

/** As Prometheus has it: more points per series are refused. */
const MOST_POINTS = 11_000;

/** @param answer null hangs */
export async function startPrometheusServer(
  answer: (request: PromRequest) => PromReply | null,
  prefix = '',
): Promise<PrometheusServer> {
  const requests: PromRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const request = await readRequest(incoming, prefix);
      requests.push(request);
      const reply = tooManyPoints(request) ?? answer(request);
      if (reply === null) return;
      outgoing.writeHead(reply.status ?? 200, { 'content-type': 'application/json' });
      outgoing.end(reply.body);
    })().catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers a range query from a function of time, and an instant query with one value; undefined is no sample. */
export function measured(
  valueAt: (seconds: number) => number | undefined,
  request: number | undefined = undefined,
): (of: PromRequest) => PromReply {
  return ({ path, parameters }) => {
    if (path === 'query') {
      const result = request === undefined ? [] : [{ metric: {}, value: [Number(parameters.time), String(request)] }];
      return success('vector', result);
    }
    const [start, end, step] = [parameters.start, parameters.end, parameters.step].map(Number);
    const values: [number, string][] = [];
    for (let at = start ?? 0; at <= (end ?? 0); at += step ?? 60) {
      const value = valueAt(at);
      if (value !== undefined) values.push([at, String(value)]);
    }
    return success('matrix', values.length === 0 ? [] : [{ metric: {}, values }]);
  };
}

export function success(resultType: 'matrix' | 'vector', result: unknown): PromReply {
  return { body: JSON.stringify({ status: 'success', data: { resultType, result } }) };
}

export function refused(status: number, errorType: string, error: string): PromReply {
  return { status, body: JSON.stringify({ status: 'error', errorType, error }) };
}

function tooManyPoints({ path, parameters: { start, end, step } }: PromRequest): PromReply | null {
  if (path !== 'query_range' || (Number(end) - Number(start)) / Number(step) <= MOST_POINTS) return null;
  const message = 'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution';
  return refused(400, 'bad_data', message);
}

async function readRequest(incoming: IncomingMessage, prefix: string): Promise<PromRequest> {
  let body = '';
  for await (const chunk of incoming) body += String(chunk);
  return {
    path: (incoming.url ?? '').replace(`${prefix}/api/v1/`, ''),
    authorization: incoming.headers.authorization,
    parameters: Object.fromEntries(new URLSearchParams(body)),
  };
}
