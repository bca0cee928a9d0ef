// `npm run bench:mcp`: what a tool's call adds to the calls of the API that it makes, as a client of MCP sees it. Both are asked of one
// process in turns, so that whatever else the machine does costs them the same.
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { tick } from './api-reads.ts';
import { startFleet } from './fleet.ts';
import { type Child, startChild } from './scale/child.ts';

const SERVER = join(import.meta.dirname, 'api-reads/server.ts');
/** One shard. */
const WORKLOADS = 64;
const TURNS = Number(process.env.BENCH_MCP_TURNS ?? 15);
const CALLS_A_TURN = 10;
/** Nobody measures these: both are compiled by then. */
const WARM = 30;
const MOST_ADDED_MS = 10;

export async function mcpCalls(): Promise<void> {
  console.log(
    `MCP calls: ${WORKLOADS} workloads with a week behind them; one client, ${TURNS * CALLS_A_TURN} calls each, in turns of ${CALLS_A_TURN}`,
  );
  const fleet = await startFleet(WORKLOADS, { mode: 'recommend', start: threeMinutesAgo() });
  const api = startChild(SERVER, { env: fleet.env });
  const client = new Client({ name: 'bench', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  try {
    await tick(fleet);
    const url = await api.ask<string>('api');
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url)));
    await client.listTools();
    const { cluster } = fleet;
    const workload = { cluster, deployment: 'service-0', namespace: 'team-0' };
    const of = 'deployment=service-0&namespace=team-0';
    const recommendations = `recommendations/${cluster}?${of}&ask=none`;
    for (const [name, input, path] of [
      ['status', { cluster }, `status/${cluster}?limit=1000`],
      ['recommend', workload, recommendations],
      ['why_not', workload, recommendations],
      ['forecast', workload, recommendations],
      ['backtest', workload, recommendations],
      ['history', workload, `history/${cluster}?${of}&limit=10`],
    ] as const)
      await measure(
        api,
        name,
        () => called(client, name, input),
        () => answered(`${url}/api/autoscaling/${path}`),
      );
  } finally {
    await client.close();
    await api.close();
    await fleet.close();
  }
}

type Ask = () => Promise<void>;

interface Took {
  /** Each call. */
  readonly ms: number[];
  /** Of server and client together, for a call: what a busy machine changes least. */
  cpuMs: number;
}

async function measure(api: Child, name: string, tool: Ask, plain: Ask): Promise<void> {
  const [ours, theirs]: [Took, Took] = [
    { ms: [], cpuMs: 0 },
    { ms: [], cpuMs: 0 },
  ];
  await turn(api, plain, { ms: [], cpuMs: 0 }, WARM);
  await turn(api, tool, { ms: [], cpuMs: 0 }, WARM);
  for (let i = 0; i < TURNS; i++) {
    await turn(api, plain, theirs, CALLS_A_TURN);
    await turn(api, tool, ours, CALLS_A_TURN);
  }
  const [toolMs, plainMs] = [median(ours.ms), median(theirs.ms)];
  const added = toolMs - plainMs;
  const cpuMs = (ours.cpuMs - theirs.cpuMs) / (TURNS * CALLS_A_TURN);
  console.log(
    `  ${added < MOST_ADDED_MS ? 'met' : 'MISSED'}: ${name}: ${toolMs.toFixed(1)} ms, the API's call ${plainMs.toFixed(1)}: ` +
      `${added.toFixed(1)} added at the median (under ${MOST_ADDED_MS}); CPU of both sides ${cpuMs.toFixed(1)} ms more`,
  );
}

async function turn(api: Child, what: Ask, took: Took, times: number): Promise<void> {
  const before = await cpuOf(api);
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await what();
    took.ms.push(performance.now() - began);
  }
  took.cpuMs += (await cpuOf(api)) - before;
}

async function cpuOf(api: Child): Promise<number> {
  const { user, system } = process.cpuUsage();
  return (await api.ask<number>('cpu')) + (user + system) / 1000;
}

async function called(client: Client, name: string, input: Record<string, unknown>): Promise<void> {
  const { isError, content } = await client.callTool({ name, arguments: input });
  if (isError) throw new Error(`${name}: ${JSON.stringify(content)}`);
}

async function answered(url: string): Promise<void> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${text}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function threeMinutesAgo(): number {
  return (Math.floor(Date.now() / 60_000) - 3) * 60_000;
}
