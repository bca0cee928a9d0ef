// The ordered list of checks that every answer meets, whoever gave it. Each is pure and says why.
import type { Finding, Guardrail, GuardrailHistory } from './guardrail.ts';
import { killSwitch, manager, neighbours, ownership, paused, zero } from './guardrail-blocks.ts';
import { cooldown, notReady, pods, rollout, signals, stabilisation } from './guardrail-holds.ts';
import { bounds, direction, envelope, scheduleCeiling, scheduleFloor, step } from './guardrail-limits.ts';
import type { Assessment, GuardrailName, ProposalSource, ReasonCode, Verdict } from './model.ts';

export interface GuardedResult {
  readonly replicas: number;
  /** A veto ends the walk: this answer must not be followed. */
  readonly vetoed: boolean;
  readonly blockedBy: ReasonCode | null;
  /** One per guardrail met, in order. */
  readonly verdicts: readonly Verdict[];
}

/** Walks one answer through every guardrail, in order. A veto ends the walk; a block lets the number stand as a recommendation. */
export function guard(
  assessment: Assessment,
  history: GuardrailHistory,
  source: ProposalSource,
  proposed: number,
): GuardedResult {
  let replicas = proposed;
  let blockedBy: ReasonCode | null = null;
  const verdicts: Verdict[] = [];
  for (const { name, check } of GUARDRAIL_LIST) {
    const finding = check(assessment, history, replicas, source);
    verdicts.push(verdictOf(name, source, replicas, finding));
    if (finding === null) continue;
    if (finding.effect === 'vetoed') return { replicas: finding.to, vetoed: true, blockedBy, verdicts };
    if (finding.effect === 'blocked') blockedBy ??= finding.code;
    else replicas = finding.to;
  }
  return { replicas, vetoed: false, blockedBy, verdicts };
}

function verdictOf(guardrail: GuardrailName, source: ProposalSource, from: number, finding: Finding | null): Verdict {
  if (finding === null) return { guardrail, source, effect: 'passed', code: 'ok', from, to: from, message: 'passed' };
  const { effect, code, message } = finding;
  return { guardrail, source, effect, code, from, to: effect === 'blocked' ? from : finding.to, message };
}

const GUARDRAIL_LIST: readonly Guardrail[] = [
  bounds,
  scheduleCeiling,
  signals,
  rollout,
  notReady,
  direction,
  scheduleFloor,
  envelope,
  step,
  stabilisation,
  cooldown,
  pods,
  zero,
  ownership,
  manager,
  neighbours,
  paused,
  killSwitch,
];
