// Config → what the watchdog needs: the table and the clusters, and nothing that a tick could have broken.
import { stoppable } from '../app/apply/kill-switch-guard.ts';
import type { Config } from '../config.ts';
import { type ClusterOverrides, wireCluster } from './cluster.ts';
import { wireWriters } from './writers.ts';

export function wireWatchdog(config: Config, overrides: ClusterOverrides = {}) {
  const { settings, ...parts } = wireWriters(config, overrides, 'watchdog');
  const cluster = stoppable(wireCluster(config, overrides), parts.killSwitches, parts.wall.now);
  return { ports: { ...parts, ...cluster }, settings };
}
