// Config → what the query function needs: no cluster client among it.
import { makeBundledFile } from '../adapters/bundled-file.ts';
import { makeSeriesReader } from '../adapters/dynamo/series-reader.ts';
import { callerFrom } from '../app/api/caller.ts';
import type { Config } from '../config.ts';
import { VERSION } from '../version.ts';
import { type Overrides, wireParts } from './parts.ts';

export function wireQuery(config: Config, overrides: Overrides = {}) {
  const { settings, clusters, log, ...ports } = wireParts(config, overrides, 'query', makeSeriesReader);
  const callerOf = callerFrom(config.JWT_ACCESS ?? null);
  const document = overrides.document ?? makeBundledFile('openapi.json');
  return { ports, settings, clusters, log, version: VERSION, callerOf, document };
}
