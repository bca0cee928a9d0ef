// A local HTTP server that speaks as much of Groq's API as we use, and misbehaves on request.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { keepOtherPagesOut } from '../../web/loopback.ts';
import { sendProblem } from '../../web/plain-problems.ts';

export interface GroqRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly model: string;
  readonly system: string;
  readonly user: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export type GroqReply =
  | {
      readonly kind: 'send';
      readonly status: number;
      readonly body: string;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Accepts the request and never answers. */
  | { readonly kind: 'hang' }
  /** Sends headers and half a body, then nothing more. */
  | { readonly kind: 'stall' }
  /** Hangs up: at once, or in the middle of the body. */
  | { readonly kind: 'cut'; readonly midBody?: boolean };

export type GroqScript = (request: GroqRequest) => GroqReply;

export interface GroqServer {
  readonly url: string;
  /** Completion requests, in the order they came. */
  readonly requests: readonly GroqRequest[];
  /** Replaces what the server answers from here on. */
  answer(script: GroqScript): void;
  close(): Promise<void>;
}

/** Where completions are served, and what any other address answers. */
export interface Place {
  readonly paths: readonly string[];
  elsewhere(path: string): GroqReply;
}

const GROQ_PLACE: Place = { paths: ['/openai/v1/chat/completions'], elsewhere: unknownUrl };

export async function startGroqServer(script: GroqScript, port = 0, place: Place = GROQ_PLACE): Promise<GroqServer> {
  const requests: GroqRequest[] = [];
  let current = script;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      if (incoming.url === '/openai/v1/models') return send(outgoing, modelList());
      const path = incoming.url ?? '';
      if (!place.paths.includes(path) || incoming.method !== 'POST') return perform(outgoing, place.elsewhere(path));
      const request = await readRequest(incoming);
      requests.push(request);
      perform(outgoing, current(request));
    })().catch(() => outgoing.destroy());
  });
  keepOtherPagesOut(server, (response, { status, detail }) => sendProblem(response, status, detail));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}`,
    requests,
    answer: (next) => {
      current = next;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<GroqRequest> {
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  const body: Record<string, unknown> = JSON.parse(text);
  const messages = Array.isArray(body.messages) ? body.messages : [];
  const contentOf = (role: string) => String(messages.find((message) => message.role === role)?.content ?? '');
  return {
    path: incoming.url ?? '',
    headers: incoming.headers,
    model: String(body.model),
    system: contentOf('system'),
    user: contentOf('user'),
    body,
  };
}

function perform(outgoing: ServerResponse, reply: GroqReply): void {
  if (reply.kind === 'send') send(outgoing, reply);
  else if (reply.kind === 'stall') startBody(outgoing);
  else if (reply.kind === 'cut' && reply.midBody) startBody(outgoing, () => outgoing.destroy());
  else if (reply.kind === 'cut') outgoing.destroy();
}

function startBody(outgoing: ServerResponse, then?: () => void): void {
  outgoing.writeHead(200, { 'content-type': 'application/json' });
  outgoing.write('{"id":"chatcmpl-half","choices":[', () => then?.());
}

function send(outgoing: ServerResponse, reply: Extract<GroqReply, { kind: 'send' }>): void {
  const headers = { ...RATE_HEADERS, 'content-type': reply.contentType ?? 'application/json', ...reply.headers };
  outgoing.writeHead(reply.status, headers);
  outgoing.end(reply.body);
}

/** Requests are per day, tokens per minute. */
const RATE_HEADERS = {
  'x-request-id': 'req_stand_in',
  'x-ratelimit-limit-requests': '1000',
  'x-ratelimit-remaining-requests': '997',
  'x-ratelimit-reset-requests': '2m59.56s',
  'x-ratelimit-limit-tokens': '8000',
  'x-ratelimit-remaining-tokens': '6370',
  'x-ratelimit-reset-tokens': '7.66s',
};

function modelList(): Extract<GroqReply, { kind: 'send' }> {
  const model = (id: string) => ({ id, object: 'model', created: 1754408224, owned_by: 'OpenAI', active: true });
  const data = [model('openai/gpt-oss-20b'), model('openai/gpt-oss-120b')];
  return { kind: 'send', status: 200, body: JSON.stringify({ object: 'list', data }) };
}

function unknownUrl(path: string): GroqReply {
  const message = `Unknown request URL: POST ${path}. Please check the URL for typos.`;
  const error = { message, type: 'invalid_request_error', code: 'unknown_url' };
  return { kind: 'send', status: 404, body: JSON.stringify({ error }) };
}
