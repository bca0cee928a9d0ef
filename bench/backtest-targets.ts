// What the sizing is held to, and whether it holds: one sentence a target.

import type { OurTrace } from '../cli/backtest/frontier-summary.ts';
import { median } from '../cli/backtest/frontier-traces.ts';
import { percent } from '../cli/backtest/frontier-words.ts';
import { keepsSlo } from '../lib/app/backtest/frontier.ts';

/** One trace may miss the SLO, and none by more than this. */
const MAY_MISS = 1;
const VIOLATION_AT_MOST_PCT = 0.7;
const FAST_STEP_SECONDS = 60;
const GAP_TO_CLOSE_FAST = 0.5;
const GAP_TO_CLOSE_SLOW = 0.25;
const OF_CHEAPEST_MEDIAN = 0.93;
const OF_CHEAPEST_WORST = 1.07;
const CHANGES_AT_MOST = 1.3;
const CHANGES_AT_MOST_FOR_NOTHING = 2;
const PROMISE_WITHIN = 0.1;
const FIRST_DAYS_BUDGETS = 2;
/** Settings were chosen on these and on no others; what the rest says was looked at once. */
const CHOSEN_ON = [
  'alibaba-2018-machines',
  'azure-vm-fleet',
  'crane-0',
  'crane-4',
  'crane-12',
  'nab-rds-e47b3b',
  'nab-tweets-aapl',
];
const KEPT_BACK_SHARE = 0.8;

/** Every target with `met` or `MISSED` in front. @param restless standings of the same with nothing paid for a change */
export function targetLines(
  policy: string,
  standings: readonly OurTrace[],
  restless: readonly OurTrace[],
  sloPercent: number,
): readonly string[] {
  const fast = standings.filter(({ trace }) => trace.trace.intervalSeconds <= FAST_STEP_SECONDS);
  const slow = standings.filter((standing) => !fast.includes(standing));
  return [
    slo(standings, sloPercent),
    gap('steps up to 60 s', fast, GAP_TO_CLOSE_FAST),
    gap('longer steps', slow, GAP_TO_CLOSE_SLOW),
    ...keptBack(standings),
    againstCheapest(standings, sloPercent),
    changes(standings, CHANGES_AT_MOST, ''),
    ...(restless.length === 0
      ? []
      : [changes(restless, CHANGES_AT_MOST_FOR_NOTHING, ' where a change is worth nothing')]),
    hpa70(standings),
    ...promises(standings),
    firstDays(standings, sloPercent),
  ].map(({ met, text }) => `${met ? 'met' : 'MISSED'}: ${policy} ${text}`);
}

interface Verdict {
  readonly met: boolean;
  readonly text: string;
}

function slo(standings: readonly OurTrace[], sloPercent: number): Verdict {
  const possible = standings.filter(({ trace }) => trace.limitKept);
  const missed = possible.filter(({ result }) => !keepsSlo(result, sloPercent));
  const worst = Math.max(...possible.map(({ result }) => result.violationPct));
  const which = missed.length === 0 ? '' : ` (not ${names(missed)})`;
  return {
    met: missed.length <= MAY_MISS && worst <= VIOLATION_AT_MOST_PCT,
    text: `keeps ${sloPercent} % on ${possible.length - missed.length} of the ${possible.length} traces where the clairvoyant does${which}, and is short ${worst.toFixed(2)} % on the worst; ${MAY_MISS} may miss it, none be over ${VIOLATION_AT_MOST_PCT} %`,
  };
}

function gap(what: string, standings: readonly OurTrace[], wanted: number): Verdict {
  const closed = medianGap(standings);
  const none = standings.filter(({ standing }) => standing.gapClosed === null);
  const left = none.length === 0 ? '' : ` (left out, having no such HPA: ${names(none)})`;
  return {
    met: closed !== null && closed >= wanted,
    text:
      closed === null
        ? `cannot be compared with an HPA on any trace of ${what}`
        : `closes ${percent(closed)} of the gap between the HPA that is short as often and the clairvoyant, in the median of ${standings.length - none.length} traces of ${what}${left}; ${percent(wanted)} are wanted`,
  };
}

