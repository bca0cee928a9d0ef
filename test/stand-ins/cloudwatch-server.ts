// Stands in for CloudWatch on loopback: answers GetMetricData as a test says, in the SDK's own protocol.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetricQuery {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

export interface MetricRequest {
  readonly MetricDataQueries: readonly MetricQuery[];
  /** Seconds. */
  readonly StartTime: number;
  readonly EndTime: number;
  readonly NextToken?: string;
}

export interface CloudWatchReply {
  readonly status?: number;
  readonly body: string;
  /** So many bytes, and then the end of the connection. */
  readonly cutAt?: number;
}

/** @param answer null hangs */
export async function startCloudWatchServer(answer: (request: MetricRequest) => CloudWatchReply | null) {
  const requests: MetricRequest[] = [];
  const server = createServer(async (incoming, response) => {
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    const request: MetricRequest = JSON.parse(text);
    requests.push(request);
    const reply = answer(request);
    if (reply === null) return;
    const { status = 200, body, cutAt } = reply;
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'content-length': Buffer.byteLength(body) };
    response.writeHead(status, headers);
    if (cutAt === undefined) response.end(body);
    else response.write(body.slice(0, cutAt), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Value and start of its period in milliseconds, newest first, by a query; undefined answers nothing for it. */
export function results(
  { MetricDataQueries }: MetricRequest,
  valuesOf: (query: MetricQuery) => readonly (readonly [value: unknown, at: number])[] | undefined,
  more: object = {},
): CloudWatchReply {
  const all = MetricDataQueries.flatMap((query) => {
    const values = valuesOf(query);
    if (values === undefined) return [];
    const Timestamps = values.map(([, at]) => at / 1000);
    return [{ Id: query.Id, StatusCode: 'Complete', Values: values.map(([value]) => value), Timestamps }];
  });
  return { body: JSON.stringify({ MetricDataResults: all, ...more }) };
}
