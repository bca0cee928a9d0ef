// Config → what the function needs that looks between two ticks.
import { makeLookStore } from '../adapters/dynamo/look-store.ts';
import { stoppable } from '../app/apply/kill-switch-guard.ts';
import type { Config } from '../config.ts';
import { type ClusterOverrides, wireCluster } from './cluster.ts';
import { openLook } from './queues.ts';
import { wireWriters } from './writers.ts';

/** It learns nothing itself, and reads few shards again and again: what is learned twice a day is news soon enough. */
const LEARNED_KEPT_MS = 30 * 60_000;

export function wireLook(config: Config, overrides: ClusterOverrides = {}) {
  const { settings, ...parts } = wireWriters(config, overrides, 'look', true, LEARNED_KEPT_MS);
  const cluster = stoppable(wireCluster(config, overrides), parts.killSwitches, parts.wall.now);
  return { ports: { ...parts, ...cluster, openLook, looks: makeLookStore(parts.table) }, settings };
}
