// How old what is shown is, and what is wrong where nothing newer comes.
import type { Live } from '../api/live.ts';
import { clock } from '../words.ts';

interface Props {
  readonly live: Pick<Live<unknown>, 'data' | 'at' | 'problem' | 'again'>;
  /** What is missing while there is nothing yet: `the workloads`. */
  readonly what: string;
}

/** Nothing, where all is well. */
export function Freshness({ live: { data, at, problem, again }, what }: Props) {
  if (problem === null) return data === null ? <p role="status">Loading {what} …</p> : null;
  const old = at === null ? `There are none of ${what} to show.` : `What is shown is of ${clock(at)}.`;
  return (
    <div class="notice bad" role="alert">
      <strong>{problem.message}</strong>: {problem.detail}. {old}{' '}
      <button type="button" onClick={again}>
        Try again
      </button>
    </div>
  );
}
