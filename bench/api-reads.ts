// `npm run bench:api`: what the API adds to the reads of the table that an answer is made of. Baseline: a bare HTTP server that makes
// the same reads and nothing of them, in the same run, on the same table, each server in a process of its own. They take turns of half
// a second, so that whatever else the machine does is done to both. No tick comes meanwhile: the API has answered before on the same
// items, as it has for whoever polls it between two ticks.
import { join } from 'node:path';
import autocannon, { type Result } from 'autocannon';
import { makeHandler as makeTickHandler } from '../functions/tick.ts';
import { readConfig } from '../lib/config.ts';
import { wireTick } from '../lib/wire/tick.ts';
import { type Recorder, startRecorder, type TableRead } from './api-reads/recorded.ts';
import { startFleet } from './fleet.ts';
import { type Child, startChild } from './scale/child.ts';

const SERVER = join(import.meta.dirname, 'api-reads/server.ts');
/** One shard. */
const WORKLOADS = 64;
const TICKS = 3;
const TICK_MS = 60_000;
const MOST_ADDED_MS = 5;
const LEAST_SHARE = 0.6;
const AT_ONCE = 10;
const SECONDS = Number(process.env.BENCH_API_SECONDS ?? 2);
const TURN_SECONDS = 0.5;
const WARM_SECONDS = 1;
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Load {
  readonly medianMs: number;
  /** CPU of the server for an answer: what a busy machine changes least. */
  readonly cpuMs: number;
  readonly perSecond: number;
}

type Server = readonly [process: Child, url: string];

export async function apiReads(): Promise<void> {
  console.log(
    `API reads: ${WORKLOADS} workloads with a week behind them; one client for the median, ${AT_ONCE} for the throughput, ${SECONDS} s each in turns`,
  );
  const fleet = await startFleet(WORKLOADS, { mode: 'recommend', start: minutesAgo(TICKS) });
  const recorder = await startRecorder(fleet.env.AWS_ENDPOINT_URL_DYNAMODB ?? '');
  const recorded = startChild(SERVER, { env: { ...fleet.env, AWS_ENDPOINT_URL_DYNAMODB: recorder.endpoint } });
  const api = startChild(SERVER, { env: fleet.env });
  const bare = startChild(SERVER, { env: fleet.env });
  try {
    await tick(fleet);
    const apiUrl = await api.ask<string>('api');
    const paths = await pathsOf(apiUrl, fleet.cluster);
    const reads = await readsOf(paths, recorder, await recorded.ask<string>('api'));
    const bareUrl = await bare.ask<string>(reads);
    for (const [i, path] of paths.entries()) {
      const [ours, theirs] = await inTurns([api, `${apiUrl}${path}`], [bare, `${bareUrl}/${i}`]);
      tell(path, reads[i] ?? [], ours, theirs);
    }
  } finally {
    recorder.close();
    await Promise.all([recorded, api, bare].map((child) => child.close()));
    await fleet.close();
  }
}

/** Every GET that answers from the table. */
async function pathsOf(url: string, cluster: string): Promise<readonly string[]> {
  const root = '/api/autoscaling';
  const of = 'deployment=service-0&namespace=team-0';
  const answer = await fetch(`${url}${root}/history/${cluster}?${of}`);
  const { decisions } = (await answer.json()) as { readonly decisions: readonly { readonly id: string }[] };
  const [newest] = decisions;
  if (newest === undefined) throw new Error('no decision was stored');
  return [
    `${root}/status/${cluster}`,
    `${root}/status/${cluster}?limit=20`,
    `${root}/recommendations/${cluster}?${of}&ask=none`,
    `${root}/history/${cluster}?${of}`,
    `${root}/history/${cluster}/${encodeURIComponent(newest.id)}?${of}`,
    `${root}/patterns/${cluster}?${of}`,
    `${root}/proposals/${cluster}`,
    `${root}/schedule/${cluster}`,
    `${root}/kill-switch/${cluster}`,
  ];
}

/** What a process that has answered before reads for each. */
async function readsOf(paths: readonly string[], recorder: Recorder, url: string) {
  const all: (readonly TableRead[])[] = [];
  for (const path of paths) {
    await answered(`${url}${path}`);
    recorder.taken();
    await answered(`${url}${path}`);
    all.push(recorder.taken());
  }
  return all;
}

