// Config → what the watchdog needs: the table and the clusters, and nothing that a tick could have broken.
import type { Config } from '../config.ts';
import { wireCluster } from './cluster.ts';
import { type Overrides, wireParts } from './parts.ts';

export function wireWatchdog(config: Config, overrides: Overrides = {}) {
  const { settings, ...parts } = wireParts(config, overrides, 'watchdog');
  return { ports: { ...parts, ...wireCluster(config, overrides) }, settings };
}
