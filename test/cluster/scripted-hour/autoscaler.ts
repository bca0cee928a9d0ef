// AI4K8s as it is deployed, in this process: its handlers on the embedded table, reaching the cluster by a kubeconfig.
import { makeHandler as makeCommandHandler } from '../../../functions/command.ts';
import { makeHandler as makeQueryHandler } from '../../../functions/query.ts';
import type { LookTask } from '../../../lib/app/ports/look-task.ts';
import type { Log } from '../../../lib/app/ports/world.ts';
import { readConfig } from '../../../lib/config.ts';
import type { DecisionRecord } from '../../../lib/domain/decision/decision.ts';
import { isLook } from '../../../lib/domain/decision/look.ts';
import type { WorkloadMemory } from '../../../lib/domain/decision/workload-memory.ts';
import { workloadKey } from '../../../lib/domain/workload/identity.ts';
import type { Series } from '../../../lib/domain/workload/series.ts';
import type { EpochMs } from '../../../lib/domain/workload/time.ts';
import { wireCommand } from '../../../lib/wire/command.ts';
import { wireQuery } from '../../../lib/wire/query.ts';
import { wireTick } from '../../../lib/wire/tick.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../../../local/embedded-table.ts';
import { startGateway } from '../../../local/gateway.ts';
import { OUR_CLOCK } from '../../../local/simulated-clock.ts';
import { tickAndLook } from '../../../local/tick-and-look.ts';
import { runTickLoop } from '../../../local/tick-loop.ts';
import { ENABLED_ANNOTATION, NAMESPACE, WORKLOADS } from './workloads.ts';

/** As the installation names the cluster; the CLI's default. */
const CLUSTER = 'demo';

export interface Autoscaler {
  /** Where the API answers. */
  readonly url: string;
  /** Gives every workload this past. */
  remember(past: Series): Promise<void>;
  /** Ticks at each full minute until aborted, and looks between. */
  tickEachMinute(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param kubeconfig of the account it acts as: the only rights it has
 * @param say is told what each tick decided, what looks did and what went wrong, one line each
 */
export async function startAutoscaler(kubeconfig: string, say: (line: string) => void): Promise<Autoscaler> {
  const table = await startEmbeddedTable();
  try {
    return await wired(table, kubeconfig, say);
  } catch (error) {
    await table.close();
    throw error;
  }
}

async function wired(table: EmbeddedTable, kubeconfig: string, say: (line: string) => void): Promise<Autoscaler> {
  // Nothing of this machine's environment: the settings are the defaults, and there is no LLM.
  const clusters = JSON.stringify([{ id: CLUSTER, kubeconfig }]);
  const config = readConfig({ TABLE_NAME: table.tableName, CLUSTERS: clusters });
  const log = logTo(say);
  const overrides = { table, log };
  const [tick, query, command] = await Promise.all([
    wireTick(config, overrides),
    wireQuery(config, overrides),
    wireCommand(config, overrides),
  ]);
  const handlers = { query: makeQueryHandler(query), command: makeCommandHandler(command) };
  const gateway = await startGateway(0, handlers);
  const { series, ticks } = tick.ports;
  const both = tickAndLook(tick);
  const handler = async (event: unknown) => {
    const looks = await both.tick(event);
    for (const shard of await series.shards(CLUSTER))
      for (const entry of (await series.readLatest(CLUSTER, shard)).values()) told(entry, say);
    return looks;
  };
  const look = async (task: LookTask) => {
    const report = await both.look(task);
    if (report.kind === 'dropped') say(`! look at ${secondOf(task.at)} dropped: ${report.reason}`);
    for (const { shard } of task.shards)
      for (const record of await ticks.readJournal(CLUSTER, shard.id))
        if (isLook(record.decision) && record.decision.at === task.at) say(lineOf(record, secondOf(task.at)));
  };
  return {
    url: gateway.url,
    async remember(past) {
      const refs = WORKLOADS.map((name) => ({ cluster: CLUSTER, namespace: NAMESPACE, name }));
      const pasts = new Map(refs.map((ref) => [workloadKey(ref), past]));
      for (const shard of await series.assign(CLUSTER, refs)) await series.backfill(CLUSTER, shard, pasts);
    },
    tickEachMinute(signal) {
      return runTickLoop(
        { clock: OUR_CLOCK, cluster: CLUSTER, tickSeconds: config.TICK_SECONDS, handler, look, log },
        signal,
      );
    },
    async close() {
      await gateway.close();
      await table.close();
    },
  };
}

/** Nothing of a workload that is not enabled. */
function told({ observation, record }: WorkloadMemory, say: (line: string) => void): void {
  if (observation.annotations[ENABLED_ANNOTATION] !== 'true') return;
  say(lineOf(record, timeOf(record.decision.at)));
}

/** What became of a workload, why, and what guardrails did about it that the reason leaves out. */
function lineOf({ decision, outcome }: Pick<DecisionRecord, 'decision' | 'outcome'>, time: string): string {
  const { workload, current, target, source, reason, verdicts } = decision;
  const did = verdicts.filter((verdict) => verdict.source === source && verdict.effect !== 'passed');
  const unsaid = did.filter(({ message }) => !reason.includes(message));
  const stopped = unsaid.map(({ guardrail, message }) => `; ${guardrail}: ${message}`).join('');
  const head = `${time}  ${workload.name.padEnd(8)}  ${current} → ${target}  ${outcome.kind}: ${outcome.message}`;
  return `${head}  (${source}: ${reason}${stopped})`;
}

export function timeOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(11, 16);
}

function secondOf(at: EpochMs): string {
  return new Date(at).toISOString().slice(11, 19);
}

function logTo(say: (line: string) => void): Log {
  const line =
    (mark: string): Log['warn'] =>
    (message, fields) =>
      say(`${mark} ${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`);
  return { info: () => undefined, warn: line('!'), error: line('✗') };
}
