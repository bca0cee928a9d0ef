// `npm run bench:api`: what the API adds to the reads of the table that an answer is made of. Baseline: a bare HTTP server that makes
// the same reads and nothing of them, in the same run, on the same table, each server in a process of its own.
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
const SECONDS = Number(process.env.BENCH_API_SECONDS ?? 4);
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
    `API reads: ${WORKLOADS} workloads with a week behind them; one client for the median, ${AT_ONCE} for the throughput, ${SECONDS} s each`,
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
  for (const server of [ours, theirs]) await load(server, AT_ONCE, 1);
  const one = [await load(ours, 1, SECONDS), await load(theirs, 1, SECONDS)] as const;
  const many = [await load(ours, AT_ONCE, SECONDS), await load(theirs, AT_ONCE, SECONDS)] as const;
  return [
    { ...many[0], medianMs: one[0].medianMs },
    { ...many[1], medianMs: one[1].medianMs },
  ];
}

/** @throws Error where an answer was not 200 */
async function load([child, url]: Server, connections: number, seconds: number): Promise<Load> {
  const took: number[] = [];
  const before = await child.ask<number>('cpu');
  const { non2xx, errors, requests } = await new Promise<Result>((resolve, reject) => {
    const options = { url, connections, duration: seconds };
    const instance = autocannon(options, (error: unknown, result) => (error ? reject(error) : resolve(result)));
    instance.on('response', (_client, _status, _bytes, ms) => void took.push(ms));
  });
  const cpuMs = ((await child.ask<number>('cpu')) - before) / took.length;
  if (non2xx + errors > 0) throw new Error(`${url}: ${non2xx} answers that were not 2xx, ${errors} errors`);
  const sorted = took.toSorted((a, b) => a - b);
  return { medianMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, cpuMs, perSecond: requests.average };
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

async function tick(fleet: Awaited<ReturnType<typeof startFleet>>): Promise<void> {
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
