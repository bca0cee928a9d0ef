// Config → what the tick function needs.
import { stoppable } from '../app/apply/kill-switch-guard.ts';
import type { Config } from '../config.ts';
import { type ClusterOverrides, wireCluster } from './cluster.ts';
import { wireMeter } from './meter.ts';
import { wireQueues } from './queues.ts';
import { wireRemoteWrite } from './remote-write.ts';
import { wireWriters } from './writers.ts';

export function wireTick(config: Config, overrides: ClusterOverrides = {}) {
  const { settings, ...parts } = wireWriters(config, overrides, 'tick', true);
  const queues = wireQueues(config, parts.log, parts.clock, overrides.sqs);
  const cluster = stoppable(wireCluster(config, overrides), parts.killSwitches, parts.wall.now);
  const metrics = { ...wireRemoteWrite(config), ...wireMeter(config) };
  return { ports: { ...parts, ...cluster, ...queues, ...metrics }, settings };
}
