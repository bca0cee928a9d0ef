// Config → what the tick function needs.
import type { Config } from '../config.ts';
import { wireCluster } from './cluster.ts';
import { type Overrides, wireParts } from './parts.ts';
import { wireQueues } from './queues.ts';

export function wireTick(config: Config, overrides: Overrides = {}) {
  const { settings, ...parts } = wireParts(config, overrides, 'tick');
  const queues = wireQueues(config, parts.log, overrides.sqs);
  return { ports: { ...parts, ...wireCluster(config, overrides), ...queues }, settings };
}
