// Config → what the function needs that evaluates shards.
import { stoppable } from '../app/apply/kill-switch-guard.ts';
import type { Config } from '../config.ts';
import { type ClusterOverrides, wireCluster } from './cluster.ts';
import { wireMeter } from './meter.ts';
import { openShard } from './queues.ts';
import { wireRemoteWrite } from './remote-write.ts';
import { wireWriters } from './writers.ts';

export function wireEvaluate(config: Config, overrides: ClusterOverrides = {}) {
  // What calls of the LLM came to is left in LATEST, as a tick does.
  const { settings, ...parts } = wireWriters(config, overrides, 'evaluate', true);
  const cluster = stoppable(wireCluster(config, overrides), parts.killSwitches, parts.wall.now);
  const metrics = { ...wireRemoteWrite(config), ...wireMeter(config) };
  return { ports: { ...parts, ...cluster, ...metrics, openShard }, settings };
}
