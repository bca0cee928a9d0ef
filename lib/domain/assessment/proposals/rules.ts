// The seeds' rule-based recommendation at 75 % and 25 %: shown, and never deciding by itself.
import { hasSkill } from '../../forecast/forecast.ts';
import { RESOURCES, type Resource } from '../../workload/signal.ts';
import type { Proposal } from '../proposal.ts';
import { bounded, type ProposalInput, round, unusableList } from './bounded.ts';

/** The seeds' fallback rules, in percent of requests. */
const RULES_UP_PERCENT = 75;
const RULES_DOWN_PERCENT = 25;

/**
 * The seeds' rule-based recommendation: up where CPU or memory is, or is forecast to be, above 75 %; down only where both
 * are and stay under 25 %. Shown everywhere; it never decides a scale-in by itself.
 */
export function proposeByRules(input: ProposalInput): Proposal {
  const current = input.observation.replicas.spec;
  // What every pod holds at rest is neither a reason to grow nor one to stay.
  const counted = RESOURCES.filter((signal) => signal === 'cpu' || !isNoLoad(input));
  const peaks = counted
    .map((signal) => ({ signal, percent: peakPercent(input, signal) }))
    .filter((peak): peak is { signal: Resource; percent: number } => peak.percent !== undefined);
  const hottest = peaks.reduce((a, b) => (b.percent > a.percent ? b : a), { signal: 'cpu' as Resource, percent: -1 });
  const unusable = Object.keys(input.unusable).length > 0;
  if (hottest.percent > RULES_UP_PERCENT) {
    const target = Math.ceil((current * hottest.percent) / input.policy.targetPercent[hottest.signal] - 1e-9);
    const isAhead = hottest.percent > (input.utilisation[hottest.signal] ?? 0);
    const when = isAhead ? ' at the peak of the next six hours' : '';
    const reason = `${hottest.signal} ${round(hottest.percent)} %${when} is above ${RULES_UP_PERCENT} %`;
    return bounded('rules', input, Math.max(current, target), reason);
  }
  if (!unusable && peaks.length === counted.length && hottest.percent < RULES_DOWN_PERCENT) {
    const target = Math.max(
      ...peaks.map(({ signal, percent }) => Math.ceil((current * percent) / input.policy.targetPercent[signal] - 1e-9)),
    );
    const reason = `${counted.join(' and ')} ${counted.length > 1 ? 'are' : 'is'} under ${RULES_DOWN_PERCENT} %`;
    return bounded('rules', input, Math.min(current, Math.max(1, target)), reason);
  }
  const reason = unusable
    ? `no scale-down: ${unusableList(input.unusable)}`
    : `between ${RULES_DOWN_PERCENT} and ${RULES_UP_PERCENT} %`;
  return bounded('rules', input, current, reason);
}

function isNoLoad({ memory, policy }: ProposalInput): boolean {
  return memory.kind === 'at_rest' || policy.memoryOff === true;
}

/** Present utilisation, or the six-hour peak's where the forecast has skill. */
function peakPercent(input: ProposalInput, signal: Resource): number | undefined {
  const percent = input.utilisation[signal];
  const forecast = input.forecasts[signal];
  if (percent === undefined || forecast === undefined || !hasSkill(forecast) || forecast.current <= 0) return percent;
  return percent * Math.max(1, forecast.peak / forecast.current);
}
