// One size, from an empty table: its first tick, then a past of fourteen days, steady ticks, and a shard that learns.
import { join } from 'node:path';
import type { TableAccess } from '../../local/embedded-endpoint.ts';
import { type Child, startChild } from './child.ts';
import { type DeployedFunctions, type FunctionName, type Invocation, startFunctions } from './deployed-functions.ts';
import type { Filled, FillOrder } from './fill-process.ts';
import type { LearnMeasured, LooksMeasured, SizeMeasured, TickMeasured } from './measured.ts';
import type { TableUse } from './unit-meter.ts';

export const PARTS = ['first', 'steady', 'learning'] as const;
export type Part = (typeof PARTS)[number];

export interface SizeSettings {
  readonly parts: readonly Part[];
  readonly moduleOf: (name: FunctionName) => string;
  readonly nodeArgs: readonly string[];
  readonly progress: (what: string) => void;
}

const CLUSTER = 'bench';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
export const HISTORY_DAYS = 14;
/** Of fresh processes, not counted. */
const SETTLING_TICKS = 1;
const STEADY_TICKS = 5;
const EVALUATORS = 2;
/** An hour and some into a day that is over: what ticks find of a day is neither nothing nor all. */
const INTO_DAY_MS = 160 * MINUTE_MS;
/** EventBridge Scheduler comes a little late. */
const LATE_MS = 1500;
/** The one that waits longest where all wait alike: it goes to learn first. */
const LEARNING_SHARD = 0;

export async function measureSize(workloads: number, settings: SizeSettings): Promise<SizeMeasured> {
  const { parts, progress } = settings;
  const start = Math.floor(Date.now() / DAY_MS - 1) * DAY_MS + INTO_DAY_MS;
  const table = startChild(join(import.meta.dirname, 'table-process.ts'));
  const world = startChild(join(import.meta.dirname, 'cluster-process.ts'), {
    args: [String(workloads), String(start)],
  });
  const access = await table.ask<TableAccess>('where');
  const { kubeconfig } = await world.ask<ClusterSaid>(null);
  const fresh = (at: number) =>
    startFunctions({
      ...settings,
      table: access,
      cluster: CLUSTER,
      kubeconfig,
      evaluators: EVALUATORS,
      now: at + LATE_MS,
    });
  let functions = await fresh(start);
  const peaks = new Map<FunctionName, number>();
  const note = (name: FunctionName, { peakMiB }: Invocation) => {
    peaks.set(name, Math.max(peaks.get(name) ?? 0, peakMiB));
  };
  const tickAt = async (at: number) => {
    await world.ask(at);
    functions.setTime(at + LATE_MS);
    return oneTick({ table, world, functions, note }, at);
  };

  progress('first tick');
  const first = await tickAt(start);
  const [steady, looks]: [TickMeasured[], LooksMeasured[]] = [[], []];
  let learn: LearnMeasured | null = null;
  const learns = parts.includes('learning') && first.shards > 0;
  if (parts.includes('steady') || learns) {
    const now = start + MINUTE_MS;
    await fill(
      { table: access, cluster: CLUSTER, now, days: HISTORY_DAYS, unlearned: learns ? [LEARNING_SHARD] : [] },
      progress,
    );
    // What they kept of a table without a past is not what they would have.
    await functions.close();
    functions = await fresh(now);
    for (let i = -SETTLING_TICKS; i < STEADY_TICKS; i++) {
      progress(`tick ${i + SETTLING_TICKS + 1} of ${SETTLING_TICKS + STEADY_TICKS}`);
      const { measured } = await tickAt(now + (i + SETTLING_TICKS) * MINUTE_MS);
      const after = await looksAfter({ table, world, functions, note });
      if (i < 0) continue;
      steady.push(measured);
      looks.push(after);
    }
  }
  if (learns) {
    progress('a shard learns');
    const learned = await functions.learnOne();
    if (learned !== null) {
      note('learn', learned);
      learn = { workloads: learnedIn(functions.told().log.learn), cpuSeconds: learned.cpuSeconds };
    }
  }
  await functions.close();
  await Promise.all([world.close(), table.close()]);
  return {
    workloads,
    shards: first.shards,
    handedOn: first.shards > 0,
    first: first.measured,
    steady,
    looks,
    learn,
    peakMiB: Object.fromEntries(peaks),
    importCpuSeconds: functions.importCpuSeconds,
  };
}

interface ClusterSaid {
  readonly kubeconfig: string;
  readonly calls: Readonly<Record<string, number>>;
  readonly cpuSeconds: number;
}

