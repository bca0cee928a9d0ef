// A local HTTP server that speaks as much of Prometheus's query API as we use, with its limits, and misbehaves on request.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Parameters as they came, with the path under /api/v1/. */
export interface PromRequest {
  readonly path: string;
  readonly method: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly parameters: Readonly<Record<string, string>>;
  /** As it was sent: path with parameters, and the body. */
  readonly url: string;
  readonly body: string;
}

export interface PromReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

interface PrometheusServer {
  readonly url: string;
  readonly requests: readonly PromRequest[];
  close(): Promise<void>;
}

/** One series of a range query, a sample at each step where there is a value. */
export function rowOf(
  metric: Readonly<Record<string, string>>,
  { parameters: { start, end, step } }: PromRequest,
  valueAt: (seconds: number) => number | undefined,
) {
  const values: [number, string][] = [];
  for (let at = Number(start); at <= Number(end); at += Number(step)) {
    const value = valueAt(at);
    if (value !== undefined) values.push([at, String(value)]);
  }
  return { metric, values };
}

/** As Prometheus has it: more points per series are refused. */
const MOST_POINTS = 11_000;

/** @param answer null hangs */
export async function startPrometheusServer(
  answer: (request: PromRequest) => PromReply | null,
  prefix = '',
): Promise<PrometheusServer> {
  const requests: PromRequest[] = [];
  const server = createServer(prometheusListener(answer, requests, prefix));
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

/** For a server of any kind. @param requests where what comes is kept */
export function prometheusListener(
  answer: (request: PromRequest) => PromReply | null,
  requests: PromRequest[],
  prefix = '',
): RequestListener {
  return (incoming, outgoing) => {
    void (async () => {
      const request = await readRequest(incoming, prefix);
      requests.push(request);
      const reply = tooManyPoints(request) ?? answer(request);
      if (reply === null) return;
      outgoing.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
      outgoing.end(reply.body);
    })().catch(() => outgoing.destroy());
  };
}

/** Answers a range query from a function of time, and an instant query with one value; undefined is no sample. */
export function measured(
  valueAt: (seconds: number) => number | undefined,
  request: number | undefined = undefined,
): (of: PromRequest) => PromReply {
  return (asked) => {
    const { path, parameters } = asked;
    if (path === 'query') {
      const result = request === undefined ? [] : [{ metric: {}, value: [Number(parameters.time), String(request)] }];
      return success('vector', result);
    }
    const row = rowOf({}, asked, valueAt);
    return success('matrix', row.values.length === 0 ? [] : [row]);
  };
}

/** @param more beside the data, such as `warnings` */
export function success(resultType: 'matrix' | 'vector', result: unknown, more: object = {}): PromReply {
  return { body: JSON.stringify({ status: 'success', data: { resultType, result }, ...more }) };
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
  const { method = '', headers, url = '' } = incoming;
  const { pathname, searchParams } = new URL(url, 'http://stand.in');
  return {
    path: pathname.replace(`${prefix}/api/v1/`, ''),
    method,
    headers,
    authorization: headers.authorization,
    parameters: Object.fromEntries([...searchParams, ...new URLSearchParams(body)]),
    url,
    body,
  };
}
