// Every source asked, each within its own time and for its own signals: what one does to us, the others do not notice.

import { cleanText } from '../../domain/text/clean-text.ts';
import { signalsNamed } from '../../domain/workload/annotated-values.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { LevelReading, PerSignal, Reading, SignalDefinition, SignalName } from '../../domain/workload/signal.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ClusterSnapshot, SignalBatch, SignalSource } from '../ports/cluster.ts';
import { makeBatch, namingWorkloads } from '../ports/signal-batch.ts';

/** No source may take longer, whatever it allows itself: a tick has its own end. */
const LONGEST_MS = 15_000;
/** Clocks differ; what is dated further ahead would never grow old. */
const AHEAD_MS = 60_000;
/** Unless the signal says otherwise: beyond it the square of a demand is no number any more. */
const MOST = 1e15;
/** A reason is kept with every workload that it is of. */
const REASON_MAX_CHARS = 300;

const NOTHING: SignalBatch = { readings: new Map(), problems: [] };

/** One batch per source, in their order. Never rejects: a source that fails costs its own signals. */
export function measureAll(
  sources: readonly SignalSource[],
  snapshot: ClusterSnapshot,
  now: EpochMs,
  ref?: WorkloadRef,
): Promise<readonly SignalBatch[]> {
  return Promise.all(
    sources.map(async (source) => {
      const { definitions } = source;
      if (definitions === undefined) return source.read(snapshot, ref);
      if (!isAsked(snapshot, definitions)) return NOTHING;
      return inTime(source, definitions, snapshot, now, ref);
    }),
  );
}

/** Signals that nobody names cost nothing. */
function isAsked({ workloads }: ClusterSnapshot, definitions: PerSignal<SignalDefinition>): boolean {
  for (const { annotations } of workloads.values())
    if (signalsNamed(annotations).some((name) => Object.hasOwn(definitions, name))) return true;
  return false;
}

async function inTime(
  source: SignalSource,
  definitions: PerSignal<SignalDefinition>,
  snapshot: ClusterSnapshot,
  now: EpochMs,
  ref?: WorkloadRef,
): Promise<SignalBatch> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = `it has not answered within ${LONGEST_MS / 1000} s`;
    timer = setTimeout(() => reject(new Error(why)), LONGEST_MS);
  });
  try {
    return checked(source.name, await Promise.race([source.read(snapshot, ref), late]), definitions, now);
  } catch (error) {
    const why = `${source.name} failed: ${reasonOf(error instanceof Error ? error.message : String(error))}`;
    const batch = makeBatch();
    for (const [name, workloads] of namingWorkloads(snapshot, Object.keys(definitions), ref))
      batch.unread(workloads, name, why);
    batch.problem(why);
    return batch.done();
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(text: string): string {
  return cleanText(text, REASON_MAX_CHARS);
}

/** Only what the source is there for, and only what can be: the rest is left out, and the workload told why. */
function checked(
  source: string,
  batch: SignalBatch,
  definitions: PerSignal<SignalDefinition>,
  now: EpochMs,
): SignalBatch {
  const unread = new Map(
    [...(batch.unread ?? [])].map(([key, reasons]) => [
      key,
      Object.fromEntries(Object.entries(reasons).map(([name, why]) => [name, reasonOf(why)])),
    ]),
  );
  const keep = <T extends Reading | LevelReading>(
    all: ReadonlyMap<string, PerSignal<T>>,
    kind: SignalDefinition['kind'],
    amountOf: (reading: T) => number,
  ) =>
    new Map(
      [...all].map(([key, readings]) => {
        const kept: Record<SignalName, T> = {};
        for (const [name, reading] of Object.entries(readings)) {
          const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
          if (definition?.kind !== kind) continue;
          const why = whyImpossible(amountOf(reading), reading.at, definition, now);
          if (why === null) kept[name] = reading;
          else unread.set(key, { ...unread.get(key), [name]: reasonOf(`${source} says ${why}`) });
        }
        return [key, kept];
      }),
    );
  return {
    readings: keep(batch.readings, 'load', ({ demand }) => demand),
    levels: keep(batch.levels ?? new Map<string, PerSignal<LevelReading>>(), 'level', ({ value }) => value),
    unread,
    problems: batch.problems,
  };
}

function whyImpossible(value: number, at: EpochMs, definition: SignalDefinition, now: EpochMs): string | null {
  const { kind, unit } = definition;
  const [least, most] = definition.range ?? [0, kind === 'level' && unit === '%' ? 100 : MOST];
  if (!Number.isFinite(value)) return 'what is no number';
  if (value < least || value > most)
    return `${value} ${unit}, which cannot be: it is ${value < least ? `under ${least}` : `over ${most}`}`;
  if (!Number.isFinite(at)) return 'a reading without a time';
  if (at > now + AHEAD_MS) return 'a reading dated ahead of the clock';
  return null;
}
