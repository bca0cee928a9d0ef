// Config → what the tick function needs.
import type { Config } from '../config.ts';
import { wireCluster } from './cluster.ts';
import { type Overrides, wireParts } from './parts.ts';

export async function wireTick(config: Config, overrides: Overrides = {}) {
  const { settings, ...parts } = await wireParts(config, overrides, 'tick');
  return { ports: { ...parts, ...wireCluster(config, overrides) }, settings };
}
