// A sizing policy in a sentence, as decisions and the API show it.
import { describeLead } from '../workload/node-wait.ts';
import type { Resource, SignalName } from '../workload/signal.ts';
import { hpaPercentOf } from './capacity.ts';
import { PRICES } from './demand-ahead/newsvendor.ts';
import type { Expert } from './experts/experts.ts';
import type { HpaReplay, ReplayScore, SizingPolicy } from './sizing-policy.ts';

/** In a sentence, as decisions and the API show it. @param signal the load that it is of */
export function describePolicy(
  { expert, expected, changesPerHour, hpa70, ownHpa, lead, days, isModelLeftOut }: SizingPolicy,
  signal: SignalName = 'cpu',
): string {
  return (
    `${describeExpert(expert)}. On the last ${days === 1 ? 'day' : `${days} days`} that would have ${kept({ ...expected, changesPerHour })}; ` +
    describeHpa(hpa70, ownHpa, hpaPercentOf(signal)) +
    (lead === undefined ? '' : `; ${describeLead(lead)}`) +
    (isModelLeftOut ? `; ${LEFT_OUT}` : '')
  );
}

const LEFT_OUT = 'what was learned for it does not fit into the table, so that plain headroom of 30 % stands in';

/** What is done, without how it did. */
export function describeExpert(expert: Expert): string {
  const hold = `no fewer than were wanted in the last ${expert.windowMinutes} minutes`;
  if (expert.kind === 'headroom') return `${Math.round(100 * (expert.factor - 1))} % more than is in use, and ${hold}`;
  const price = Math.round(PRICES[expert.price] ?? 0);
  return `what may come before new pods serve, a missing replica weighed as ${price} idle ones, and ${hold}`;
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

function kept({ violationPercent, cost, changesPerHour }: ReplayScore): string {
  const changes = changesPerHour === undefined ? '' : ` with ${changesPerHour.toFixed(1)} changes an hour`;
  return `had enough ${(100 - violationPercent).toFixed(1)} % of the time at ${cost.toFixed(2)} × what was needed${changes}`;
}

const RESOURCE_WORDS: Readonly<Record<Resource, string>> = { cpu: 'CPU', memory: 'memory' };
const METRICS_NAMED = 3;
