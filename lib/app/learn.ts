// What a workload's own history teaches; run twice a day, so that a tick need not read two weeks.
import { fitSignal } from '../domain/fit.ts';
import { LEARNED_VERSION, type Learned, type LearnedSignal } from '../domain/learned.ts';
import { fitMemoryBase, withoutMemoryBase } from '../domain/memory-base.ts';
import { type EpochMs, type Series, SIGNAL_NAMES, type SignalName } from '../domain/model.ts';

const HOUR_MS = 3_600_000;
/** Young histories change fast: look again every three hours for the first three days, twice a day from then. */
const YOUNG_MS = 72 * HOUR_MS;

/** Learns from the history of one workload. Pure; `previous` keeps the first sighting when older samples have aged out. */
export function learn(history: Series, previous: Learned | undefined, now: EpochMs): Learned {
  const memoryBaseBytes = fitMemoryBase(history);
  const load = withoutMemoryBase(history, memoryBaseBytes ?? 0);
  const signals: Partial<Record<SignalName, LearnedSignal>> = {};
  for (const signal of SIGNAL_NAMES) {
    // Memory that moves with the replicas cannot be forecast from its own past: nothing is claimed then.
    const learned = signal === 'memory' && memoryBaseBytes === null ? undefined : fitSignal(load, signal);
    if (learned !== undefined) signals[signal] = learned;
  }
  return {
    version: LEARNED_VERSION,
    at: now,
    since: Math.min(previous?.since ?? now, history.at[0] ?? now),
    signals,
    memoryBaseBytes,
  };
}

/**
 * Whether a shard is due. Shards are staggered by their number, so that learning is spread over the half day.
 * @param known what was learned about the shard's workloads so far
 * @param members how many workloads the shard has
 */
export function isLearningDue(shard: number, known: readonly Learned[], members: number, now: EpochMs): boolean {
  if (known.length === 0) return members > 0;
  const oldest = known.reduce((a, b) => (a.at < b.at ? a : b));
  const period = now - oldest.since < YOUNG_MS ? 3 * HOUR_MS : 12 * HOUR_MS;
  const offset = (shard * 2_654_435_761) % period;
  const round = (at: EpochMs) => Math.floor((at + offset) / period);
  const missing = members > known.length && now - oldest.at > HOUR_MS;
  return missing || round(now) > round(oldest.at);
}
