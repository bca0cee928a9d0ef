// What the sizing is held to, and whether it holds: one sentence a target.

import { gapsByInterval, type OurTrace } from '../cli/backtest/frontier-summary.ts';
import { median } from '../cli/backtest/frontier-traces.ts';
import { percent } from '../cli/backtest/frontier-words.ts';
import { keepsSlo } from '../lib/app/backtest/frontier.ts';

const GAP_TO_CLOSE = 0.4;
const DEARER_AT_MOST = 1.1;
const CHEAPER_THAN_CHEAPEST = 0.92;
const NEAR_LIMIT = 1.03;
const CHANGES_AT_MOST = 2;
/** One trace in so many may miss the SLO. */
const ONE_MISS_IN = 12;

/** Every target with `met` or `MISSED` in front. */
export function targetLines(policy: string, standings: readonly OurTrace[], sloPercent: number): readonly string[] {
  return [
    slo(standings, sloPercent),
    ...gaps(standings),
    dearest(standings),
    againstCheapest(standings, sloPercent),
    hpa70(standings),
    changes(standings),
  ].map(({ met, text }) => `${met ? 'met' : 'MISSED'}: ${policy} ${text}`);
}

interface Verdict {
  readonly met: boolean;
  readonly text: string;
}

function slo(standings: readonly OurTrace[], sloPercent: number): Verdict {
  const possible = standings.filter(({ trace }) => trace.limitKept);
  const missed = possible.filter(({ result }) => !keepsSlo(result, sloPercent));
  const allowed = Math.max(1, Math.floor(possible.length / ONE_MISS_IN));
  const which = missed.length === 0 ? '' : ` (not ${names(missed)})`;
  return {
    met: missed.length <= allowed,
    text: `keeps ${sloPercent} % on ${possible.length - missed.length} of the ${possible.length} traces where the clairvoyant does${which}; ${allowed} may miss it`,
  };
}

function gaps(standings: readonly OurTrace[]): readonly Verdict[] {
  return gapsByInterval(standings).map(({ intervalSeconds, traces, compared, gapClosed }) => ({
    met: gapClosed !== null && gapClosed >= GAP_TO_CLOSE,
    text:
      gapClosed === null
        ? `cannot be compared with an HPA on any of the ${traces} traces of ${intervalSeconds} s`
        : `closes ${percent(gapClosed)} of the gap between the HPA that is short as often and the clairvoyant, in the median of ${compared} of ${traces} traces of ${intervalSeconds} s that have such an HPA; ${percent(GAP_TO_CLOSE)} are wanted`,
  }));
}

function dearest(standings: readonly OurTrace[]): Verdict {
  const compared = standings.filter(({ standing }) => standing.againstHpa !== null);
  const dear = compared.filter(({ standing }) => (standing.againstHpa ?? 0) > DEARER_AT_MOST);
  const most = Math.max(...compared.map(({ standing }) => standing.againstHpa ?? 0));
  const worst = compared.length === 0 ? 'has none to compare with' : `costs at most ${most.toFixed(2)} × that HPA`;
  const which = dear.length === 0 ? '' : ` (over it: ${names(dear)})`;
  return { met: dear.length === 0, text: `${worst}; ${DEARER_AT_MOST} × is the limit${which}` };
}

/** On half of the traces at least: that is the median of an either-or. */
function againstCheapest(standings: readonly OurTrace[], sloPercent: number): Verdict {
  const compared = standings.filter(({ standing }) => standing.againstCheapest !== null);
  const ratio = median(compared.map(({ standing }) => standing.againstCheapest?.ratio ?? null));
  const good = compared.filter(
    ({ standing }) =>
      (standing.againstCheapest?.ratio ?? Number.POSITIVE_INFINITY) <= CHEAPER_THAN_CHEAPEST ||
      (standing.againstLimit ?? Number.POSITIVE_INFINITY) <= NEAR_LIMIT,
  );
  return {
    met: compared.length > 0 && 2 * good.length >= compared.length,
    text: `costs ${ratio?.toFixed(2) ?? '—'} × the cheapest HPA target that keeps ${sloPercent} % in hindsight, in the median of the ${compared.length} traces that have one; at ${CHEAPER_THAN_CHEAPEST} × or less, or within ${percent(NEAR_LIMIT - 1)} of the clairvoyant, on ${good.length} of them`,
  };
}

function hpa70(standings: readonly OurTrace[]): Verdict {
  const worse = standings.filter(({ standing }) => standing.worseThanHpa70);
  const where = worse.length === 0 ? 'on no trace' : `on ${names(worse)}`;
  return { met: worse.length === 0, text: `is both short more often and dearer than HPA at 70 % ${where}` };
}

function changes(standings: readonly OurTrace[]): Verdict {
  const ratio = median(standings.map(({ standing }) => standing.changesRatio));
  return {
    met: ratio !== null && ratio <= CHANGES_AT_MOST,
    text: `changes replicas ${ratio?.toFixed(2) ?? '—'} × as often as HPA at 70 % in the median; ${CHANGES_AT_MOST} × is the limit`,
  };
}

function names(standings: readonly OurTrace[]): string {
  return standings.map(({ trace }) => trace.label).join(', ');
}
