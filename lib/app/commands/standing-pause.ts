// Whether a workload is paused already, by whatever level or annotation says so.
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { policyOf } from '../../domain/workload/policy-from-annotations.ts';
import { type CommandPorts, type CommandSettings, lookAt } from './commands.ts';

/** False where there is no such workload. @throws AdapterError where the table or the cluster is away */
export async function isPaused(ports: CommandPorts, settings: CommandSettings, ref: WorkloadRef): Promise<boolean> {
  const present = await lookAt(ports, ref);
  if (present === null) return false;
  const stated = await ports.policies.stated(ref);
  return policyOf(present.observed, stated, settings.tickSeconds, present.stored?.latest).paused !== false;
}
