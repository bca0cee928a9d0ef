// What functions have beside `wireParts` that decide or change anything: stores that write.
import { makeFloorStore } from '../adapters/dynamo/floor-store.ts';
import { makeProgressStore } from '../adapters/dynamo/progress-store.ts';
import { makeSeriesStore } from '../adapters/dynamo/series-store.ts';
import type { Config } from '../config.ts';
import { type Overrides, wireParts } from './parts.ts';

/**
 * @param keepsReads for a process that reads the same each minute
 * @param learnedKeptMs for how long it keeps what was learned; some minutes unless given
 */
export function wireWriters(
  config: Config,
  overrides: Overrides,
  service: string,
  keepsReads = false,
  learnedKeptMs?: number,
) {
  const parts = wireParts(config, overrides, service, (table, options) =>
    makeSeriesStore(table, { ...options, keepsReads, learnedKeptMs }),
  );
  return { ...parts, progress: makeProgressStore(parts.table), floors: makeFloorStore(parts.table) };
}
