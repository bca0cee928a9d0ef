// What a step of replicas says of memory: where it does not fall per pod, every pod holds it at rest, and one step is enough.

import { medianOf, type Series } from '../workload/series.ts';
import type { EpochMs } from '../workload/time.ts';

/** So long after a step pods start, are measured, and what was measured before is gone. */
const SETTLE_MS = 120_000;
/** Samples under one level: fewer tell nothing, more are of another time. */
const FEWEST = 3;
const MOST = 10;
/** How sure a base must be, as a share of what a pod holds. */
const DOUBT = 0.3;
/** Where the load moved with the pods by more than this share of their step, nobody can tell which of them memory followed. */
const TOGETHER = 0.5;

/** A time with one number of pods. */
interface Level {
  readonly pods: number;
  /** Total over them, bytes, and by how much that may be wrong. */
  readonly memory: number;
  readonly memoryError: number;
  /** Cores, NaN where not measured. */
  readonly cpu: number;
  readonly cpuError: number;
  /** The first of the series, and fewer samples of it than are looked at: with each that goes it tells less. */
  readonly isFading: boolean;
}

/**
 * Memory that every pod holds before any load, from the pair of levels with different numbers of pods that tells most:
 * total memory = base × pods + slope × load. What the load did meanwhile is known only as CPU, and memory need not follow
 * that: the base is believed where it comes out alike with the load as CPU says, and with none of its change.
 * @param from samples before this are not looked at
 * @param isKnown whether a base was told before: then a level that the series has begun to forget does not tell it anew
 * @returns bytes, or null where nothing can be told yet
 */
export function baseFromSteps(series: Series, from: EpochMs, isKnown: boolean): number | null {
  const levels = levelsOf(series, from).filter((level) => !(isKnown && level.isFading));
  const now = levels.at(-1);
  if (now === undefined) return null;
  const found = levels
    .filter(({ pods }) => pods !== now.pods)
    .toSorted((a, b) => Math.abs(Math.log(b.pods / now.pods)) - Math.abs(Math.log(a.pods / now.pods)))
    .map((then) => baseBetween(then, now));
  return found.find((base) => base !== null) ?? null;
}

/** Total memory over the last minutes, bytes; null where the present number of pods has not stood for long enough to tell. */
export function memoryLevel(series: Series, from: EpochMs): number | null {
  const level = levelsOf(series, from).at(-1);
  return level !== undefined && level.pods === series.replicas.at(-1) ? level.memory : null;
}

function baseBetween(then: Level, now: Level): number | null {
  const perPod = now.memory / now.pods;
  const step = now.pods - then.pods;
  const within = (base: number) => Math.min(perPod, Math.max(0, base));
  const steady = within((now.memory - then.memory) / step);
  const error = (then.memoryError + now.memoryError) / Math.abs(step);
  if (!(then.cpu > 0 && now.cpu > 0)) return 2 * error <= DOUBT * perPod ? steady : null;
  if (Math.log(now.cpu / then.cpu) / Math.log(now.pods / then.pods) > TOGETHER) return null;
  const apart = then.pods * now.cpu - now.pods * then.cpu;
  const loaded = within((then.memory * now.cpu - now.memory * then.cpu) / apart);
  const wrongLoad = (then.cpuError / then.cpu + now.cpuError / now.cpu) * (now.pods / Math.abs(step));
  const doubt = Math.abs(loaded - steady) + 2 * error + wrongLoad * (perPod - Math.min(loaded, steady));
  return doubt <= DOUBT * perPod ? (loaded + steady) / 2 : null;
}

function levelsOf(series: Series, from: EpochMs): readonly Level[] {
  const levels: Level[] = [];
  let start = 0;
  for (let i = 1; i <= series.at.length; i++) {
    if (i < series.at.length && series.replicas[i] === series.replicas[start]) continue;
    const level = levelOf(series, start, i, from);
    if (level !== null) levels.push(level);
    start = i;
  }
  return levels;
}

/** The last samples of a run of equal pods, without those in which it settled. */
function levelOf(series: Series, start: number, end: number, from: EpochMs): Level | null {
  const pods = series.replicas[start] ?? Number.NaN;
  const settled = Math.max(from, (series.at[start] ?? 0) + SETTLE_MS);
  const memory: number[] = [];
  const cpu: number[] = [];
  for (let i = end - 1; i >= start && memory.length < MOST && (series.at[i] ?? 0) >= settled; i--) {
    const bytes = series.demand.memory[i] ?? Number.NaN;
    if (!(bytes > 0)) continue;
    memory.push(bytes);
    cpu.push(series.demand.cpu[i] ?? Number.NaN);
  }
  if (!(pods >= 1) || memory.length < FEWEST || isFilling(memory, cpu)) return null;
  const [bytes, cores] = [medianOf(memory), medianOf(cpu)];
  return {
    pods,
    memory: bytes,
    memoryError: errorOf(memory, bytes),
    cpu: cores,
    cpuError: errorOf(cpu, cores),
    isFading: start === 0 && memory.length < MOST,
  };
}

/** Memory that still moves while the load does not: heaps and caches of new pods fill, and say nothing yet. */
const MOVES = 0.04;

/** @param memory the newest first, as `cpu` */
function isFilling(memory: readonly number[], cpu: readonly number[]): boolean {
  const half = Math.floor(memory.length / 2);
  const move = (values: readonly number[]) =>
    Math.abs(Math.log(medianOf(values.slice(0, half)) / medianOf(values.slice(-half))));
  const load = move(cpu);
  return move(memory) > MOVES + (Number.isFinite(load) ? load : 0);
}

/** Of a median: its standard error where the noise is Gaussian, wider where few samples make that a guess itself. */
function errorOf(values: readonly number[], median: number): number {
  const deviation = medianOf(values.map((value) => Math.abs(value - median)));
  const few = 1 + 4 / Math.max(1, values.length - 1);
  return (1.48 * 1.25 * few * deviation) / Math.sqrt(values.length);
}
