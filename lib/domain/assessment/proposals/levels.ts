// What levels propose: up is the most that any source asks, down only as far as every level agrees.
import type { LevelView } from '../../level/level-view.ts';
import type { PerSignal, SignalName } from '../../workload/signal.ts';
import { actionFor, type Proposal } from '../proposal.ts';
import { bounded, type ProposalInput } from './bounded.ts';

/** One proposal per level: more where it asks for more, else what runs; its reason says whether it agrees to fewer. */
export function proposeByLevels(input: ProposalInput): readonly Proposal[] {
  return Object.entries(input.levels).map(([name, view]) => proposeByLevel(name, view, input));
}

/**
 * The baseline where every level agrees to it, else what the level that asks for most agrees to: whose number stands is named.
 * @param baseline what the loads say
 */
export function withLevels(
  baseline: Proposal,
  input: Pick<ProposalInput, 'observation' | 'policy' | 'levels'>,
): Proposal {
  const most = leastOfAll(input.levels);
  if (most === null || most.view.least <= (baseline.wanted ?? baseline.replicas)) return baseline;
  return bounded(most.name, input, most.view.least, most.view.reason);
}

/** The level that allows the fewest replicas to go; null where there is none. */
export function leastOfAll(
  levels: PerSignal<LevelView>,
): { readonly name: SignalName; readonly view: LevelView } | null {
  const all = Object.entries(levels).map(([name, view]) => ({ name, view }));
  return all.reduce<(typeof all)[number] | null>(
    (most, one) => (most === null || one.view.least > most.view.least ? one : most),
    null,
  );
}

/** The most that any level asks for beyond what runs, for want of which advice is charged; 0 where none does. */
export function askedByLevels(levels: PerSignal<LevelView>): number {
  return Math.max(0, ...Object.values(levels).map(({ band, least }) => (band === 'over' ? least : 0)));
}

function proposeByLevel(name: SignalName, view: LevelView, input: ProposalInput): Proposal {
  const current = input.observation.replicas.spec;
  if (view.least > current) return bounded(name, input, view.least, view.reason);
  return { source: name, action: actionFor(current, current), replicas: current, reason: view.reason };
}
