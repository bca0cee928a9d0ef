// One source's answer to how many replicas a workload should have.
import type { SignalName } from '../workload/signal.ts';

export type Action = 'scale_up' | 'scale_down' | 'maintain' | 'at_max';

/** `watchdog` decides where ticks have stopped, and only upwards; `asked` is somebody's number that a person approved. */
const BUILT_IN_SOURCES = ['rules', 'reactive', 'predictive', 'scheduled', 'llm', 'watchdog', 'asked'] as const;

/** One of those, or the name of a level. */
export type ProposalSource = (typeof BUILT_IN_SOURCES)[number] | SignalName;

/** One source's answer. */
export interface Proposal {
  readonly source: ProposalSource;
  readonly action: Action;
  readonly replicas: number;
  /** What its evidence says, where missing evidence keeps it at the present count. */
  readonly wanted?: number;
  readonly reason: string;
}

export function actionFor(current: number, target: number): Action {
  if (target > current) return 'scale_up';
  return target < current ? 'scale_down' : 'maintain';
}
