// The levels among a workload's signals: latencies, error rates, complexity scores.
import type { Recommendations } from '../../api/types.ts';
import type { Level } from '../../parts/chart/of-level.ts';

export function levelsOf(recommended: Recommendations | null): readonly (readonly [string, Level])[] {
  if (recommended === null || !('signals' in recommended)) return [];
  return Object.entries(recommended.signals).flatMap(([name, signal]) =>
    isLevel(signal) ? [[name, signal] as const] : [],
  );
}

function isLevel(signal: unknown): signal is Level {
  return typeof signal === 'object' && signal !== null && 'kind' in signal && signal.kind === 'level';
}
