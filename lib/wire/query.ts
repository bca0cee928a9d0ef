// Config → what the query function needs: no cluster client among it.
import type { Config } from '../config.ts';
import { VERSION } from '../version.ts';
import { type Overrides, wireParts } from './parts.ts';

export function wireQuery(config: Config, overrides: Overrides = {}) {
  const { settings, clusters, log, ...ports } = wireParts(config, overrides, 'query');
  return { ports, settings, clusters, log, version: VERSION };
}
