// One source's answer to how many replicas a workload should have.

export type Action = 'scale_up' | 'scale_down' | 'maintain' | 'at_max';

/** `watchdog` decides where ticks have stopped, and only upwards. */
export type ProposalSource = 'rules' | 'reactive' | 'predictive' | 'scheduled' | 'llm' | 'watchdog';

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
