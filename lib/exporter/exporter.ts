// The whole exporter as a library: started with its settings, ended in order; `exporter/main.ts` is a shell around it.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freshLearned } from '../domain/complexity/learned.ts';
import { isLoopback } from './host-check.ts';
import { makeMetering } from './metering.ts';
import { makeMetrics } from './metrics.ts';
import { makeMetricsServer } from './metrics-server.ts';
import { makeModelLabels } from './model-labels.ts';
import { makeProxy } from './proxy.ts';
import type { ExporterSettings } from './settings.ts';
import { loadLearned, reasonOf, saveLearned } from './state-file.ts';
import { originOf, type Upstream } from './upstream-address.ts';
import { NO_FIGURES, readServerFigures } from './upstream-metrics.ts';

type Level = 'info' | 'warn' | 'error';

/** One line of what changed; never a word of a request. */
export type Log = (level: Level, message: string, more?: Readonly<Record<string, unknown>>) => void;

export interface Exporter {
  readonly proxyPort: number;
  readonly metricsPort: number;
  /** As `/metrics` has it. */
  metrics(): Promise<string>;
  /** Takes nothing new, lets answers end for the grace time, keeps what was learned; then everything is closed. */
  stop(): Promise<void>;
}

const SAVE_EVERY_MS = 60_000;
const FIGURES_EVERY_MS = 5000;

/** @throws where a port cannot be listened on */
export async function startExporter(settings: ExporterSettings, log: Log): Promise<Exporter> {
  const onUpstream = makeUpstreamNews(log);
  const keeper = makeKeeper(settings.state, log);
  const labels = makeModelLabels(settings.policy, settings.models);
  const metering = makeMetering({
    ...settings,
    labels,
    learned: keeper.loaded,
    clock: () => performance.now() / 1000,
    onOutcome: (outcome) => metrics.observe(outcome),
  });
  const reader = startFigures(settings.upstreamMetrics, log);
  const metrics = makeMetrics({ metering, labels, figures: reader.figures }, settings.processMetrics);
  const checksHost = isLoopback(settings.bind);
  const proxy = makeProxy({ ...settings, checksHost, metering, onUpstream });
  let isServing = true;
  const metricsServer = makeMetricsServer({ ...settings, checksHost, metrics, isServing: () => isServing, onUpstream });
  const saving = setInterval(() => void keeper.save(metering.learned), SAVE_EVERY_MS);
  saving.unref();
  const close = () => {
    clearInterval(saving);
    reader.stop();
    proxy.destroy();
  };
  try {
    await listen(proxy.server, settings.proxyPort, settings.bind, 'LITEBRAIN_PROXY_PORT');
    await listen(metricsServer, settings.metricsPort, settings.bind, 'LITEBRAIN_METRICS_PORT');
  } catch (error) {
    close();
    proxy.server.close();
    throw error;
  }
  const ports = { proxyPort: portOf(proxy.server), metricsPort: portOf(metricsServer) };
  if (settings.unknown.length > 0)
    log('warn', 'variables that mean nothing here, see --help', { variables: settings.unknown });
  log('info', 'started', { ...ports, bind: settings.bind, upstreams: settings.upstreams.map(describe) });
  return {
    ...ports,
    metrics: metrics.text,
    async stop() {
      isServing = false;
      proxy.drain();
      log('info', 'ending', { active: metering.totals().active, graceSeconds: settings.graceSeconds });
      await closeWithin(proxy.server, settings.graceSeconds * 1000);
      close();
      await keeper.save(metering.learned);
      await closeWithin(metricsServer, 0);
      log('info', 'ended');
    },
  };
}

/** One line each time that it is another way than before. */
function makeUpstreamNews(log: Log): (upstream: Upstream, isUp: boolean) => void {
  const known = new Map<Upstream, boolean>();
  return (upstream, isUp) => {
    const before = known.get(upstream);
    if (before === isUp) return;
    known.set(upstream, isUp);
    if (!isUp) log('warn', 'upstream down', { upstream: describe(upstream) });
    else if (before === false) log('info', 'upstream up', { upstream: describe(upstream) });
  };
}

function makeKeeper(file: string | null, log: Log) {
  const loaded =
    file === null
      ? freshLearned()
      : loadLearned(file, (reason) =>
          log('warn', 'what was learned cannot be read and is begun anew', { variable: 'LITEBRAIN_STATE', reason }),
        );
  let kept = loaded;
  let failed = false;
  let last = Promise.resolve();
  const write = async (to: string, learned: typeof loaded): Promise<void> => {
    if (learned === kept) return;
    try {
      await saveLearned(to, learned);
      kept = learned;
      failed = false;
    } catch (error) {
      const reason = reasonOf(error);
      if (!failed) log('warn', 'what was learned cannot be kept', { variable: 'LITEBRAIN_STATE', reason });
      failed = true;
    }
  };
  return {
    loaded,
    /** One after the other: two at a time would write into one file. */
    save(learned: typeof loaded): Promise<void> {
      if (file !== null) last = last.then(() => write(file, learned));
      return last;
    },
  };
}

function startFigures(url: string | null, log: Log) {
  const stopping = new AbortController();
  let figures = NO_FIGURES;
  let isKnown: boolean | null = null;
  const read = async (from: string): Promise<void> => {
    figures = await readServerFigures(from, stopping.signal);
    const found = figures !== NO_FIGURES;
    if (found !== isKnown && !stopping.signal.aborted)
      log(found ? 'info' : 'warn', found ? 'upstream metrics are read' : 'upstream metrics cannot be read');
    isKnown = found;
    if (!stopping.signal.aborted) timer = setTimeout(read, FIGURES_EVERY_MS, from).unref();
  };
  let timer: NodeJS.Timeout | undefined;
  if (url !== null) void read(url);
  return {
    figures: () => figures,
    stop() {
      stopping.abort();
      clearTimeout(timer);
    },
  };
}

function listen(server: Server, port: number, bind: string, variable: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) =>
      reject(
        new Error(
          isOfAddress(error)
            ? `LITEBRAIN_BIND: cannot listen on ${bind} (${reasonOf(error)}); expected an address of this machine, such as 127.0.0.1 or 0.0.0.0`
            : `${variable}: cannot listen on ${bind} port ${port} (${reasonOf(error)}); expected a free port`,
        ),
      );
    server.once('error', failed);
    server.listen(port, bind, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

/** Whatever the port is, nothing could listen there. */
function isOfAddress(error: NodeJS.ErrnoException): boolean {
  return ['ENOTFOUND', 'EAI_AGAIN', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(error.code ?? '');
}

/** Idle connections go at once, the others with their answers, and all when the time is over. */
function closeWithin(server: Server, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), ms);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function describe(upstream: Upstream): string {
  return `${upstream.variable}=${originOf(upstream)}${upstream.path}`;
}
