// A workload's policy as every use case reads it.
import type { Observation, Policy } from '../domain/model.ts';
import { readPolicy } from '../domain/workload/policy.ts';
import type { LatestEntry, PolicyRecord } from './ports/table.ts';

/**
 * From its annotations, its record, its HPA and the defaults.
 * @param previous as the last tick left it: where nobody states a maximum, what ran then may run again
 */
export function policyOf(
  observation: Observation,
  record: PolicyRecord | undefined,
  tickSeconds: number,
  previous: Pick<LatestEntry, 'ranAtMost'> | undefined,
): Policy {
  return readPolicy({
    annotations: observation.annotations,
    ...(observation.moreUnknown !== undefined && { moreUnknown: observation.moreUnknown }),
    record: record?.values ?? null,
    hpa: observation.hpa,
    tickSeconds,
    running: Math.max(observation.replicas.spec, previous?.ranAtMost ?? 0),
  });
}
