// Columns that hold a level (a latency, an error rate) beside the demand: told by their names, read as windows of their own.
import { SIGNAL_NAME, type SignalDefinition, type SignalName } from '../../lib/domain/workload/signal.ts';
import { quote, TraceRefusal } from './refusal.ts';
import type { Trace } from './trace.ts';

export interface TraceLevel {
  /** As the signal is called: `latency-p95`. */
  readonly name: SignalName;
  /** As the file calls it. */
  readonly column: string;
  readonly definition: SignalDefinition;
  /** Each value is that of the window that begins at its time. */
  readonly trace: Trace;
}

const LATENCIES = /latency|latencies|duration|responsetime|response_time|elapsed/;
const ERRORS = /errors?|failures?|5xx/;
const QUANTILE = /(^|[^a-z])p\d{2,3}($|[^\d])/;
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/(^|[^a-z])(ms|millis|milliseconds)($|[^a-z])/, 'ms'],
  [/(^|[^a-z])(us|micros|microseconds)($|[^a-z])/, 'us'],
  [/(^|[^a-z])(s|sec|secs|seconds)($|[^a-z])/, 's'],
  [/(^|[^a-z])(pct|percent)($|[^a-z])|%/, '%'],
];

export function isLevelName(name: string): boolean {
  const low = name.toLowerCase();
  return LATENCIES.test(low) || QUANTILE.test(low) || ERRORS.test(low);
}

/**
 * The level that a column's name says it is. Where the name says no unit, a latency is in ms and errors are in %.
 * @throws TraceRefusal where no signal can be called so
 */
export function levelOf(column: string): Omit<TraceLevel, 'trace'> {
  const low = column.toLowerCase();
  const name = low
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 30);
  if (!SIGNAL_NAME.test(name) || name === 'cpu' || name === 'memory')
    throw new TraceRefusal('no_such_column', `${quote(column)} cannot be a level's name: expected such as latency_p95`);
  const stated = UNITS.find(([words]) => words.test(low))?.[1];
  const unit = stated ?? (LATENCIES.test(low) || QUANTILE.test(low) ? 'ms' : ERRORS.test(low) ? '%' : '');
  return { name, column, definition: { kind: 'level', unit } };
}
