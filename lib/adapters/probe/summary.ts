// What a window of requests says: percentiles, average and share of success, or why it says nothing.
import { cleanText } from '../../domain/text/clean-text.ts';
import type { LevelReading } from '../../domain/workload/signal.ts';
import type { Outcome } from './window.ts';

export type Stat = 'p95' | 'p50' | 'average' | 'success';

export type Summary =
  | { readonly value: number; readonly beside: NonNullable<LevelReading['beside']> }
  /** A part of a sentence. */
  | { readonly why: string };

/**
 * A request that hung counts as slow as it was waited for; one that failed has no latency and counts against success.
 * Where nothing answered, or latencies of fewer than half are known, there is nothing to hold on to.
 */
export function summaryOf(outcomes: readonly Outcome[], stat: Stat): Summary {
  const answered = outcomes.filter(({ kind }) => kind === 'answered').length;
  const latencies = outcomes.flatMap((one) => ('ms' in one ? [one.ms] : [])).sort((a, b) => a - b);
  const samples = outcomes.length;
  const isReached = answered > 0 || outcomes.some((one) => one.kind === 'failed' && one.why.startsWith('HTTP '));
  if (!isReached || (answered === 0 && stat !== 'success')) return { why: whyNone(outcomes) };
  if (stat !== 'success' && latencies.length * 2 < samples)
    return { why: `only ${answered} of ${samples} requests were answered well: ${whyNone(outcomes)}` };
  const successPercent = (100 * answered) / samples;
  const stats = {
    p95: percentile(latencies, 0.95),
    p50: percentile(latencies, 0.5),
    average: latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length,
    success: successPercent,
  };
  const { p50, average } = stats;
  const known = latencies.length > 0 ? { p50: rounded(p50), average: rounded(average) } : {};
  return { value: rounded(stats[stat]), beside: { ...known, successPercent: rounded(successPercent), samples } };
}

/** The nearest rank. @param ascending milliseconds */
function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? Number.NaN;
}

/** Microseconds are noise. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** By the first of the kind that most are of. */
function whyNone(outcomes: readonly Outcome[]): string {
  const hung = outcomes.filter(({ kind }) => kind === 'hung');
  const [redirect] = outcomes.filter(({ kind }) => kind === 'redirected');
  const [failure] = outcomes.filter(({ kind }) => kind === 'failed');
  const of = `of ${outcomes.length} requests`;
  if (redirect !== undefined && 'why' in redirect)
    return `it redirects (${cleanText(redirect.why, 200)}), which is not followed: state the URL that answers itself`;
  if (failure !== undefined && 'why' in failure)
    return `${outcomes.filter(({ kind }) => kind === 'failed').length} ${of} failed (${cleanText(failure.why, 200)})`;
  const [{ ms } = { ms: 0 }] = hung.flatMap((one) => ('ms' in one ? [one] : []));
  return `${hung.length} ${of} had no answer within ${ms / 1000} s`;
}
