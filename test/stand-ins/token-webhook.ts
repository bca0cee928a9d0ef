// What stands between an API server and AWS: answers its TokenReviews, as aws-iam-authenticator does in EKS.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Admitted } from './deployed-identities.ts';

export interface TokenWebhook {
  /** Users who were let in, each once. */
  readonly admitted: ReadonlySet<string>;
  /** Why others were not. */
  readonly refusals: readonly string[];
  close(): void;
}

/** @param url where the API server asks: of this machine */
export async function startTokenWebhook(
  url: string,
  admit: (token: string) => Admitted | { readonly why: string },
): Promise<TokenWebhook> {
  const admitted = new Set<string>();
  const refusals: string[] = [];
  const server = createServer(async (request, response) => {
    const { apiVersion, kind, spec } = JSON.parse(await text(request)) as Review;
    const who = admit(spec.token);
    if ('why' in who) refusals.push(who.why);
    else admitted.add(who.username);
    const status = 'why' in who ? { authenticated: false, error: who.why } : { authenticated: true, user: who };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ apiVersion, kind, status }));
  });
  server.listen(Number(new URL(url).port), '127.0.0.1');
  await once(server, 'listening');
  return {
    admitted,
    refusals,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: { readonly token: string };
}
