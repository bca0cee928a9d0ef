// Config → what the function needs that looks between two ticks.
import { makeLookStore } from '../adapters/dynamo/look-store.ts';
import { stoppable } from '../app/apply/kill-switch-guard.ts';
import type { Config } from '../config.ts';
import { wireCluster } from './cluster.ts';
import type { Overrides } from './parts.ts';
import { openLook } from './queues.ts';
import { wireWriters } from './writers.ts';

export function wireLook(config: Config, overrides: Overrides = {}) {
  const { settings, ...parts } = wireWriters(config, overrides, 'look', true);
  const cluster = stoppable(wireCluster(config, overrides), parts.killSwitches, parts.wall.now);
  return { ports: { ...parts, ...cluster, openLook, looks: makeLookStore(parts.table) }, settings };
}
