// What came of asking the LLM, in a backtest's words: a line per run for people, an object for programs.
import type { AdviceCounts } from '../../lib/app/backtest/advised.ts';

/** One line; each answer counts once, at the tick it came. */
export function llmLine(label: string, counts: AdviceCounts): string {
  const { asked, followed, clipped, vetoed, rejected, limitedTicks, sparedTicks } = counts;
  const reasons = Object.entries(counts.rejections).map(([code, times]) => `${code} ${times}`);
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  const without =
    limitedTicks === 0 ? '' : `, and on ${limitedTicks} ticks rules decided until the next call was allowed`;
  const spared = sparedTicks === 0 ? '' : `, and on ${sparedTicks} ticks no advice could have mattered`;
  return (
    `LLM on ${label}: asked ${asked} times: ${followed} followed, ${clipped} clipped, ${vetoed} vetoed, ` +
    `${rejected} rejected${why}; it led ${percentLed(counts).toFixed(1)} % of ticks${without}${spared}`
  );
}

export function llmJson(counts: AdviceCounts) {
  const { asked, followed, clipped, vetoed, rejected, rejections, limitedTicks, sparedTicks } = counts;
  const led_pct = percentLed(counts);
  const ticks = { limited_ticks: limitedTicks, spared_ticks: sparedTicks };
  return { asked, followed, clipped, vetoed, rejected, rejections, ...ticks, led_pct };
}

function percentLed({ ledTicks, ticks }: AdviceCounts): number {
  return ticks === 0 ? 0 : (100 * ledTicks) / ticks;
}
