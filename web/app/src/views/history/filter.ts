// Which lines of a history are shown.
import type { HistoryLine } from '../../api/types.ts';
import { isMark } from '../../parts/chart/marks.ts';

export interface Filter {
  /** What was changed, tried or proposed, and not how it stood by the hour. */
  readonly isChangesOnly: boolean;
  /** Empty: all of them. */
  readonly source: string;
  readonly outcome: string;
  readonly text: string;
}

export const NO_FILTER: Filter = { isChangesOnly: false, source: '', outcome: '', text: '' };

type Line = Pick<HistoryLine, 'source' | 'outcome' | 'outcome_message' | 'reason' | 'requested_by' | 'why_not'>;

/** @returns in their order */
export function shownBy<L extends Line>(filter: Filter, lines: readonly L[]): readonly L[] {
  const text = filter.text.trim().toLowerCase();
  return lines.filter(
    (line) =>
      (!filter.isChangesOnly || isMark(line)) &&
      (filter.source === '' || line.source === filter.source) &&
      (filter.outcome === '' || line.outcome === filter.outcome) &&
      (text === '' || saidIn(line).includes(text)),
  );
}

function saidIn({ outcome_message, reason, requested_by, why_not }: Line): string {
  return [outcome_message, reason, requested_by ?? '', why_not?.message ?? ''].join(' ').toLowerCase();
}

export const sourcesOf = (lines: readonly Line[]) => [...new Set(lines.map(({ source }) => source))].toSorted();
export const outcomesOf = (lines: readonly Line[]) => [...new Set(lines.map(({ outcome }) => outcome))].toSorted();