interface Machine {
  readonly table: Child;
  readonly world: Child;
  readonly functions: DeployedFunctions;
  readonly note: (name: FunctionName, of: Invocation) => void;
}

async function oneTick({ table, world, functions, note }: Machine, at: number) {
  // What was asked between the ticks is nobody's.
  await Promise.all([table.ask('since'), world.ask(null)]);
  functions.told();
  const own = process.cpuUsage();
  const started = performance.now();
  const tick = await functions.tick(at);
  const tickSeconds = (performance.now() - started) / 1000;
  const shards = shardsHandedOn(tick.result);
  const batches = await functions.evaluated(shards);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(own);
  note('tick', tick);
  for (const batch of batches) note('evaluate', batch);
  const [{ cpuSeconds: tableCpu, ...use }, cluster] = await Promise.all([
    table.ask<TableUse & { readonly cpuSeconds: number }>('since'),
    world.ask<ClusterSaid>(null),
  ]);
  const told = functions.told();
  const complaints = complaintsIn(told.log.tick + told.log.evaluate);
  if (complaints['shards dropped'] !== undefined)
    throw new Error(`shards came too late to be evaluated: this machine is too busy to measure ${shards} of them`);
  const measured: TickMeasured = {
    seconds,
    tickSeconds,
    cpuSeconds: { tick: tick.cpuSeconds, evaluate: batches.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) },
    standInCpuSeconds: { table: tableCpu, cluster: cluster.cpuSeconds, 'queue and bus': (user + system) / 1e6 },
    table: use,
    calls: { ...cluster.calls, ...told.calls },
    logBytes: {
      tick: Buffer.byteLength(told.log.tick),
      evaluate: Buffer.byteLength(told.log.evaluate),
      learn: Buffer.byteLength(told.log.learn),
      look: Buffer.byteLength(told.log.look),
    },
    complaints,
  };
  return { shards, measured };
}

/** One after the other, each at its time. */
async function looksAfter({ table, world, functions, note }: Machine): Promise<LooksMeasured> {
  await Promise.all([table.ask('since'), world.ask(null)]);
  functions.told();
  const sent = functions.looks();
  const taken: Invocation[] = [];
  const calls: Record<string, number> = {};
  for (const look of sent) {
    await world.ask(look.at);
    functions.setTime(look.at + LATE_MS);
    taken.push(await functions.look(look));
    const said = await world.ask<ClusterSaid>(null);
    for (const [name, count] of Object.entries(said.calls)) calls[name] = (calls[name] ?? 0) + count;
  }
  for (const one of taken) note('look', one);
  const { cpuSeconds: _ofTable, ...use } = await table.ask<TableUse & { readonly cpuSeconds: number }>('since');
  return {
    looks: sent.length,
    bytes: sent.reduce((sum, { body }) => sum + body.length, 0),
    cpuSeconds: taken.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    most: Math.max(0, ...taken.map(({ cpuSeconds }) => cpuSeconds)),
    table: use,
    calls,
    logBytes: Buffer.byteLength(functions.told().log.look),
  };
}

/** @throws Error where the tick did nothing */
function shardsHandedOn(result: unknown): number {
  const { kind, shards = 0 } = result as { readonly kind: string; readonly shards?: number };
  if (kind !== 'done' && kind !== 'handed_on') throw new Error(`the tick was ${JSON.stringify(result)}`);
  return shards;
}

async function fill(order: FillOrder, progress: (what: string) => void): Promise<void> {
  const filler = startChild(join(import.meta.dirname, 'fill-process.ts'));
  let filled = await filler.ask<Filled>(order);
  while (filled.done < filled.of) {
    filled = await filler.ask<Filled>('next');
    progress(`${HISTORY_DAYS} days of history: ${filled.done} of ${filled.of} shards`);
  }
  await filler.close();
}

function complaintsIn(log: string): Readonly<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const line of linesOf(log)) {
    if (line.level !== 'WARN' && line.level !== 'ERROR') continue;
    const message = String(line.message);
    counted[message] = (counted[message] ?? 0) + 1;
  }
  return counted;
}

function learnedIn(log: string): number {
  const line = linesOf(log).find(({ message }) => message === 'learned from history');
  return Number(line?.workloads ?? 0);
}

function linesOf(log: string): readonly Readonly<Record<string, unknown>>[] {
  return log.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line)] : [];
    } catch {
      return [];
    }
  });
}
