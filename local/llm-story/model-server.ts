// A stand-in for a model server such as Ollama, with what makes one slow: a few requests at a time, prompts to read, tokens to make, and a line.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StandInModel {
  /** Answered at a time; everybody else waits in line. */
  readonly slots: number;
  /** A second, of one answer. */
  readonly tokensPerSecond: number;
  /** Of a prompt, a second. */
  readonly promptTokensPerSecond: number;
}

const BYTES_PER_TOKEN = 4;
/** Tokens come in pieces, so that a second has some tens of chunks. */
const PIECE_MS = 50;
const MOST_BODY_BYTES = 1 << 20;

interface Asked {
  readonly model?: unknown;
  readonly prompt?: unknown;
  readonly options?: { readonly num_predict?: unknown };
}

/** Answers `POST /api/generate` as Ollama does, a line of JSON a piece; `options.num_predict` says how many tokens it makes. */
export function makeStandInModelServer(model: StandInModel): Server {
  let busy = 0;
  const line: (() => void)[] = [];
  return createServer(async (request, response) => {
    if (request.method !== 'POST' || request.url !== '/api/generate') return void response.writeHead(404).end();
    const asked = await readAsked(request).catch(() => null);
    if (asked === null) return void response.writeHead(400).end('{"error":"expected JSON with a prompt"}\n');
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    if (busy >= model.slots) await new Promise<void>((myTurn) => line.push(myTurn));
    else busy++;
    try {
      // Who has gone away while waiting is not answered.
      if (!gone.signal.aborted) await answer(asked, model, response, gone.signal);
    } catch {
      response.destroy();
    } finally {
      const next = line.shift();
      if (next === undefined) busy--;
      else next();
    }
  });
}

async function answer(
  { model: name, prompt, options }: Asked,
  model: StandInModel,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  const promptTokens = Math.ceil(String(prompt).length / BYTES_PER_TOKEN);
  const tokens = Math.max(1, Math.floor(Number(options?.num_predict ?? 100)));
  await sleep((1000 * promptTokens) / model.promptTokensPerSecond, undefined, { signal: gone });
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const began = performance.now();
  let made = 0;
  while (made < tokens) {
    await sleep(PIECE_MS, undefined, { signal: gone });
    const due = Math.min(tokens, Math.floor(((performance.now() - began) * model.tokensPerSecond) / 1000));
    for (; made < due; made++) response.write(`${JSON.stringify({ model: name, response: 'la ', done: false })}\n`);
  }
  const told = { prompt_eval_count: promptTokens, eval_count: tokens, load_duration: 0 };
  response.end(`${JSON.stringify({ model: name, response: '', done: true, done_reason: 'stop', ...told })}\n`);
}

async function readAsked(request: IncomingMessage): Promise<Asked | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  const asked = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Asked | null;
  return typeof asked?.prompt === 'string' ? asked : null;
}
