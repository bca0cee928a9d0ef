// Which signals the installation has, and whether their sources answer: each is asked once, as a tick would ask it.
import type { ClusterReader, ClusterSnapshot, SignalSource } from '../../lib/app/ports/cluster.ts';
import { namingWorkloads } from '../../lib/app/ports/signal-batch.ts';
import { cleanText } from '../../lib/domain/text/clean-text.ts';
import type { SignalName } from '../../lib/domain/workload/signal.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { type Check, ok, skipped, warning } from '../check.ts';

/** Where no workload names a signal, so many are taken as if they did. */
const LOOKED_AT = 100;
/** As a tick has it. */
const LONGEST_MS = 15_000;
const DOCS = 'docs/signals.md says how each source is configured';

/** One line per signal. Throws nothing. @param sources those beside the metrics API */
export async function signalsChecks(
  reader: Pick<ClusterReader, 'snapshot'>,
  sources: readonly SignalSource[],
  cluster: string,
  now: () => EpochMs,
): Promise<readonly Check[]> {
  if (sources.length === 0) return [skipped('signals', `CPU and memory alone: SIGNALS is not set (${DOCS})`)];
  try {
    const snapshot = await reader.snapshot(cluster);
    const checks: Check[] = [];
    for (const source of sources) checks.push(...(await checksOf(source, snapshot, now)));
    return checks;
  } catch (error) {
    return [skipped('signals', `not asked, since the workloads cannot be read: ${messageOf(error)}`)];
  }
}

async function checksOf(
  source: SignalSource,
  snapshot: ClusterSnapshot,
  now: () => EpochMs,
): Promise<readonly Check[]> {
  const { definitions = {} } = source;
  const names = Object.keys(definitions);
  const naming = namingWorkloads(snapshot, names);
  const asked = withNames(
    snapshot,
    names.filter((name) => !naming.has(name)),
  );
  const late = new AbortController();
  const batch = await Promise.race([source.read(asked).catch(messageOf), lateAfter(LONGEST_MS, late.signal)]);
  late.abort();
  const all = namingWorkloads(asked, names);
  return names.map((name) => {
    const { kind, unit } = definitions[name] ?? { kind: 'load', unit: '' };
    const what = `signal ${name}`;
    const of = `${kind} in ${unit} from ${source.name}`;
    if (typeof batch === 'string') return warning(what, `${of}: ${batch}`, DOCS);
    const workloads = all.get(name)?.length ?? 0;
    const dates = [...batch.readings.values(), ...(batch.levels?.values() ?? [])].flatMap((one) => one[name]?.at ?? []);
    const who = naming.has(name) ? `${workloads} that name it` : `${workloads} looked at, none of which names it`;
    if (dates.length > 0) {
      const ageSeconds = Math.max(0, Math.round((now() - Math.max(...dates)) / 1000));
      return ok(what, `${of}: measured of ${dates.length} of ${who}, the newest ${ageSeconds} s ago`);
    }
    const why = [...(batch.unread?.values() ?? [])].find((reasons) => reasons[name] !== undefined)?.[name];
    const found = `${of}: measured of none of ${who}${why === undefined ? '' : ` (${cleanText(why, 500)})`}`;
    return workloads === 0 ? skipped(what, `${of}: not asked, there is no workload`) : warning(what, found, DOCS);
  });
}

/** The first workloads as if they named these signals: the cluster itself is not changed. */
function withNames(snapshot: ClusterSnapshot, names: readonly SignalName[]): ClusterSnapshot {
  const named = Object.fromEntries(names.map((name) => [`ai4k8s.io/signal.${name}`, 'target=1']));
  const workloads = [...snapshot.workloads].map(
    ([key, one], i) => [key, i < LOOKED_AT ? { ...one, annotations: { ...one.annotations, ...named } } : one] as const,
  );
  return { ...snapshot, workloads: new Map(workloads) };
}

function lateAfter(ms: number, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`no answer within ${ms / 1000} s`), ms);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