/** Only where both kinds of traces are there. */
function keptBack(standings: readonly OurTrace[]): readonly Verdict[] {
  const chosen = medianGap(standings.filter(({ trace }) => CHOSEN_ON.includes(trace.label)));
  const others = standings.filter(({ trace }) => !CHOSEN_ON.includes(trace.label));
  const back = medianGap(others);
  if (chosen === null || back === null) return [];
  return [
    {
      met: back >= KEPT_BACK_SHARE * chosen,
      text: `closes ${percent(back)} in the median of the ${others.length} traces that nothing was chosen on, and ${percent(chosen)} of the others; ${KEPT_BACK_SHARE} × that is wanted`,
    },
  ];
}

function medianGap(standings: readonly OurTrace[]): number | null {
  return median(standings.map(({ standing }) => standing.gapClosed));
}

function againstCheapest(standings: readonly OurTrace[], sloPercent: number): Verdict {
  const compared = standings.filter(({ standing }) => standing.againstCheapest !== null);
  const ratios = compared.map(({ standing }) => standing.againstCheapest?.ratio ?? null);
  const middle = median(ratios) ?? Number.NaN;
  const worst = Math.max(...ratios.map((one) => one ?? 0));
  const dear = compared.filter(({ standing }) => (standing.againstCheapest?.ratio ?? 0) > OF_CHEAPEST_WORST);
  const which = dear.length === 0 ? '' : ` (over it: ${names(dear)})`;
  return {
    met: middle <= OF_CHEAPEST_MEDIAN && dear.length === 0,
    text: `costs ${middle.toFixed(2)} × the cheapest HPA target that keeps ${sloPercent} % in hindsight, in the median of the ${compared.length} traces that have one, and ${worst.toFixed(2)} × on the worst${which}; ${OF_CHEAPEST_MEDIAN} and ${OF_CHEAPEST_WORST} are the limits`,
  };
}

function hpa70(standings: readonly OurTrace[]): Verdict {
  const worse = standings.filter(({ standing }) => standing.worseThanHpa70);
  const where = worse.length === 0 ? 'on no trace' : `on ${names(worse)}`;
  return { met: worse.length === 0, text: `is both short more often and dearer than HPA at 70 % ${where}` };
}

function changes(standings: readonly OurTrace[], limit: number, where: string): Verdict {
  const ratio = median(standings.map(({ standing }) => standing.changesRatio));
  return {
    met: ratio !== null && ratio <= limit,
    text: `changes replicas ${ratio?.toFixed(2) ?? '—'} × as often as HPA at 70 % in the median${where}; ${limit} × is the limit`,
  };
}

/** None of a policy that promises nothing. */
function promises(standings: readonly OurTrace[]): readonly Verdict[] {
  const off = median(
    standings.map(({ result }) =>
      result.promisedPct === null ? null : Math.abs(result.promisedPct - result.violationPct),
    ),
  );
  if (off === null) return [];
  const text = `is short by ${off.toFixed(2)} points more or less than it promised, in the median; ${PROMISE_WITHIN} is the limit`;
  return [{ met: off <= PROMISE_WITHIN, text }];
}

function firstDays(standings: readonly OurTrace[], sloPercent: number): Verdict {
  const limit = FIRST_DAYS_BUDGETS * (100 - sloPercent);
  const over = standings.filter(({ result }) => result.firstDaysPct > limit);
  const middle = median(standings.map(({ result }) => result.firstDaysPct)) ?? Number.NaN;
  const which = over.length === 0 ? '' : ` (over it: ${names(over)})`;
  return {
    met: over.length === 0,
    text: `is short ${middle.toFixed(2)} % of the first two days in the median; twice the budget, ${limit} %, is the limit${which}`,
  };
}

function names(standings: readonly OurTrace[]): string {
  return standings.map(({ trace }) => trace.label).join(', ');
}
