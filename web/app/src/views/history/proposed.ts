// A change that was put before people, as it is told afterwards.
import type { HistoryLine } from '../../api/types.ts';

type Line = Pick<HistoryLine, 'why_not' | 'current_replicas' | 'target_replicas'>;

/** A proposal of then waits no longer, or stands under Proposals. Null where it was none. */
export function proposedWords({ why_not, current_replicas: from, target_replicas: to }: Line): string | null {
  return why_not?.code === 'proposed' ? `${from} → ${to} was proposed` : null;
}
