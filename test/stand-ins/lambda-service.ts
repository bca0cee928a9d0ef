// A stand-in for Lambda itself: runs a function's bundle in processes of its own under the Runtime API, one event at a time each,
// with a time-out that kills, and with as many processes at once as its concurrency allows.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pLimit from 'p-limit';

const PROJECT = join(import.meta.dirname, '../..');
const NODE = join(PROJECT, 'node_modules/.bin/node');
const BOOTSTRAP = join(import.meta.dirname, 'lambda-bootstrap.mjs');

export interface LambdaSettings {
  /** Path of index.mjs. */
  readonly bundle: string;
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Away from the project, so that nothing is found that is not in the bundle. */
  readonly folder: string;
  /** 1 unless given. */
  readonly concurrency?: number;
}

type Invoked =
  | { readonly ok: true; readonly result: unknown; readonly isCold: boolean }
  /** As Lambda words it: an error of the handler's, `Task timed out`, or a process that ended. */
  | { readonly ok: false; readonly error: string; readonly isCold: boolean };

export interface StandInLambda {
  readonly name: string;
  invoke(event: unknown): Promise<Invoked>;
  /** All that its processes printed. */
  printed(): string;
  /** Its warm processes go, as Lambda takes them away: the next event meets a cold start. */
  recycle(): void;
  close(): Promise<void>;
}

/** One process that waits for events, and what it was last asked. */
interface Environment {
  readonly child: ChildProcess;
  readonly api: RuntimeApi;
}

export function startLambda(settings: LambdaSettings): StandInLambda {
  const { concurrency = 1, timeoutSeconds, name } = settings;
  const limit = pLimit(concurrency);
  const idle: Environment[] = [];
  const all = new Set<Environment>();
  let printed = '';

  async function start(): Promise<Environment> {
    const api = await startRuntimeApi(`arn:aws:lambda:eu-west-1:123456789012:function:${name}`);
    const child = spawn(NODE, [BOOTSTRAP, settings.bundle], {
      cwd: settings.folder,
      env: {
        ...settings.environment,
        AWS_LAMBDA_RUNTIME_API: api.address,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
      },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        printed += chunk;
      });
    const environment = { child, api };
    all.add(environment);
    return environment;
  }

  function end(environment: Environment): void {
    all.delete(environment);
    environment.child.kill('SIGKILL');
    environment.api.close();
  }

  async function invoke(event: unknown): Promise<Invoked> {
    const warm = idle.pop();
    const environment = warm ?? (await start());
    const isCold = warm === undefined;
    const answer = await answerOf(environment, event, timeoutSeconds * 1000);
    if (answer.isAlive) idle.push(environment);
    else end(environment);
    return 'error' in answer ? { ok: false, error: answer.error, isCold } : { ok: true, result: answer.result, isCold };
  }

  return {
    name,
    invoke: (event) => limit(() => invoke(event)),
    printed: () => printed,
    recycle() {
      for (const environment of idle.splice(0)) end(environment);
    },
    async close() {
      for (const environment of [...all]) end(environment);
    },
  };
}

type Answer = { readonly isAlive: boolean } & ({ readonly result: unknown } | { readonly error: string });

async function answerOf({ child, api }: Environment, event: unknown, timeoutMs: number): Promise<Answer> {
  const done = new AbortController();
  const { signal } = done;
  const late = new Promise<Answer>((resolve) => {
    const timer = setTimeout(
      () => resolve({ isAlive: false, error: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds` }),
      timeoutMs,
    );
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const died = once(child, 'exit', { signal }).then(
    ([code]): Answer => ({ isAlive: false, error: api.initError() ?? `Runtime exited with ${code}` }),
    () => new Promise<Answer>(() => undefined),
  );
  const answer = await Promise.race([api.invoke(event, Date.now() + timeoutMs), late, died]);
  done.abort();
  return answer;
}

interface RuntimeApi {
  readonly address: string;
  invoke(event: unknown, deadlineMs: number): Promise<Answer>;
  initError(): string | null;
  close(): void;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, for one process. */
async function startRuntimeApi(arn: string): Promise<RuntimeApi> {
  let waiting: ServerResponse | null = null;
  let queued: (() => void) | null = null;
  let answered: ((answer: Answer) => void) | null = null;
  let failedInit: string | null = null;

  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('/invocation/next')) {
      waiting = response;
      queued?.();
      return;
    }
    const body = JSON.parse(await text(request));
    response.writeHead(202).end();
    if (path.endsWith('/init/error')) failedInit = body.errorMessage;
    else if (path.endsWith('/error')) answered?.({ isAlive: true, error: body.errorMessage });
    else answered?.({ isAlive: true, result: body });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    initError: () => failedInit,
    invoke: (event, deadlineMs) =>
      new Promise((resolve) => {
        answered = resolve;
        queued = () => {
          queued = null;
          waiting?.writeHead(200, {
            'content-type': 'application/json',
            'lambda-runtime-aws-request-id': randomUUID(),
            'lambda-runtime-deadline-ms': String(deadlineMs),
            'lambda-runtime-invoked-function-arn': arn,
          });
          waiting?.end(JSON.stringify(event));
          waiting = null;
        };
        if (waiting !== null) queued();
      }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
