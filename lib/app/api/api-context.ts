// What every part of the API knows: the clusters there are, where to log, and who asks.
import type { Log } from '../ports/world.ts';
import type { Caller } from './rights.ts';

export interface ApiContext {
  readonly clusters: readonly string[];
  readonly log: Log;
  /** Who asks, from what the function was invoked with. Absent: everybody may do everything. */
  readonly callerOf?: (env: unknown) => Caller;
}
