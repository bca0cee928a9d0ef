// Everything embedded in one process: table, cluster, API, and ticks in a thread of their own.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatusBody } from '../cli/status-table.ts';
import { say } from '../cli/terminal.ts';
import { makeHandler as makeCommandHandler } from '../functions/command.ts';
import { makeHandler as makeQueryHandler } from '../functions/query.ts';
import { openApiText } from '../lib/app/api/openapi-document.ts';
import type { LookTask } from '../lib/app/ports/look-task.ts';
import { readConfig } from '../lib/config.ts';
import { VERSION } from '../lib/version.ts';
import { wireCommand } from '../lib/wire/command.ts';
import { mayAsk } from '../lib/wire/llm-key.ts';
import { wireQuery } from '../lib/wire/query.ts';
import { makeConsoleEvents, makeConsoleLog } from './console-log.ts';
import { checkedDataFolder } from './data-folder.ts';
import { DEMO_SIGNALS } from './demo-signals.ts';
import { type EmbeddedCluster, openOwn, openSimulated, SIMULATED_ID } from './embedded-cluster.ts';
import { type EmbeddedTable, startEmbeddedTable } from './embedded-table.ts';
import { makeFrontDoor } from './front-door.ts';
import { startGateway } from './gateway.ts';
import { hints } from './hints.ts';
import type { Lifetime } from './lifetime.ts';
import type { Options } from './options.ts';
import { pastIn, startOf } from './past.ts';
import { everySoOften, makeReporter } from './reporter.ts';
import { makeSimulatedClock, OUR_CLOCK } from './simulated-clock.ts';
import { continuingLines, llmLine } from './start-words.ts';
import { runTickLoop, type TickLoop, tickOnce } from './tick-loop.ts';
import { startTickThread, type TickThread } from './tick-thread.ts';

/** Above this speed a line per piece of advice would drown the changes; the table shows the last one. */
const CHATTY_UP_TO_SPEED = 60;
const READ_ONLY = 'started with --kubeconfig, which only recommends';

/**
 * Runs until it is stopped, and takes down in the end whatever it has put up, in whatever state.
 * @throws Error of one line where the port, the folder, a trace or the environment is not as it must be
 */
export async function start(options: Options, { stopping, endAfter }: Lifetime): Promise<void> {
  await using ending = new AsyncDisposableStack();
  if (existsSync('.env')) process.loadEnvFile('.env');
  // The port first: history takes its time, and should not be made for nothing.
  const door = makeFrontDoor();
  const gateway = await startGateway(options.port, door.handlers);
  ending.defer(() => gateway.close());
  const folder = options.data === null ? null : checkedDataFolder(options.data);
  const table = await startEmbeddedTable(folder === null ? {} : { folder });
  ending.defer(() => table.close());

  const { clock, cluster } = await openCluster(options, table, folder);
  ending.defer(() => cluster.close());

  const scratch = mkdtempSync(join(tmpdir(), 'ai4k8s-'));
  ending.defer(() => rmSync(scratch, { recursive: true, force: true }));
  const kubeconfig = cluster.kubeconfigText === null ? null : join(scratch, 'kubeconfig');
  if (kubeconfig !== null) writeFileSync(kubeconfig, cluster.kubeconfigText ?? '', { mode: 0o600 });
  const env = {
    ...process.env,
    TABLE_NAME: table.tableName,
    CLUSTERS: JSON.stringify([{ id: cluster.id, kubeconfig: kubeconfig ?? cluster.kubeconfigPath }]),
    ...(options.signals && { SIGNALS: DEMO_SIGNALS }),
    ANNOTATE_ON_ENABLE: String(options.kubeconfig === null), // the simulated cluster is ours to mark
  };
  const config = readConfig(env);
  const readOnly = options.kubeconfig === null ? null : READ_ONLY;
  const log = makeConsoleLog(options.speed <= CHATTY_UP_TO_SPEED);
  const { endpoint, region, credentials } = table;
  const threadSetup = { env, table: { endpoint, region, credentials }, readOnly };
  const thread = startTickThread(threadSetup, { log, events: makeConsoleEvents() });
  ending.defer(() => thread.close());
  const document = async () => openApiText(VERSION);
  const overrides = {
    clock,
    log,
    events: makeConsoleEvents(),
    table,
    document,
    ...(readOnly !== null && { readOnly }),
  };
  const [query, command] = await Promise.all([wireQuery(config, overrides), wireCommand(config, overrides)]);

  const commands = makeCommandHandler(command);
  const open = (): void =>
    door.open({
      query: makeQueryHandler(query),
      // A command reads the cluster, as a tick does: the clock waits for it as well.
      command: (event, context) => clock.whileWorking(() => commands(event, context)),
    });
  const loop = {
    clock,
    cluster: cluster.id,
    tickSeconds: config.TICK_SECONDS,
    log,
    handler: async (event: { cluster: string; scheduled_at: string }) => {
      const looks = await thread.ask({ ask: 'tick', now: clock.now(), event });
      cluster.keep();
      return looks;
    },
    look: (task: LookTask) => thread.ask({ ask: 'look', now: clock.now(), task }),
  };
  const report = makeReporter(gateway.url, cluster.id, clock, options.speed);
  const greet = ({ workloads }: StatusBody): void => {
    say(hints(gateway.url, cluster.id, kubeconfig, workloads.find((row) => !row.enabled) ?? workloads[0]));
    say(llmLine(mayAsk(config, config.GROQ_API_KEY ?? null)));
    if (options.for !== null) endAfter(options.for);
  };
  try {
    await run({ thread, cluster, open, loop, report, greet }, stopping);
  } catch (error) {
    if (!stopping.aborted) throw error;
  }
}

async function openCluster(
  { kubeconfig, data, trace, signals, speed }: Options,
  table: EmbeddedTable,
  folder: string | null,
) {
  if (kubeconfig !== null) return { clock: OUR_CLOCK, cluster: openOwn(kubeconfig) };
  const past = await pastIn(table, SIMULATED_ID, folder);
  const clock = makeSimulatedClock(startOf(past, Date.now()), speed);
  const cluster = await openSimulated({ trace, signals, folder, past }, clock);
  for (const line of continuingLines(past, data, clock.now(), Date.now())) say(line);
  return { clock, cluster };
}

interface Running {
  readonly thread: TickThread;
  readonly cluster: EmbeddedCluster;
  /** From here on the API answers. */
  readonly open: () => void;
  readonly loop: TickLoop;
  readonly report: () => Promise<StatusBody>;
  /** Told what the first report was. */
  readonly greet: (status: StatusBody) => void;
}

async function run({ thread, cluster, open, loop, report, greet }: Running, stopping: AbortSignal): Promise<void> {
  /** What is under way when it is time to end is left. A tick is not: it may be writing. */
  const untilStopped = <T>(work: Promise<T>) => Promise.race([work, thread.death, aborted(stopping)]);
  if (cluster.toPreload !== null) {
    const demo = { ...cluster.toPreload, cluster: cluster.id };
    await untilStopped(thread.ask({ ask: 'preload', now: loop.clock.now(), demo }));
    cluster.preloaded();
  }
  open();
  await Promise.race([tickOnce(loop, loop.clock.now()), thread.death]);
  greet(await untilStopped(report()));
  const ticking = runTickLoop(loop, stopping);
  await Promise.race([everySoOften(report, stopping), thread.death]);
  await ticking;
  await report();
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
