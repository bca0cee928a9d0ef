// A sizing policy in a sentence, as decisions and the API show it.
import type { Resource, SignalName } from '../workload/signal.ts';
import { hpaPercentOf } from './capacity.ts';
import type { SizingFeature } from './features.ts';
import type { HpaReplay, ReplayScore, SizingPolicy } from './sizing-policy.ts';

const FEATURE_WORDS: Readonly<Record<SizingFeature, string>> = {
  peak5: "the last 5 minutes' peak",
  peak20: "the last 20 minutes' peak",
  peak60: "the last hour's peak",
  mean60: "the last hour's mean",
  moves60: 'how much it moves by the minute',
  jump60: "the last hour's steepest jump",
  slope: 'the present slope',
  usual: 'what is usual at this time of day',
  rise: 'the usual rise at this time of day',
  spare: 'a spare that does not follow load',
};

/** Smaller parts are not worth the reader's time. */
const SMALLEST_SHARE = 0.03;

/** In a sentence, as decisions and the API show it. @param signal the load that it is of */
export function describePolicy(
  { headroom, windowMinutes, shares, expected, hpa70, ownHpa, days }: SizingPolicy,
  signal: SignalName = 'cpu',
): string {
  const parts = shares
    .filter(([, share]) => share >= SMALLEST_SHARE)
    .map(([feature, share]) => `${FEATURE_WORDS[feature]} (${Math.round(share * 100)} %)`);
  return (
    `chose ${Math.round(headroom * 100)} % headroom and a ${windowMinutes}-minute stabilisation window, made of ${parts.join(', ')}: ` +
    `on the last ${days} days that would have ${kept(expected)}; ${describeHpa(hpa70, ownHpa, hpaPercentOf(signal))}`
  );
}

/** Held against the HPA that the workload has; against one at 70 % where it has none, or none of its metrics is known. */
function describeHpa(hpa70: ReplayScore, own: HpaReplay | undefined, percent: number): string {
  const at70 = `HPA at ${percent === 100 ? 'the same target' : `${percent} %`} would have ${kept(hpa70)}`;
  if (own === undefined) return at70;
  const targets = Object.entries(own.targets).map(
    ([signal, percent]) => `${RESOURCE_WORDS[signal as Resource]} ${Math.round(percent)} %`,
  );
  const names = own.leftOut.slice(0, METRICS_NAMED).join(', ');
  const more = own.leftOut.length > METRICS_NAMED ? ` and ${own.leftOut.length - METRICS_NAMED} more` : '';
  if (own.score === null) return `${at70}; your HPA's metrics are not in the history: ${names}${more}`;
  const verb = own.leftOut.length === 1 ? `metric ${names} is` : `metrics ${names}${more} are`;
  const left = own.leftOut.length === 0 ? '' : `; its ${verb} left out`;
  return `your HPA (${targets.join(', ')}) would have ${kept(own.score)}${left}`;
}

function kept({ violationPercent, cost }: ReplayScore): string {
  return `kept ${(100 - violationPercent).toFixed(1)} % at ${cost.toFixed(2)} × the ideal`;
}

const RESOURCE_WORDS: Readonly<Record<Resource, string>> = { cpu: 'CPU', memory: 'memory' };
const METRICS_NAMED = 3;
