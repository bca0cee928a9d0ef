// An event as the outside is told it: with version and time, its texts cleaned and no longer than a reader or the bus can take.
import { cleanText } from '../../domain/text/clean-text.ts';
import type { AutoscalerEvent } from '../ports/world.ts';

/** Raised where a field of any event's detail is renamed, removed or means another thing; new ones raise nothing. */
export const EVENT_SCHEMA_VERSION = 1;

/**
 * Names and codes are shorter anyway; of reasons and messages this is more than anybody reads. The dozen fields of an event
 * stay under 50 kB of the bus's 256 with that, whatever their characters.
 */
const TEXT_MAX_CHARS = 1200;

export function tellable({ type, at, detail }: AutoscalerEvent): AutoscalerEvent {
  const texts = Object.entries(detail).map(([key, value]) => [
    key,
    typeof value === 'string' ? cleanText(value, TEXT_MAX_CHARS) : value,
  ]);
  const told = { schema_version: EVENT_SCHEMA_VERSION, version: EVENT_SCHEMA_VERSION, at: new Date(at).toISOString() };
  return { type, at, detail: { ...Object.fromEntries(texts), ...told } };
}
