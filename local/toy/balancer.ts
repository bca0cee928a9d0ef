// The Service of the story: an HTTP load balancer in front of the replicas that serve, to each in turn.
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Balancer {
  readonly url: string;
  /** From now on requests go to these ports of this machine. */
  serve(ports: readonly number[]): void;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startBalancer(): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true });
  let ports: readonly number[] = [];
  let turn = 0;
  const server = createServer((from, to) => {
    const port = ports[turn++ % Math.max(1, ports.length)];
    if (port === undefined) refuse(to, 503, 'no replica serves');
    else forward(from, to, port, agent);
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', done);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (given) => {
      ports = given;
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

function forward(from: IncomingMessage, to: ServerResponse, port: number, agent: Agent): void {
  const { method, url, headers } = from;
  const upstream = request({ host: '127.0.0.1', port, method, path: url, headers, agent }, (answer) => {
    to.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(to);
  });
  upstream.on('error', () => refuse(to, 502, 'the replica is gone'));
  // Who has gone away needs no answer; the replica works on it all the same.
  to.on('error', () => undefined);
  from.pipe(upstream);
}

function refuse(to: ServerResponse, code: number, text: string): void {
  if (!to.headersSent) to.writeHead(code, { 'content-type': 'text/plain' });
  to.end(`${text}\n`);
}
