// Config → what the function needs that learns: history, a clock and a log. It reaches no cluster.
import { makeSeriesStore } from '../adapters/dynamo/series-store.ts';
import { openTable } from '../adapters/dynamo/table.ts';
import { makeLog } from '../adapters/log.ts';
import type { Config } from '../config.ts';
import { WALL_CLOCK } from './advisor.ts';
import type { Overrides } from './parts.ts';
import { openLearning } from './queues.ts';

export function wireLearn(config: Config, overrides: Overrides = {}) {
  const { log = makeLog('learn'), clock = WALL_CLOCK } = overrides;
  const {
    TABLE_NAME: tableName,
    TICK_SECONDS: tickSeconds,
    LOOK_SECONDS: lookSeconds,
    SERIES_RETENTION_DAYS: retentionDays,
  } = config;
  const table = openTable({ tableName, tickSeconds, now: clock.now, ...overrides.table });
  const series = makeSeriesStore(table, { retentionDays });
  return { ports: { series, openLearning, clock, wall: WALL_CLOCK, log }, settings: { tickSeconds, lookSeconds } };
}
