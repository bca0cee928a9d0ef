// What was read of a workload and must not be reckoned with: it would crowd out others, or spoil what is shared among them.

import type { Observation } from '../../domain/workload/observation.ts';

/** Every name as long as it may be and every list as long as it is kept: half of this. What is larger would crowd out others. */
const OBSERVATION_MAX_BYTES = 32_000;

/** @throws Error in words, for this workload alone: it is left as it is */
export function refuseUnusable(observation: Observation): void {
  const bytes = Buffer.byteLength(JSON.stringify(observation));
  if (bytes > OBSERVATION_MAX_BYTES)
    throw new Error(`what was read of it takes ${bytes} bytes, of ${OBSERVATION_MAX_BYTES} at most; shorten its names`);
  // One that is no number makes none of all with whom it shares quota and blast radius.
  const { spec, ready, running, total, serving = ready } = observation.replicas;
  for (const [name, count] of Object.entries({ spec, ready, running, total, serving })) {
    if (!Number.isSafeInteger(count) || count < 0)
      throw new Error(`its count of replicas (${name}) was read as ${JSON.stringify(count)}, expected a whole number`);
  }
}
