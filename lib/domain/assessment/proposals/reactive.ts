// HPA's formula on the present, at the policy's targets.

import { replicasFor } from '../../sizing/capacity.ts';
import { memoryNeed } from '../../sizing/memory-sizing.ts';
import { TOLERANCE } from '../../workload/pace.ts';
import { servingPods } from '../../workload/utilisation.ts';
import type { Proposal } from '../proposal.ts';
import { downOnlyWhenSeen, type ProposalInput, round } from './bounded.ts';

/** HPA's formula on the present: the largest need of any signal, with 10 % tolerance, never down on a missing signal. */
export function proposeReactive(input: ProposalInput): Proposal {
  const cpu = cpuNeed(input);
  const memory = memoryNeed(input.memory, input.observation, input.policy, cpu?.replicas ?? null);
  const larger = memory !== null && memory.replicas > (cpu?.replicas ?? 0) ? memory : cpu;
  return downOnlyWhenSeen('reactive', input, larger?.replicas ?? 0, larger?.reason ?? 'no signal can be sized');
}

function cpuNeed({ observation, policy, utilisation, capacities }: ProposalInput) {
  const percent = utilisation.cpu;
  if (percent === undefined || observation.signals.cpu === undefined || capacities.cpu === undefined) return null;
  const goal = policy.targetPercent.cpu;
  const current = observation.replicas.spec;
  const close = Math.abs(percent / goal - 1) <= TOLERANCE && servingPods(observation) === current;
  const replicas = close ? current : replicasFor(observation.signals.cpu.demand, capacities.cpu, goal);
  return replicas === null ? null : { replicas, reason: `cpu is at ${round(percent)} % of requests, target ${goal} %` };
}