async function answered(url: string): Promise<void> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${text}`);
}

/** First a while that nobody measures: both are compiled by then. */
async function inTurns(ours: Server, theirs: Server): Promise<readonly [Load, Load]> {
  const both = [ours, theirs] as const;
  for (const server of both) await turn(server, AT_ONCE, WARM_SECONDS);
  const turns: Record<'one' | 'many', readonly [Turn[], Turn[]]> = { one: [[], []], many: [[], []] };
  for (let i = 0; i < SECONDS / TURN_SECONDS; i++)
    for (const which of [0, 1] as const) {
      turns.one[which].push(await turn(both[which], 1, TURN_SECONDS));
      turns.many[which].push(await turn(both[which], AT_ONCE, TURN_SECONDS));
    }
  return [loadOf(turns.one[0], turns.many[0]), loadOf(turns.one[1], turns.many[1])];
}

function loadOf(one: readonly Turn[], many: readonly Turn[]): Load {
  const took = one.flatMap((turn) => turn.took).sort((a, b) => a - b);
  const sum = (of: (turn: Turn) => number) => many.reduce((total, turn) => total + of(turn), 0);
  const answers = sum((turn) => turn.took.length);
  return {
    medianMs: took[Math.floor(took.length / 2)] ?? Number.NaN,
    cpuMs: sum((turn) => turn.cpuMs) / answers,
    perSecond: answers / sum((turn) => turn.seconds),
  };
}

interface Turn {
  /** Each answer, in milliseconds. */
  readonly took: readonly number[];
  /** CPU of the server in all. */
  readonly cpuMs: number;
  readonly seconds: number;
}

/** @throws Error where an answer was not 200 */
async function turn([child, url]: Server, connections: number, seconds: number): Promise<Turn> {
  const took: number[] = [];
  const before = await child.ask<number>('cpu');
  const began = performance.now();
  const { non2xx, errors } = await new Promise<Result>((resolve, reject) => {
    const options = { url, connections, duration: seconds };
    const instance = autocannon(options, (error: unknown, result) => (error ? reject(error) : resolve(result)));
    instance.on('response', (_client, _status, _bytes, ms) => void took.push(ms));
  });
  const lasted = (performance.now() - began) / 1000;
  const cpuMs = (await child.ask<number>('cpu')) - before;
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} answers that were not 2xx, ${errors} errors`);
  return { took, cpuMs, seconds: lasted };
}

function tell(path: string, reads: readonly TableRead[], ours: Load, theirs: Load): void {
  const added = ours.medianMs - theirs.medianMs;
  const share = ours.perSecond / theirs.perSecond;
  const isMet = added < MOST_ADDED_MS && share >= LEAST_SHARE;
  console.log(
    `  ${isMet ? 'met' : 'MISSED'}: ${path.replace('/api/autoscaling', '').replace(/\?.*$/, (query) => (query.includes('limit') ? query : ''))}: ` +
      `${ours.medianMs.toFixed(1)} ms, its ${reads.length} reads ${theirs.medianMs.toFixed(1)}: ${added.toFixed(1)} added (under ${MOST_ADDED_MS}); ` +
      `${ours.perSecond.toFixed(0)} a second of ${theirs.perSecond.toFixed(0)}: ${(100 * share).toFixed(0)} % (at least ${100 * LEAST_SHARE}); ` +
      `CPU of an answer ${ours.cpuMs.toFixed(1)} ms of ${theirs.cpuMs.toFixed(1)}`,
  );
}

/** So that there is something to answer with. */
export async function tick(fleet: Awaited<ReturnType<typeof startFleet>>): Promise<void> {
  let now = fleet.start;
  const handler = makeTickHandler(
    await wireTick(readConfig(fleet.env), { clock: { now: () => now }, log: QUIET, table: tableOf(fleet.env) }),
  );
  for (let i = 0; i < TICKS; i++, now += TICK_MS) {
    fleet.moveTo(now);
    await handler({ cluster: fleet.cluster, scheduled_at: new Date(now).toISOString() });
  }
}

function tableOf(env: Readonly<Record<string, string>>) {
  const {
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
  } = env;
  if (endpoint === undefined || region === undefined || id === undefined || secret === undefined)
    throw new Error('the fleet names no table');
  return { endpoint, region, credentials: { accessKeyId: id, secretAccessKey: secret } };
}

function minutesAgo(minutes: number): number {
  return (Math.floor(Date.now() / TICK_MS) - minutes) * TICK_MS;
}
