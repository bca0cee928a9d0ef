// Decisions and schedules as marks and bands of a chart.
import type { HistoryLine, Patterns, Ref } from '../../api/types.ts';
import { decisionPath } from '../../routes.ts';
import { seconds } from './grid.ts';
import type { Mark, Span } from './spec.ts';

/** What was changed, tried or proposed: what only stayed as it was is no mark. */
export function marksOf(ref: Ref, decisions: readonly HistoryLine[], from: number): readonly Mark[] {
  return decisions
    .filter((line) => isMark(line) && seconds(line.timestamp) >= from)
    .map(({ id, timestamp, current_replicas: was, target_replicas: to, outcome, outcome_message }) => ({
      at: seconds(timestamp),
      way: outcome !== 'applied' || to === was ? 'none' : to > was ? 'up' : 'down',
      words: outcome_message,
      href: decisionPath(ref, id),
    }));
}

/** Changed, tried or proposed. */
export function isMark({ outcome, why_not }: Pick<HistoryLine, 'outcome' | 'why_not'>): boolean {
  return ['applied', 'failed', 'conflict'].includes(outcome) || why_not?.code === 'proposed';
}

/** When each window holds, within the chart. */
export function spansOf({ schedules }: Pick<Patterns, 'schedules'>, from: number, to: number): readonly Span[] {
  return schedules
    .map((period) => ({
      from: Math.max(from, seconds(period.from)),
      to: Math.min(to, period.to === null ? to : seconds(period.to)),
      words: wordsOf(period),
    }))
    .filter((span) => span.from < span.to);
}

const WORDS = { floor: 'at least', ceiling: 'at most', size: 'exactly' } as const;

function wordsOf(period: object): string {
  const [effect, replicas] = Object.entries(period).find(([key]) => Object.hasOwn(WORDS, key)) ?? ['', null];
  return `${WORDS[effect as keyof typeof WORDS] ?? ''} ${replicas} by schedule`;
}
