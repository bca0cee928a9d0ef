// The requests that are under way, and what they amount to: every gauge is added up from those that are there, so none can drift.
import type { ComplexityLevel } from '../domain/complexity/scaling-policy.ts';
import { makeExpectedOutput } from './expected-output.ts';
import { makeThroughput } from './throughput.ts';

/** How a request ended: `rejected` is an answer of 4xx, `error` one of 5xx, none at all, or one that broke off. */
export type Status = 'ok' | 'error' | 'cancelled' | 'rejected';

/** What is known of a request once its body was read. */
export interface Scored {
  /** Of the closed set. */
  readonly model: string;
  readonly score: number;
  readonly level: ComplexityLevel;
  /** Points. */
  readonly work: number;
  readonly promptTokens: number;
  /** Of the answer, at most; null: no limit. */
  readonly maxTokens: number | null;
  /** As learned from such prompts; null where nothing was. */
  readonly expectedTokens: number | null;
}

export interface Flight {
  readonly startedAt: number;
  scored: Scored | null;
  expectedTokens: number;
  seenTokens: number;
  hasAnswered: boolean;
}

interface ToldTokens {
  readonly promptTokens: number | null;
  readonly outputTokens: number | null;
}

export interface Totals {
  readonly active: number;
  readonly waiting: number;
  readonly tokens: number;
  readonly work: number;
  /** Null until the throughput is known. */
  readonly queueSeconds: number | null;
}

/** Times are seconds of one steady clock. What is told of a flight that has landed changes nothing. */
export interface Ledger {
  open(now: number): Flight;
  scored(flight: Flight, scored: Scored): void;
  /** A piece of the answer came, with so many tokens for all one can see. */
  answered(flight: Flight, tokens: number, now: number): void;
  /**
   * @param told tokens as the server counted them, null where it did not
   * @param isComplete what it told is of a whole answer
   * @returns false where it had landed before
   */
  land(flight: Flight, told: ToldTokens, isComplete: boolean, now: number): boolean;
  totals(now: number): Totals;
}

export function makeLedger(): Ledger {
  const flights = new Set<Flight>();
  const throughput = makeThroughput();
  const expected = makeExpectedOutput();
  const advance = (now: number): void => throughput.advance(now, flights.size > 0);
  return {
    open(now) {
      advance(now);
      const flight: Flight = { startedAt: now, scored: null, expectedTokens: 0, seenTokens: 0, hasAnswered: false };
      flights.add(flight);
      return flight;
    },
    scored(flight, scored) {
      const { model, maxTokens, expectedTokens } = scored;
      flight.scored = scored;
      flight.expectedTokens = Math.min(expectedTokens ?? expected.of(model), maxTokens ?? Number.POSITIVE_INFINITY);
    },
    answered(flight, tokens, now) {
      if (!flights.has(flight)) return;
      advance(now);
      // The prompt is work as well, and is done when the answer begins.
      throughput.worked(tokens + (flight.hasAnswered ? 0 : (flight.scored?.promptTokens ?? 0)));
      flight.hasAnswered = true;
      flight.seenTokens += tokens;
    },
    land(flight, { promptTokens, outputTokens }, isComplete, now) {
      if (!flights.has(flight)) return false;
      advance(now);
      flights.delete(flight);
      if (outputTokens !== null) throughput.worked(outputTokens - flight.seenTokens);
      if (promptTokens !== null && flight.hasAnswered)
        throughput.worked(promptTokens - (flight.scored?.promptTokens ?? 0));
      if (!isComplete || (outputTokens === null && promptTokens === null)) return true;
      throughput.finished();
      if (outputTokens !== null && flight.scored !== null) expected.observed(flight.scored.model, outputTokens);
      return true;
    },
    totals(now) {
      advance(now);
      const all = [...flights];
      const sum = (of: (flight: Flight) => number) => all.reduce((total, flight) => total + of(flight), 0);
      const tokens = sum(tokensLeft);
      const rate = throughput.tokensPerSecond();
      return {
        active: all.length,
        waiting: all.filter(({ hasAnswered }) => !hasAnswered).length,
        tokens,
        work: sum(({ scored }) => scored?.work ?? 0),
        queueSeconds: rate === null ? null : tokens / rate,
      };
    },
  };
}

/** What the server has still to do for it, as far as anybody can tell. */
function tokensLeft({ scored, expectedTokens, seenTokens, hasAnswered }: Flight): number {
  if (scored === null) return 0;
  return Math.max(0, expectedTokens - seenTokens) + (hasAnswered ? 0 : scored.promptTokens);
}
