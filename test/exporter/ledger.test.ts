// Whatever order things are told in, and however often, what is in flight comes back to exactly nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Flight, type Ledger, makeLedger, type Scored } from '../../lib/exporter/ledger.ts';

const scored = (more: Partial<Scored> = {}): Scored => ({
  model: 'm',
  score: 40,
  level: 'low',
  work: 80,
  promptTokens: 10,
  maxTokens: null,
  expectedTokens: 100,
  ...more,
});
const told = (outputTokens: number | null = null, promptTokens: number | null = null) => ({
  outputTokens,
  promptTokens,
});

describe('the ledger', () => {
  it('adds up what is under way', () => {
    const ledger = makeLedger();
    const first = ledger.open(0);
    const second = ledger.open(0);
    ledger.scored(first, scored());
    ledger.scored(second, scored({ work: 20, maxTokens: 30 }));
    expect(ledger.totals(1)).toEqual({ active: 2, waiting: 2, tokens: 150, work: 100, queueSeconds: null });
    ledger.answered(first, 4, 2);
    expect(ledger.totals(2)).toMatchObject({ waiting: 1, tokens: 96 + 40 });
    ledger.answered(first, 500, 3);
    expect(ledger.totals(3)).toMatchObject({ tokens: 40 });
  });

  it('tells seconds of queue from tokens per second while busy, once an answer is complete', () => {
    const ledger = makeLedger();
    const first = ledger.open(100);
    ledger.scored(first, scored());
    ledger.answered(first, 0, 101);
    ledger.land(first, told(100, 10), true, 102);
    // 110 tokens in two seconds; an hour of nothing to do changes nothing.
    const second = ledger.open(3700);
    ledger.scored(second, scored({ expectedTokens: 540 }));
    expect(ledger.totals(3700).queueSeconds).toBeCloseTo(10, 0);
  });

  it('says a queue is longer the longer a server hangs', () => {
    const ledger = makeLedger();
    const done = ledger.open(0);
    ledger.scored(done, scored());
    ledger.land(done, told(100), true, 1);
    const stuck = ledger.open(1);
    ledger.scored(stuck, scored());
    const seconds = [10, 60, 600].map((at) => ledger.totals(at).queueSeconds ?? 0);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    expect(seconds[2]).toBeGreaterThan(100);
  });

  it('learns how long answers are, and never from one that broke off', () => {
    const ledger = makeLedger();
    const land = (tokens: number, isComplete: boolean) => {
      const flight = ledger.open(0);
      ledger.scored(flight, scored());
      ledger.land(flight, told(tokens), isComplete, 1);
    };
    for (let i = 0; i < 10; i++) land(1000, true);
    land(3, false);
    const next = ledger.open(2);
    ledger.scored(next, scored({ expectedTokens: null }));
    expect(ledger.totals(2).tokens).toBe(1010);
  });

  it('comes back to exactly nothing, after any interleaving and with everything told twice', () => {
    fc.assert(
      fc.property(fc.array(STEP, { maxLength: 200 }), (steps) => {
        const ledger = makeLedger();
        const flights = new Map<number, Flight>();
        const landed = new Set<number>();
        const now = steps.reduce((at, step) => {
          const next = at + step.number / 1e8;
          tell(ledger, flights, landed, step, next);
          expectSound(ledger, flights.size - landed.size, next);
          return next;
        }, 0);
        for (const flight of flights.values()) ledger.land(flight, told(1), true, now);
        expect(ledger.totals(now)).toMatchObject({ active: 0, waiting: 0, tokens: 0, work: 0 });
      }),
    );
  });
});

const STEP = fc.record({
  id: fc.nat(20),
  tells: fc.constantFrom('open', 'scored', 'answered', 'land'),
  number: fc.double({ min: 0, max: 1e9, noNaN: true }),
  isComplete: fc.boolean(),
});
type Step = typeof STEP extends fc.Arbitrary<infer S> ? S : never;

function tell(
  ledger: Ledger,
  flights: Map<number, Flight>,
  landed: Set<number>,
  { id, tells, number, isComplete }: Step,
  now: number,
): void {
  const flight = flights.get(id);
  if (flight === undefined) {
    if (tells === 'open') flights.set(id, ledger.open(now));
  } else if (tells === 'scored') ledger.scored(flight, scored({ work: number / 3, promptTokens: number }));
  else if (tells === 'answered') ledger.answered(flight, number, now);
  else if (tells === 'land') {
    expect(ledger.land(flight, told(number), isComplete, now)).toBe(!landed.has(id));
    landed.add(id);
  }
}

function expectSound(ledger: Ledger, active: number, now: number): void {
  const totals = ledger.totals(now);
  expect(totals.active).toBe(active);
  expect(totals.waiting).toBeLessThanOrEqual(active);
  expect(totals.tokens).toBeGreaterThanOrEqual(0);
  expect(totals.queueSeconds ?? 0).toBeGreaterThanOrEqual(0);
}
