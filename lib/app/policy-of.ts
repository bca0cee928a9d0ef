// A workload's policy as every use case reads it.

import type { WorkloadMemory } from '../domain/decision/workload-memory.ts';
import type { Observation } from '../domain/workload/observation.ts';
import type { Policy } from '../domain/workload/policy.ts';
import { readPolicy } from '../domain/workload/policy-from-annotations.ts';
import type { PolicyRecord } from './ports/policy-store.ts';

/**
 * From its annotations, its record, its HPA and the defaults.
 * @param previous as the last tick left it: where nobody states a maximum, what ran then may run again
 */
export function policyOf(
  observation: Observation,
  record: PolicyRecord | undefined,
  tickSeconds: number,
  previous: Pick<WorkloadMemory, 'ranAtMost'> | undefined,
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
