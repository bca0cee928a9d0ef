// HPA's formula on the present, at the policy's targets.

import { replicasFor } from '../../sizing/capacity.ts';
import { asDirected, isHeard, needAtTarget } from '../../sizing/load-need.ts';
import { memoryNeed } from '../../sizing/memory-sizing.ts';
import { loadsOf } from '../../workload/loads.ts';
import { TOLERANCE } from '../../workload/pace.ts';
import type { SignalName } from '../../workload/signal.ts';
import { servingPods } from '../../workload/utilisation.ts';
import type { Proposal } from '../proposal.ts';
import { downOnlyWhenSeen, largestOf, type Need, type ProposalInput, round } from './bounded.ts';
import { leastOfAll } from './levels.ts';

/** HPA's formula on the present: the largest need of any load, with 10 % tolerance, never down on a missing signal. */
export function proposeReactive(input: ProposalInput): Proposal {
  const largest = largestOf(loadsOf(input.policy).map((signal) => presentNeed(input, signal)));
  const { replicas, reason } = largest ?? withoutNeed(input);
  return downOnlyWhenSeen('reactive', input, replicas, reason);
}

/** Where no load has a say levels decide alone; without one that does, nothing known is no reason to go. */
export function withoutNeed({ unusable, observation, levels, policy }: ProposalInput): Need {
  const nothing = 'no signal can be sized';
  if (Object.keys(unusable).length > 0) return { replicas: 0, reason: nothing };
  const heard = Object.entries(levels).filter(
    ([name, { band }]) => band !== 'missing' && policy.signals?.[name]?.direction !== 'up',
  );
  const level = leastOfAll(Object.fromEntries(heard));
  if (level === null) return { replicas: observation.replicas.spec, reason: nothing };
  return { replicas: 0, reason: `no load has a say; ${level.view.reason}` };
}

/** What a load asks for at its target; null where it has no say. */
export function presentNeed(input: ProposalInput, signal: SignalName): Need | null {
  if (signal === 'memory') return directed(input, signal, memoryShare(input));
  return directed(input, signal, signal === 'cpu' ? cpuNeed(input) : namedNeedOf(input, signal));
}

/** As the load's direction has it. */
export function directed({ policy, observation }: ProposalInput, signal: SignalName, need: Need | null): Need | null {
  if (need === null || !isHeard(observation, policy, signal)) return null;
  return { ...need, replicas: asDirected(policy, signal, need.replicas, observation.replicas.spec) };
}

function memoryShare(input: ProposalInput): Need | null {
  const others = loadsOf(input.policy).map((signal) =>
    signal === 'memory' ? null : signal === 'cpu' ? cpuNeed(input) : presentNeed(input, signal),
  );
  return memoryNeed(input.memory, input.observation, input.policy, largestOf(others)?.replicas ?? null);
}

function cpuNeed({ observation, policy, utilisation, capacities }: ProposalInput): Need | null {
  const percent = utilisation.cpu;
  if (percent === undefined || observation.signals.cpu === undefined || capacities.cpu === undefined) return null;
  const goal = policy.targetPercent.cpu;
  const current = observation.replicas.spec;
  const close = Math.abs(percent / goal - 1) <= TOLERANCE && servingPods(observation) === current;
  const replicas = close ? current : replicasFor(observation.signals.cpu.demand, capacities.cpu, goal);
  return replicas === null ? null : { replicas, reason: `cpu is at ${round(percent)} % of requests, target ${goal} %` };
}

/** A stated target is what one replica takes: there is no percentage below it to aim at. */
function namedNeedOf({ observation, policy, utilisation }: ProposalInput, signal: SignalName): Need | null {
  const needed = needAtTarget(observation, policy, signal);
  if (needed === null) return null;
  const current = observation.replicas.spec;
  const percent = utilisation[signal];
  const target = `its target of ${policy.signals?.[signal]?.target} a replica`;
  if (percent === undefined)
    return { replicas: needed, reason: `${signal} needs ${needed} at ${target}, and none serves` };
  const close = Math.abs(percent / 100 - 1) <= TOLERANCE && servingPods(observation) === current;
  return { replicas: close ? current : needed, reason: `${signal} is at ${round(percent)} % of ${target}` };
}
