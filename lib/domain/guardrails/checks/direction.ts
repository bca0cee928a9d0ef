// Advice against the readings is not followed: down while a signal is over its target, up while all are under theirs.
import type { Assessment } from '../../assessment/assessment.ts';
import { peakWithin } from '../../forecast/forecast.ts';
import { loadsOf } from '../../workload/loads.ts';
import type { SignalName } from '../../workload/signal.ts';
import { takenWord } from '../../workload/utilisation.ts';
import { atLeast, atMost, type Constraint, type ConstraintCheck } from '../constraint.ts';

/** Advice to scale up looks no further than this. */
const ADVICE_AHEAD_MS = 60 * 60_000;

/** Down while a signal is over its target, up while all are under theirs: advice against the readings is not followed. */
export const direction: ConstraintCheck = {
  name: 'direction',
  check: (assessment) => [...downWhileOver(assessment), ...upWhileIdle(assessment)],
};

function downWhileOver(assessment: Assessment): readonly Constraint[] {
  const current = assessment.observation.replicas.spec;
  const levels = Object.values(assessment.levels ?? {}).filter(({ band }) => band === 'over');
  // A score may be over and agree to fewer: as many as its factor makes of what demand needs.
  const [level] = levels.toSorted((a, b) => b.least - a.least);
  if (level !== undefined) return [noFewer(Math.min(current, level.least), `${level.reason}; scaling down would harm`)];
  const over = loadsOf(assessment.policy).find(
    (signal) => isHelpedByReplicas(assessment, signal) && percentOver(assessment, signal) > 0,
  );
  if (over === undefined) return [];
  return [noFewer(current, `${describe(assessment, over)}: scaling down would harm`)];
}

function noFewer(replicas: number, text: string): Constraint {
  const details = { rank: 'evidence', code: 'down_while_over_target', keeps: true, vetoes: true } as const;
  return atLeast(replicas, { ...details, message: () => text });
}

/** Only advice can want more than any evidence asks for; proposals are made of evidence. */
function upWhileIdle(assessment: Assessment): readonly Constraint[] {
  // What is not measured is not under its target.
  if (Object.keys(assessment.unusable).length > 0) return [];
  // Nor is a level that is over, or not known yet.
  if (Object.values(assessment.levels ?? {}).some(({ band }) => band !== 'low' && band !== 'usual')) return [];
  if (
    loadsOf(assessment.policy).some(
      (signal) => isLoad(assessment, signal) && percentOver(assessment, signal, ADVICE_AHEAD_MS) > 0,
    )
  )
    return [];
  const message = () => 'every signal is under its target, now and for the next hour';
  const details = { rank: 'evidence', code: 'up_while_under_target', message, vetoes: true, only: 'llm' } as const;
  return [atMost(Math.max(assessment.observation.replicas.spec, assessment.envelope.needed), details)];
}

/** Memory that every pod holds before any load stays over its target however many pods there are. */
function isHelpedByReplicas({ memoryKind }: Assessment, signal: SignalName): boolean {
  return signal !== 'memory' || memoryKind === 'follows_load';
}

/** What is known to be no load, or switched off, asks for nothing. */
function isLoad({ memoryKind, policy }: Assessment, signal: SignalName): boolean {
  return signal !== 'memory' || (memoryKind !== 'at_rest' && !policy.memoryOff);
}

/** Percent of requests above the target, at present or at the forecast's upper quantile within `aheadMs`. */
function percentOver(assessment: Assessment, signal: SignalName, aheadMs = 0): number {
  const percent = assessment.utilisation[signal];
  const forecast = assessment.forecasts[signal];
  if (percent === undefined) return 0;
  const target = assessment.targets[signal] ?? Number.POSITIVE_INFINITY;
  if (aheadMs === 0 || forecast === undefined || forecast.current <= 0) return percent - target;
  return percent * (peakWithin(forecast, aheadMs, 'p90') / forecast.current) - target;
}

function describe(assessment: Assessment, signal: SignalName): string {
  const percent = Math.round((assessment.utilisation[signal] ?? 0) * 10) / 10;
  return `${signal} is at ${percent} % of ${takenWord(signal)}, over its target of ${Math.round(assessment.targets[signal] ?? 0)} %`;
}
