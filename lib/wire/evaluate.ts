// Config → what the function needs that evaluates shards.
import type { Config } from '../config.ts';
import { wireCluster } from './cluster.ts';
import { type Overrides, wireParts } from './parts.ts';
import { openShard } from './queues.ts';

export async function wireEvaluate(config: Config, overrides: Overrides = {}) {
  // What calls of the LLM came to is left in LATEST, as a tick does.
  const { settings, ...parts } = await wireParts(config, overrides, 'evaluate');
  return { ports: { ...parts, ...wireCluster(config, overrides), openShard }, settings };
}
