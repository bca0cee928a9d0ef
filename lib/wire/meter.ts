// Config → what counts ticks; nothing where nobody reads it.
import { makeMeter } from '../adapters/metrics.ts';
import type { Meter } from '../app/ports/meter.ts';
import type { Config } from '../config.ts';

export function wireMeter({ METRICS_NAMESPACE: namespace }: Config): { readonly meter?: Meter } {
  return namespace === undefined ? {} : { meter: makeMeter(namespace) };
}
