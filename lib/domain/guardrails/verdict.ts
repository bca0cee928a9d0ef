// What a guardrail says of a number, and the names of all of them.
import type { ProposalSource } from '../assessment/proposal.ts';
import type { ReasonCode } from '../workload/reason-code.ts';

export const GUARDRAILS = [
  'advice',
  'bounds',
  'schedule_ceiling',
  'signals',
  'rollout',
  'not_ready',
  'direction',
  'schedule_floor',
  'envelope',
  'step',
  'restraint',
  'stabilisation',
  'cooldown',
  'pods',
  'zero',
  'ownership',
  'manager',
  'neighbours',
  'paused',
  'kill_switch',
] as const;

/** Met after those above, by the changes of a whole cluster at once. */
export type ClusterGuardrailName = 'hold' | 'quota' | 'blast_radius';

/** Met by each workload's answer by itself. */
export type CheckName = (typeof GUARDRAILS)[number];

type GuardrailName = CheckName | ClusterGuardrailName;

/** `rejected`: not an answer · `vetoed`: an answer that must not be followed · `clipped`: moved · `held`: kept as it is · `blocked`: nobody may act · `noted`: told, and changes nothing. */
export type Effect = 'passed' | 'noted' | 'rejected' | 'vetoed' | 'clipped' | 'held' | 'blocked';

export interface Verdict {
  readonly guardrail: GuardrailName;
  readonly source: ProposalSource;
  readonly effect: Effect;
  readonly code: ReasonCode;
  readonly from: number;
  readonly to: number;
  readonly message: string;
}
