// Stands in for Secrets Manager on loopback, through the SDK's own endpoint setting: has one value, none, no rights, or never answers.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type SecretState = { readonly value: string } | 'empty' | 'denied' | 'hangs';

export interface SecretsServer {
  /** What the next request finds. */
  state: SecretState;
  /** Requests so far, tries of the SDK's own among them. */
  readonly requests: () => number;
  close(): void;
}

export async function startSecretsServer(state: SecretState): Promise<SecretsServer> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume();
    if (stand.state === 'hangs') return;
    const { status, body } = answerOf(stand.state);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stand: SecretsServer = {
    state,
    requests: () => requests,
    close() {
      delete process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER;
      server.closeAllConnections();
      server.close();
    },
  };
  return stand;
}

function answerOf(state: Exclude<SecretState, 'hangs'>): { status: number; body: object } {
  if (state === 'denied') return { status: 400, body: { __type: 'AccessDeniedException', Message: 'not authorized' } };
  if (state === 'empty')
    return { status: 400, body: { __type: 'ResourceNotFoundException', Message: 'no AWSCURRENT' } };
  return { status: 200, body: { Name: 'groq', SecretString: state.value } };
}
