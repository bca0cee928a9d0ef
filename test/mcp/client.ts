// A real MCP client, over HTTP or straight at a function's handler, of the protocol that is named.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { HttpApiEvent } from '../../lib/app/api/lambda.ts';
import { eventFor } from '../stand-ins/execute-api.ts';

/** The stateless revision, and what clients spoke before. */
export const PROTOCOLS = ['2026-07-28', 'legacy'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export function newClient(protocol: Protocol): Client {
  const mode = protocol === 'legacy' ? protocol : { pin: protocol };
  return new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
}

type Sent = Pick<NonNullable<Parameters<typeof eventFor>[2]>, 'authorizer' | 'headers'>;
type Handler = (
  event: HttpApiEvent,
) => Promise<{ statusCode: number; headers: Readonly<Record<string, string>>; body: string }>;

/** @param sent what API Gateway has found out of whoever asks */
export async function connected(
  protocol: Protocol,
  url: string,
  through?: { readonly handler: Handler; readonly sent?: Sent },
): Promise<Client> {
  const client = newClient(protocol);
  const asIfDeployed = async (address: string | URL, init: RequestInit = {}) => {
    const { handler, sent = {} } = through as { handler: Handler; sent?: Sent };
    const headers = { ...Object.fromEntries(new Headers(init.headers)), ...sent.headers };
    const body = init.body === undefined ? {} : { body: String(init.body) };
    const event = eventFor(init.method ?? 'GET', new URL(address).pathname, { ...sent, ...body, headers });
    const answer = await handler(event);
    return new Response(answer.body === '' ? null : answer.body, {
      status: answer.statusCode,
      headers: answer.headers,
    });
  };
  const options = through === undefined ? {} : { fetch: asIfDeployed };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), options));
  return client;
}

export interface Said {
  readonly isError: boolean;
  /** The first of its texts. */
  readonly line: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read into JSON of many shapes
  readonly output: any;
}

/** The client itself holds what is structured to the schema that the tool has announced. */
export async function call(client: Client, name: string, input: Record<string, unknown> = {}): Promise<Said> {
  const { content, structuredContent, isError = false } = await client.callTool({ name, arguments: input });
  const [first] = content;
  return { isError, line: first?.type === 'text' ? first.text : '', output: structuredContent };
}
