// What readings forbid: each signal, on both sides of its target, by what memory is known to be.

import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../../lib/domain/assessment/assessment.ts';
import type { Forecast } from '../../../lib/domain/forecast/forecast.ts';
import { direction } from '../../../lib/domain/guardrails/checks/direction.ts';
import { envelope } from '../../../lib/domain/guardrails/checks/envelope.ts';
import type { Constraint } from '../../../lib/domain/guardrails/constraint.ts';
import type { MemoryKind } from '../../../lib/domain/sizing/memory-nature.ts';
import { assessment, NO_HISTORY, NOW, observation, policy } from '../../make/workloads.ts';
import { sampleForecast } from '../../stand-ins/sample-assessment.ts';

interface Readings {
  readonly cpu?: number;
  readonly memory?: number;
  readonly kind?: MemoryKind;
  readonly off?: boolean;
  readonly change?: Partial<Assessment>;
}

/** Ten replicas at these percents of their requests; CPU aims at 70, memory at 80. */
function about({ cpu = 50, memory = 40, kind = 'unknown', off = false, change = {} }: Readings): Assessment {
  const with_ = policy(off ? { memoryOff: true } : {});
  const of = assessment(observation({ cpuPercent: cpu, memoryPercent: memory }), { policy: with_ });
  return { ...of, forecasts: {}, unusable: {}, memoryKind: kind, utilisation: { cpu, memory }, ...change };
}

const directions = (readings: Readings) =>
  ([direction, envelope].find(({ name }) => name === 'direction')?.check(about(readings), NO_HISTORY) ??
    []) as readonly Constraint[];
const codes = (readings: Readings) => directions(readings).map(({ code }) => code);
const NO_DOWN = ['down_while_over_target'];
const NO_UP = ['up_while_under_target'];

describe('the direction', () => {
  it.each<Readings & { readonly name: string; readonly forbids: readonly string[] }>([
    { name: 'CPU over its target forbids scaling in', cpu: 70.1, forbids: NO_DOWN },
    { name: 'CPU at its target forbids scaling out, no more', cpu: 70, forbids: NO_UP },
    {
      name: 'memory that follows load and is over its target forbids scaling in',
      memory: 80.1,
      kind: 'follows_load',
      forbids: NO_DOWN,
    },
    {
      name: 'memory that follows load and is at its target does not',
      memory: 80,
      kind: 'follows_load',
      forbids: NO_UP,
    },
    {
      name: 'memory held at rest is no load: over its target it forbids nothing but growing for it',
      memory: 95,
      kind: 'at_rest',
      forbids: NO_UP,
    },
    {
      name: 'memory of which nothing is known may be load: over its target it forbids neither',
      memory: 95,
      kind: 'unknown',
      forbids: [],
    },
    { name: 'memory that is switched off counts for nothing', memory: 95, kind: 'unknown', off: true, forbids: NO_UP },
    {
      name: 'a signal that cannot be seen is not under its target',
      change: { unusable: { memory: 'stale' } },
      forbids: [],
    },
    { name: 'a signal without a reading is over nothing', change: { utilisation: { cpu: 50 } }, forbids: NO_UP },
  ])('$name', ({ forbids, name: _name, ...readings }) => {
    expect(codes(readings)).toEqual(forbids);
  });

  const rising = (p90: number, minutes: number, current = 2.5): Forecast => {
    const point = (ahead: number, value: number) => ({
      at: NOW + ahead * 60_000,
      p5: 0,
      p50: 0,
      p90: value,
      p95: 0,
      p99: 0,
    });
    return sampleForecast('cpu', current, { points: [point(5, current), point(minutes, p90)] });
  };

  it('looks an hour ahead, at the 90 % quantile: what may rise over its target may be grown for', () => {
    // At 50 % now, the target of 70 % is passed at 1.4 times the present demand.
    const forecasts = (p90: number, minutes: number) => codes({ change: { forecasts: { cpu: rising(p90, minutes) } } });
    expect([forecasts(3.51, 60), forecasts(3.49, 60), forecasts(9, 65)]).toEqual([[], NO_UP, NO_UP]);
    expect(codes({ change: { forecasts: { cpu: rising(9, 10, 0) } } })).toEqual(NO_UP);
  });

  it('keeps the present count, for advice and for rules; growing is forbidden to advice alone', () => {
    expect(directions({ cpu: 90 })).toMatchObject([{ rank: 'evidence', low: 10, keeps: true, vetoes: true }]);
    expect(directions({ cpu: 90 })[0]).not.toHaveProperty('only');
    expect(directions({ cpu: 30 })).toMatchObject([{ rank: 'evidence', high: 10, vetoes: true, only: 'llm' }]);
  });

  it('forbids no growth to what is needed now', () => {
    const of = about({ cpu: 30 });
    const envelope = { ...of.envelope, needed: 14 };
    expect(directions({ cpu: 30, change: { envelope } })).toMatchObject([{ high: 14 }]);
  });

  it('says which signal it is, and how far over', () => {
    expect(directions({ cpu: 90.04 })[0]?.message(3)).toBe(
      'cpu is at 90 % of requests, over its target of 70 %: scaling down would harm',
    );
    expect(directions({ memory: 85.06, kind: 'follows_load' })[0]?.message(3)).toMatch(
      /^memory is at 85.1 % of requests, over its target of 80 %/,
    );
  });
});

describe('the envelope', () => {
  const ends = (needed: number, justified: number) => {
    const of = about({});
    const check = [direction, envelope].find(({ name }) => name === 'envelope')?.check;
    return check?.({ ...of, envelope: { ...of.envelope, needed, justified, reason: 'why' } }, NO_HISTORY) ?? [];
  };

  it('leaves no fewer than are needed as evidence, and no more than are justified as what gives in to every hold', () => {
    expect(ends(4, 9)).toMatchObject([
      { rank: 'evidence', code: 'below_envelope', low: 4 },
      { rank: 'hold', code: 'above_envelope', high: 9 },
    ]);
  });

  it('is never turned inside out: what is needed is justified', () => {
    expect(ends(9, 4)).toMatchObject([{ low: 9 }, { high: 9 }]);
    expect(ends(9, 4).map(({ message }) => message(1))).toEqual([
      '1 is under the floor 9: why',
      '1 is over the ceiling 9: why',
    ]);
  });
});
