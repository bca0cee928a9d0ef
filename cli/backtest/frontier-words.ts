// A standing told in sentences, the same wherever it is read.
import { FRONTIER_TARGETS, hpaTargetPercent, keepsSlo, type Standing } from '../../lib/app/backtest/frontier.ts';
import type { JobResult } from './job.ts';

const NAMES: Readonly<Record<string, string>> = { limit: 'clairvoyant', a14k8s: 'A14K8s formula' };
const TARGETS = `HPA target from ${FRONTIER_TARGETS[0]} to ${FRONTIER_TARGETS.at(-1)} %`;

/** What violation, cost and the like mean; `word` is what they are called in tables. */
export const MEANINGS: readonly { readonly word: string; readonly meaning: string }[] = [
  {
    word: 'Violation',
    meaning:
      'the share of time in which fewer replicas were ready than the demand needed, at most 90 % of its CPU request on each.',
  },
  {
    word: 'Cost',
    meaning: 'the replicas paid for ÷ the replicas needed, over the whole time: 1 is exactly enough at every moment.',
  },
  {
    word: 'Clairvoyant',
    meaning:
      'a scaler that knows the demand ahead and asks for each pod just early enough to be ready: without ever being short, nobody can be cheaper.',
  },
  {
    word: 'Gap closed',
    meaning:
      'how far the cost has come from that of the HPA which is short just as often (0 %) to the clairvoyant’s (100 %); negative is dearer than that HPA.',
  },
];

/** As people call it: `hpa:0.7` is `HPA 70 %`. */
export function policyName(policy: string): string {
  const target = hpaTargetPercent(policy);
  return target === null ? (NAMES[policy] ?? policy) : `HPA ${target} %`;
}

/** What a run of ours kept, what HPA would have paid for the same, and how much of the gap is closed. */
export function inWords(run: JobResult, standing: Standing, sloPercent: number): string {
  const kept = keepsSlo(run, sloPercent) ? `kept ${sloPercent} %` : `missed ${sloPercent} %`;
  const worse = standing.worseThanHpa70 ? ' HPA at 70 % is better on both counts.' : '';
  return (
    `${capitalised(policyName(run.policy))} ${kept}: short ${run.violationPct.toFixed(2)} % of the time, ` +
    `at ${times(run.cost)} the replicas needed. ${comparison(standing)}${worse}`
  );
}

function comparison({ hpa, gapClosed, againstHpa }: Standing): string {
  if (hpa.basis === 'none') return `${reason(hpa.because)} There is no HPA to compare its cost with.`;
  const start =
    hpa.basis === 'same_violation'
      ? `An HPA that is short just as often costs ${times(hpa.cost)}`
      : `${reason(hpa.because)} One that is short ${hpa.violationPct.toFixed(2)} % of the time costs ${times(hpa.cost)}`;
  if (gapClosed === null) return `${start}, no more than the clairvoyant.`;
  const closed =
    gapClosed >= 0
      ? `${percent(gapClosed)} of the gap to the clairvoyant is closed`
      : `that HPA is ${percent(1 - 1 / (againstHpa ?? 1))} cheaper`;
  return `${start}; ${closed}.`;
}

function reason(because: 'every_target_violates_more' | 'every_target_violates_less' | 'no_costs'): string {
  if (because === 'no_costs') return 'Nothing was ever needed, or no HPA was run.';
  return `No ${TARGETS} is short so ${because === 'every_target_violates_more' ? 'seldom' : 'often'}.`;
}

export function times(cost: number | null): string {
  return cost === null ? '—' : `${cost.toFixed(2)} ×`;
}

/** To begin a sentence with. */
export function capitalised(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** On a page a number and its unit stay on one line. */
export function unbroken(text: string): string {
  return text.replace(/ ([%×])/g, '\u00a0$1');
}

/** A share as whole percent. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`.replace('-', '−');
}
