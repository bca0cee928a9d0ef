// The door of an EKS cluster's API server: TLS by the cluster's own authority, and a token of AWS's. Behind it the simulated cluster,
// which asks nobody who he is.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeCertificate } from './certificate.ts';
import type { Admitted } from './deployed-identities.ts';
import type { ApiServer } from './eks-server.ts';

export interface Door extends ApiServer {
  /** Users who were let in, each once. */
  readonly admitted: ReadonlySet<string>;
  /** Why others were not. */
  readonly refusals: readonly string[];
  close(): Promise<void>;
}

/** @param upstream base of what stands behind */
export async function startDoor(
  upstream: string,
  admit: (token: string) => Admitted | { readonly why: string },
): Promise<Door> {
  const folder = mkdtempSync(join(tmpdir(), 'ai4k8s-door-'));
  await makeCertificate(folder, 'IP:127.0.0.1');
  const [key, cert, ca = ''] = ['server.key', 'server.pem', 'ca.pem'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  );
  rmSync(folder, { recursive: true });
  const admitted = new Set<string>();
  const refusals: string[] = [];
  const server = createServer({ key, cert }, (incoming, outgoing) => {
    const who = admit((incoming.headers.authorization ?? '').replace(/^Bearer /, ''));
    if ('why' in who) {
      refusals.push(who.why);
      outgoing.writeHead(401, { 'content-type': 'application/json' }).end(UNAUTHORIZED);
      return;
    }
    admitted.add(who.username);
    // Whoever went away in the middle needs no answer.
    passOn(upstream, incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca,
    admitted,
    refusals,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const UNAUTHORIZED = JSON.stringify({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  message: 'Unauthorized',
  reason: 'Unauthorized',
  code: 401,
});

async function passOn(upstream: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { authorization: _ours, host: _door, ...headers } = incoming.headers;
  const onward = forward(`${upstream}${incoming.url}`, { method: incoming.method, headers });
  const [[answer]] = await Promise.all([
    once(onward, 'response') as Promise<[IncomingMessage]>,
    pipeline(incoming, onward),
  ]);
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, outgoing);
}
