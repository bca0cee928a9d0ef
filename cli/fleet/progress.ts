// How far a fleet's backtest is: a line for each workload that is over, with the time that the rest will take by those before.
import { complain } from '../terminal.ts';
import { isJudged, type Outcome } from './run.ts';

const ADVICE = { leave: 'leave it', tune: 'tune the HPA', enable: 'enable here' } as const;

export function showFleetProgress(all: number, threads: number) {
  const began = performance.now();
  let done = 0;
  complain(
    `backtest: ${all} Deployment${all === 1 ? '' : 's'} on ${threads} core${threads === 1 ? '' : 's'}, each replayed some twenty times`,
  );
  return {
    onDone(outcome: Outcome): void {
      done++;
      const left = ((performance.now() - began) / 1000 / done) * (all - done);
      const rest = done === all ? '' : ` (about ${inWords(left)} left)`;
      const said = isJudged(outcome) ? ADVICE[outcome.verdict.advice] : 'cannot say';
      complain(`[${done}/${all}] ${outcome.label}: ${said}${rest}`);
    },
  };
}

function inWords(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}
