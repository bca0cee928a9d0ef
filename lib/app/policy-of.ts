// A workload's policy as every use case reads it.
import type { Observation, Policy } from '../domain/model.ts';
import { readPolicy } from '../domain/policy.ts';
import type { PolicyRecord } from './ports/table.ts';

/** From its annotations, its record, its HPA and the defaults. */
export function policyOf(observation: Observation, record: PolicyRecord | undefined, tickSeconds: number): Policy {
  return readPolicy({
    annotations: observation.annotations,
    record: record?.values ?? null,
    hpa: observation.hpa,
    tickSeconds,
  });
}
