// An HTTPS server of a company's own authority, to be reached through a proxy alone: a stand-in for a corporate network.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';

interface CorporateNetwork {
  /** PEM file of the authority that the server's certificate is of. */
  readonly caFile: string;
  /** With user and password. */
  readonly proxyUrl: string;
  /** `CONNECT host:port` for each tunnel that was asked for, with the credentials that came along. */
  readonly tunnels: readonly string[];
  close(): Promise<void>;
}

/** @param host the only name that the proxy knows; no resolver does */
export async function startCorporateNetwork(host: string, answer: RequestListener): Promise<CorporateNetwork> {
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-network-'));
  await makeCertificate(folder, `DNS:${host}`);
  const [key, cert] = ['server.key', 'server.pem'].map((name) => readFileSync(join(folder, name)));
  const server = createHttpsServer({ key, cert }, answer).listen(0, '127.0.0.1');
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const proxy = createHttpServer((_, response) => response.writeHead(501).end());
  proxy.on('connect', ({ url = '', headers }, client: Socket) => {
    tunnels.push(`CONNECT ${url} ${headers['proxy-authorization'] ?? ''}`.trim());
    if (!url.startsWith(`${host}:`)) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const upstream = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => client.destroy());
    }
  });
  proxy.listen(0, '127.0.0.1');
  await Promise.all([once(server, 'listening'), once(proxy, 'listening')]);
  return {
    caFile: join(folder, 'ca.pem'),
    proxyUrl: `http://user:proxy-secret@127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    tunnels,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await Promise.all([server, proxy].map((one) => new Promise((resolve) => one.close(resolve))));
      rmSync(folder, { recursive: true });
    },
  };
}
