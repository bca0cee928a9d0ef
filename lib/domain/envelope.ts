// The replicas between which advice is free: evidence sets both ends, the LLM may choose only between them.
import { peakWithin } from './forecast.ts';
import { memoryNeed } from './memory-sizing.ts';
import type { AdviceTrack, Envelope, Proposal } from './model.ts';
import { SIGNAL_NAMES } from './model.ts';
import type { ProposalInput } from './proposals.ts';
import { withinSchedule } from './schedule.ts';
import { FULL_PERCENT, replicasFor } from './sizing.ts';

/** Advice holds for five minutes, new pods take some more: the ceiling looks this far. */
const AHEAD_MS = 30 * 60_000;

/**
 * Floor: what observed demand needs at its target, which is the line of being short once a plan was learned; what we
 * have where nothing may scale down anyway.
 * Ceiling: what the 99 % quantile of the next half hour would need at the target, and never under any proposal.
 * Where following advice has cost too much of late, the end it erred towards closes to what rules alone want.
 * @param rules the proposal that decides where no advice does
 */
export function envelopeFor(
  input: ProposalInput,
  proposals: readonly Proposal[],
  rules: Proposal,
  track: AdviceTrack,
): Envelope {
  const { min, max } = input.policy;
  const current = input.observation.replicas.spec;
  const held = whyNoScaleDown(input);
  let floor = Math.max(held === null ? 1 : current, neededNow(input));
  let ceiling = Math.max(...proposals.filter(({ source }) => source !== 'rules').map(({ replicas }) => replicas), 1);
  for (const signal of SIGNAL_NAMES) {
    const capacity = input.capacities[signal];
    const forecast = input.forecasts[signal];
    if (capacity === undefined || forecast === undefined || (signal === 'memory' && !input.memory.sizes)) continue;
    const upper = peakWithin(forecast, AHEAD_MS, 'p99');
    ceiling = Math.max(ceiling, replicasFor(upper, capacity, input.policy.targetPercent[signal]) ?? 1);
  }
  const need = `observed demand needs ${floor}; the upper forecast of the next 30 minutes needs ${Math.max(floor, ceiling)}`;
  const reasons = [held === null ? need : `${held}, so the floor is what runs now`];
  if (track.downClosed) {
    floor = Math.max(floor, rules.replicas);
    reasons.push(`advice has left too little capacity of late, so it may not go under the ${rules.replicas} of rules`);
  }
  if (track.upClosed) {
    ceiling = rules.replicas;
    reasons.push(`advice has spent too much of late, so it may not go over the ${rules.replicas} of rules`);
  }
  const { schedule } = input;
  if (schedule !== null) reasons.push(schedule.reason);
  // Where nothing may scale down, a scheduled ceiling may not either; its floor always counts.
  const asked = held === null || schedule === null ? schedule : { ...schedule, ceiling: null };
  const clip = (replicas: number) => Math.min(max, Math.max(min, withinSchedule(asked, replicas)));
  return { floor: clip(floor), ceiling: clip(Math.max(floor, ceiling)), reason: reasons.join('; ') };
}

/** What observed demand needs: CPU at its target, and memory as far as more replicas help it. */
function neededNow({ observation, policy, capacities, targets, memory }: ProposalInput): number {
  const reading = observation.signals.cpu;
  const target = Math.min(FULL_PERCENT, targets.cpu);
  const cpu = reading && capacities.cpu ? (replicasFor(reading.demand, capacities.cpu, target) ?? 1) : null;
  return Math.max(1, cpu ?? 1, memoryNeed(memory, observation, policy, cpu)?.replicas ?? 1);
}

/** The guardrails hold these cases anyway; the envelope says so beforehand, so that no later clip undoes a hold. */
function whyNoScaleDown({ blind, observation }: ProposalInput): string | null {
  if (Object.keys(blind).length > 0) return 'a signal is missing';
  if (observation.rollout !== 'settled') return 'a rollout is not finished';
  return observation.replicas.ready < observation.replicas.spec ? 'pods are not ready' : null;
}
