// What every proposal keeps to: the policy's bounds, and no fewer replicas while a signal is unusable.
import type { Forecast } from '../../forecast/forecast.ts';
import type { LevelView } from '../../level/level-view.ts';
import type { ActiveSchedule } from '../../schedule/active.ts';
import type { Capacity, Targets } from '../../sizing/capacity.ts';
import type { MemoryView } from '../../sizing/memory-sizing.ts';
import type { SizingPolicy } from '../../sizing/sizing-policy.ts';
import type { Observation } from '../../workload/observation.ts';
import type { Policy } from '../../workload/policy.ts';
import type { PerSignal } from '../../workload/signal.ts';
import { actionFor, type Proposal, type ProposalSource } from '../proposal.ts';

export interface ProposalInput {
  readonly observation: Observation;
  readonly policy: Policy;
  readonly utilisation: PerSignal<number>;
  readonly capacities: PerSignal<Capacity>;
  readonly memory: MemoryView;
  readonly unusable: PerSignal<string>;
  /** Utilisation aimed at, percent of requests. */
  readonly targets: Targets;
  readonly forecasts: PerSignal<Forecast>;
  /** What each level says; empty where the workload names none. */
  readonly levels: PerSignal<LevelView>;
  /** What the sizing policies want, by load; without those of which nothing was learned about sizing yet. */
  readonly bySizingPolicy: PerSignal<SizedByPolicy>;
  /** Null where no scheduled window is active. */
  readonly schedule: ActiveSchedule | null;
}

/** What a load's sizing policy wants now. */
export interface SizedByPolicy {
  readonly policy: SizingPolicy;
  readonly replicas: number;
}

/** What one load asks for, and why. */
export interface Need {
  readonly replicas: number;
  readonly reason: string;
}

/** The largest need, the first of those; null of none. */
export function largestOf(needs: readonly (Need | null)[]): Need | null {
  return needs.reduce((most, need) => (need !== null && need.replicas > (most?.replicas ?? 0) ? need : most), null);
}

export function downOnlyWhenSeen(
  source: ProposalSource,
  input: ProposalInput,
  target: number,
  reason: string,
): Proposal {
  const current = input.observation.replicas.spec;
  const proposal = bounded(source, input, target, reason);
  if (target >= current || Object.keys(input.unusable).length === 0) return proposal;
  return {
    ...bounded(source, input, current, `no scale-down: ${unusableList(input.unusable)}`),
    wanted: proposal.replicas,
  };
}

export function bounded(
  source: ProposalSource,
  input: Pick<ProposalInput, 'policy' | 'observation'>,
  wanted: number,
  reason: string,
): Proposal {
  const { min, max } = input.policy;
  const current = input.observation.replicas.spec;
  const replicas = Math.min(max, Math.max(min, wanted));
  const action = wanted > max && replicas === max ? 'at_max' : actionFor(current, replicas);
  return { source, action, replicas, reason: wanted > max ? `${reason}; ${wanted} wanted, max is ${max}` : reason };
}

export function unusableList(unusable: PerSignal<string>): string {
  return Object.entries(unusable)
    .map(([signal, why]) => `${signal} ${why}`)
    .join('; ');
}

export function round(percent: number): number {
  return Math.round(percent * 10) / 10;
}
