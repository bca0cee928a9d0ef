// The replicas between which advice is free: evidence sets both ends, the LLM may choose only between them.

import { peakWithin } from '../forecast/forecast.ts';
import { withinSchedule } from '../schedule/active.ts';
import { FULL_PERCENT, replicasFor, targetsOf } from '../sizing/capacity.ts';
import { asDirected, namedNeed } from '../sizing/load-need.ts';
import { memoryNeed } from '../sizing/memory-sizing.ts';
import { loadsOf } from '../workload/loads.ts';
import type { ReasonCode } from '../workload/reason-code.ts';
import type { Envelope } from './assessment.ts';
import { type HoldInput, whyKept } from './holds.ts';
import type { Proposal } from './proposal.ts';
import type { ProposalInput } from './proposals/bounded.ts';
import { leastOfAll } from './proposals/levels.ts';
import type { RegretBudget } from './regret-budget.ts';

/** Advice holds for five minutes, new pods take some more: the ceiling looks this far. */
const AHEAD_MS = 30 * 60_000;

/**
 * Needed: what observed demand needs at its target, which is the line of being short once there is a sizing policy.
 * Justified: what the 99 % quantile of the next half hour would need at the target, and never under any proposal.
 * Where following advice has cost too much of late, the end it erred towards closes to what the baseline wants.
 * Floor and ceiling are the two as they come out: within the bounds, and with what keeps the present count for now.
 * @param baseline the proposal that decides where no advice does
 */
export function envelopeFor(
  input: ProposalInput & HoldInput,
  proposals: readonly Proposal[],
  baseline: Proposal,
  regret: RegretBudget,
): Envelope {
  const { needed, justified } = evidenceOf(input, proposals);
  const kept = whyKept(input);
  const level = leastOfAll(input.levels);
  const reasons = [
    `observed demand needs ${needed}; the upper forecast of the next 30 minutes needs ${Math.max(needed, justified)}`,
  ];
  if (level !== null && level.view.least >= needed && level.view.least > 1) reasons.push(level.view.reason);
  if (kept !== null)
    reasons.push(`${KEPT_WORDS[kept.code] ?? 'pods are not ready'}, so it may not go under ${kept.replicas}`);
  if (regret.downClosed)
    reasons.push(
      `advice has left too little capacity of late, so it may not go under the ${baseline.replicas} it would have without advice`,
    );
  if (regret.upClosed)
    reasons.push(
      `advice has spent too much of late, so it may not go over the ${baseline.replicas} it would have without advice`,
    );
  const { schedule } = input;
  if (schedule !== null) reasons.push(schedule.reason);
  const ends = {
    needed: regret.downClosed ? Math.max(needed, baseline.replicas) : needed,
    justified: regret.upClosed ? baseline.replicas : justified,
  };
  return { ...ends, ...asItComesOut(input, ends, kept?.replicas ?? 1), reason: reasons.join('; ') };
}

const KEPT_WORDS: Readonly<Partial<Record<ReasonCode, string>>> = {
  signal_missing: 'a signal is missing',
  signal_stale: 'a signal is missing',
  signal_partial: 'a signal is missing',
  pods_starting: 'a signal is missing',
  request_missing: 'a signal is missing',
  rollout_in_progress: 'a rollout is not finished',
  deployment_paused: 'a rollout is not finished',
};

function evidenceOf(input: ProposalInput, proposals: readonly Proposal[]) {
  // A level that agrees to no fewer is evidence as good as demand.
  const needed = Math.max(neededNow(input), leastOfAll(input.levels)?.view.least ?? 1);
  let justified = Math.max(1, ...proposals.filter(({ source }) => source !== 'rules').map(({ replicas }) => replicas));
  const aims = targetsOf(input.policy);
  for (const signal of loadsOf(input.policy)) {
    const capacity = input.capacities[signal];
    const forecast = input.forecasts[signal];
    if (capacity === undefined || forecast === undefined || (signal === 'memory' && !input.memory.sizes)) continue;
    const upper = peakWithin(forecast, AHEAD_MS, 'p99');
    justified = Math.max(justified, replicasFor(upper, capacity, aims[signal] ?? 100) ?? 1);
  }
  return { needed, justified };
}

/** What observed demand needs: CPU and named loads at their targets, and memory as far as more replicas help it. */
function neededNow({ observation, policy, capacities, targets, memory }: ProposalInput): number {
  const reading = observation.signals.cpu;
  const target = Math.min(FULL_PERCENT, targets.cpu);
  const cpu = reading && capacities.cpu ? (replicasFor(reading.demand, capacities.cpu, target) ?? 1) : null;
  const named = namedNeed(observation, policy);
  const others = cpu === null && named === 0 ? null : Math.max(cpu ?? 1, named);
  const current = observation.replicas.spec;
  const sized = cpu === null ? null : asDirected(policy, 'cpu', cpu, current);
  const held = memoryNeed(memory, observation, policy, others);
  const byMemory = held === null ? null : asDirected(policy, 'memory', held.replicas, current);
  return Math.max(1, sized ?? 1, named, byMemory ?? 1);
}

/** The range that the model is told: what is really free. */
function asItComesOut(
  { policy: { min, max }, schedule }: ProposalInput,
  { needed, justified }: Pick<Envelope, 'needed' | 'justified'>,
  kept: number,
): Pick<Envelope, 'floor' | 'ceiling'> {
  const clip = (replicas: number) => Math.min(max, Math.max(min, withinSchedule(schedule, replicas)));
  const floor = Math.max(needed, kept);
  return { floor: clip(floor), ceiling: clip(Math.max(floor, justified)) };
}
