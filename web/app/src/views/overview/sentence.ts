// A workload in one line: the sentence that decided, the difference, and what comes next.
import type { Row } from '../../api/types.ts';
import { plainly } from '../../parts/decision/plainly.ts';

/** That nothing is in the way, and what the rung says already. */
const SAID_ELSEWHERE = new Set(['ok', 'not_enabled', 'mode_recommend']);

/** What was done, else what stands in the way, else why this is enough, by whom where that is not the forecast. */
export function sentenceOf({ outcome, outcome_message, why_not, reason, source, llm }: Row): string {
  const at = source === 'llm' && llm?.success ? ` at ${llm.timestamp.slice(11, 16)}` : '';
  const because = source === 'predictive' ? plainly(reason) : `${source}${at}: ${plainly(reason)}`;
  if (outcome === 'applied') return `${outcome_message}: ${because}`;
  return why_not === null || SAID_ELSEWHERE.has(why_not.code) ? because : why_not.message;
}

/** `4 → 7` where another number is wanted, or was just set. */
export function replicasText({ replicas, target_replicas: target }: Row): string {
  return target === replicas ? `${replicas}` : `${replicas} → ${target}`;
}

const NEXT: Readonly<Record<string, string>> = {
  not_enabled: 'enable to apply',
  mode_recommend: 'recommendation only: raise its rung to apply',
  proposed: 'approve or reject it',
  policy_invalid: 'mend its policy',
  above_max: 'raise max-replicas',
  paused: 'paused: resume to go on',
  kill_switch: 'stopped by the kill switch',
  no_hpa: 'create an HPA, or choose another mode',
  forbidden: 'grant the right that is missing',
};

/** What a person does about it stands beside the row. */
const FOR_A_PERSON = new Set(['ok', 'not_enabled', 'mode_recommend', 'proposed', 'above_max']);

/** Another number is wanted, and something stands in its way that no person need see to. */
export function isHeld({ replicas, target_replicas: target, outcome, why_not }: Row): boolean {
  return target !== replicas && outcome === 'unchanged' && why_not !== null && !FOR_A_PERSON.has(why_not.code);
}

/** The difference, and what comes next; '' where nothing does. */
export function nextOf(row: Row): string {
  const { replicas, target_replicas: target, outcome, why_not } = row;
  const size = Math.abs(target - replicas);
  const difference =
    size === 0 ? [] : [`${target > replicas ? '+' : '−'}${size} ${size === 1 ? 'replica' : 'replicas'}`];
  const code = row.decision === 'at_max' ? 'above_max' : (why_not?.code ?? '');
  return [...(isHeld(row) ? [] : difference), ...stepOf(outcome, code, size)].join(' · ');
}

function stepOf(outcome: string, code: string, size: number): readonly string[] {
  if (outcome === 'applied') return ['done'];
  if (outcome === 'failed' || outcome === 'conflict') return ['the next tick tries again'];
  if (code === 'ok') return [];
  if (size === 0 && (code === 'not_enabled' || code === 'mode_recommend')) return [];
  const next = NEXT[code];
  return next === undefined ? [] : [next];
}
