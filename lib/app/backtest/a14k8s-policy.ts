// The seeds' later autoscaler, as its code decides without an LLM: what we must not be worse than.
// Source: github.com/pedramnj/A14K8s, predictive_monitoring.py (forecast) and predictive_autoscaler.py (threshold rules).
// Where its windows leave a choice, the kind one is taken:
// - it counts hours in points: at its own five-minute steps 24 points are two hours, the slope is per point, and the
//   "daily pattern" is those points indexed by the hour of the day. Kept to the letter, in UTC;
// - it decides when a point arrives: in between, its answer would only compound the same evidence;
// - where it has fewer than ten points it makes some up at random; here it waits;
// - it rounds scale-ups down and then never leaves one replica; here they are rounded up;
// - memory, of which it needs a low reading to scale in, always agrees.
import { type BacktestPolicy, type PolicySettings, phaseOf } from './policy.ts';

const EVERY_SECONDS = 300;
const POINTS = 24;
const FEWEST_POINTS = 10;
const HOURS_AHEAD = 6;
const TREND_WEIGHT = 0.7;
const UP_PERCENT = 75;
const DOWN_PERCENT = 25;
const TARGET_PERCENT = 70;
const SAFETY_BUFFER = 1.2;
const DOWN_FACTOR = 0.7;

export function a14k8sPolicy(name: string, settings: PolicySettings): BacktestPolicy {
  const history: number[] = [];
  let source = 'waiting';
  return {
    name,
    everySeconds: EVERY_SECONDS,
    phaseSeconds: phaseOf(settings, EVERY_SECONDS),
    get source() {
      return source;
    },
    decide({ now, replicas, reading }) {
      if (reading === null || reading.ready === 0) return replicas;
      history.push((100 * reading.demand) / (reading.ready * settings.capacity));
      if (history.length > POINTS) history.shift();
      if (history.length < FEWEST_POINTS) return replicas;
      const wanted = replicasByRules(replicas, peakForecast(history, new Date(now).getUTCHours()));
      source = wanted > replicas ? 'scale_up' : wanted < replicas ? 'scale_down' : 'none';
      return wanted;
    },
  };
}

/**
 * The highest of six hourly predictions: 0.7 × (current + slope × h) + 0.3 × daily pattern at that hour, within 0…100 %.
 * @param history utilisation in percent, one point per five minutes, newest last
 * @param hour of the UTC day, now
 */
export function peakForecast(history: readonly number[], hour: number): number {
  let peak = 0;
  for (let h = 1; h <= HOURS_AHEAD; h++) peak = Math.max(peak, predictPercent(history, hour, h));
  // As its code has it: predictions of nothing but zero are taken for missing ones.
  return peak > 0 ? peak : (history.at(-1) ?? 0);
}

/**
 * 0.7 × (current + slope × h) + 0.3 × daily pattern at the hour that is then, within 0…100 %.
 * @param history utilisation in percent, one point per five minutes, the newest of at most 24 last
 * @param hour of the UTC day, now
 * @param hoursAhead its own code asks for 1 to 6; a fraction takes the pattern of the hour it falls into
 */
export function predictPercent(history: readonly number[], hour: number, hoursAhead: number): number {
  const current = history.at(-1) ?? 0;
  const mean = history.reduce((sum, value) => sum + value, 0) / history.length;
  const pattern = history[Math.floor(hour + hoursAhead) % 24] ?? mean;
  const predicted = TREND_WEIGHT * (current + slopeOf(history) * hoursAhead) + (1 - TREND_WEIGHT) * pattern;
  return Math.min(100, Math.max(0, predicted));
}

function replicasByRules(replicas: number, peakPercent: number): number {
  if (peakPercent > UP_PERCENT) return Math.ceil(replicas * (peakPercent / TARGET_PERCENT) * SAFETY_BUFFER);
  return peakPercent < DOWN_PERCENT ? Math.floor(replicas * DOWN_FACTOR) : replicas;
}

/** Least squares over 0, 1, 2 …: percent per point. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  let covariance = 0;
  let variance = 0;
  for (const [i, value] of values.entries()) {
    covariance += (i - middle) * value;
    variance += (i - middle) ** 2;
  }
  return variance === 0 ? 0 : covariance / variance;
}
