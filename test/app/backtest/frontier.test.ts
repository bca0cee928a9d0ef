import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  costAt,
  efficient,
  hpaTargetPercent,
  keepsSlo,
  type RunScore,
  standing,
} from '../../../lib/app/backtest/frontier.ts';

function run(policy: string, violationPct: number, cost: number | null, changesPerHour = 2): RunScore {
  return { policy, violationPct, cost, changesPerHour };
}

/** From safe to cheap; 60 % is beaten by 70 % on both counts. */
const PEERS: readonly RunScore[] = [
  run('limit', 0, 1),
  run('hpa:0.5', 0.1, 1.8),
  run('hpa:0.6', 0.3, 1.7),
  run('hpa:0.7', 0.2, 1.5),
  run('hpa:0.8', 0.8, 1.3),
  run('hpa:0.9', 9, 1.1),
];
const of = (score: RunScore, peers = PEERS) => standing(score, peers, 99.5);

describe('the HPA that is short just as often', () => {
  it.each([
    ['as a target is', 0.2, 1.5],
    ['as the safest target is', 0.1, 1.8],
    ['as the cheapest target is', 9, 1.1],
  ])('%s costs what that target does', (_case, violationPct, cost) => {
    expect(of(run('ours', violationPct, 1.2)).hpa).toEqual({ basis: 'same_violation', cost, violationPct });
  });

  it('lies between its neighbours, on a line in the logarithm of the violation', () => {
    // Half-way between 0.2 and 0.8, both 0.01 further: the square root of 0.21 × 0.81, less 0.01.
    const middle = Math.sqrt(0.21 * 0.81) - 0.01;
    const { hpa } = of(run('ours', middle, 1.2));
    expect(hpa).toMatchObject({ basis: 'same_violation' });
    expect(hpa.basis === 'same_violation' && hpa.cost).toBeCloseTo(1.4, 10);
  });

  it('is never a target that another beats on both counts', () => {
    expect(
      efficient(PEERS.slice(1).map((peer) => ({ ...peer, cost: peer.cost ?? 0 }))).map(({ policy }) => policy),
    ).toEqual(['hpa:0.5', 'hpa:0.7', 'hpa:0.8', 'hpa:0.9']);
    // 60 % costs 1.7 at 0.3 %, though 70 % costs 1.5 at 0.2 %.
    const { hpa } = of(run('ours', 0.3, 1.2));
    expect(hpa.basis === 'same_violation' && hpa.cost).toBeLessThan(1.5);
  });

  it('where every target is short more often, is one that spends the budget of 0.5 %', () => {
    const { hpa, gapClosed } = of(run('ours', 0, 1.2));
    expect(hpa).toMatchObject({ basis: 'slo_budget', violationPct: 0.5, because: 'every_target_violates_more' });
    expect(gapClosed).toBeGreaterThan(0);
  });

  it('where every target is short less often, is one that spends the budget of 0.5 %', () => {
    expect(of(run('ours', 20, 1.2)).hpa).toMatchObject({ basis: 'slo_budget', because: 'every_target_violates_less' });
  });

  it('is none where no target comes to 0.5 % either', () => {
    const peers = [run('limit', 0, 1), run('hpa:0.4', 0.8, 2.2), run('hpa:0.7', 1, 1.4)];
    const result = of(run('ours', 0.4, 1.9), peers);
    expect(result.hpa).toEqual({ basis: 'none', because: 'every_target_violates_more' });
    expect([result.gapClosed, result.againstHpa, result.againstCheapest]).toEqual([null, null, null]);
    expect(result.againstLimit).toBe(1.9);
  });

  it('is none where nothing was ever needed', () => {
    expect(of(run('ours', 0, null), [run('hpa:0.7', 0, null)])).toEqual({
      hpa: { basis: 'none', because: 'no_costs' },
      gapClosed: null,
      againstHpa: null,
      againstCheapest: null,
      againstLimit: null,
      worseThanHpa70: false,
      changesRatio: 1,
    });
  });
});

describe('the gap closed', () => {
  it.each([
    ['the clairvoyant', 1, 1],
    ['half-way', 1.25, 0.5],
    ['that HPA', 1.5, 0],
    ['dearer than it', 2, -1],
  ])('at the cost of %s', (_case, cost, expected) => {
    expect(of(run('ours', 0.2, cost)).gapClosed).toBeCloseTo(expected, 12);
  });

  it('is unknown where that HPA costs no more than the clairvoyant, or there is none', () => {
    const cheap = [run('limit', 0, 1.2), run('hpa:0.7', 0.2, 1.2)];
    expect(of(run('ours', 0.2, 1.1), cheap).gapClosed).toBeNull();
    expect(of(run('ours', 0.2, 1.1), cheap.slice(1)).gapClosed).toBeNull();
  });
});

describe('against HPA at a fixed target', () => {
  it('the cheapest that keeps the SLO in hindsight', () => {
    expect(of(run('ours', 0.4, 1.2)).againstCheapest).toMatchObject({ targetPercent: 70, ratio: 1.2 / 1.5 });
  });

  it.each([
    ['more violation and more cost', 0.3, 1.6, true],
    ['more violation alone', 0.3, 1.5, false],
    ['more cost alone', 0.2, 1.6, false],
    ['less of both', 0.1, 1.4, false],
  ])('worse than HPA at 70 %%: %s', (_case, violationPct, cost, worse) => {
    expect(of(run('ours', violationPct, cost)).worseThanHpa70).toBe(worse);
  });

  it('changes per hour are a multiple of those at 70 %, however that target is written', () => {
    const peers = PEERS.map((peer) => (peer.policy === 'hpa:0.7' ? { ...peer, policy: 'hpa:0.70' } : peer));
    expect(of(run('ours', 0.2, 1.2, 5), peers).changesRatio).toBe(2.5);
    expect(of(run('ours', 0.2, 1.2, 5), [run('hpa:0.7', 0.2, 1.5, 0)]).changesRatio).toBeNull();
  });

  it('a budget spent to the last digit is kept', () => {
    expect([0.5, 0.500001].map((violationPct) => keepsSlo({ violationPct }, 99.5))).toEqual([true, false]);
  });

  it('the target is in the name', () => {
    expect(['hpa:0.55', 'hpa:1', 'ours', 'ours+hpa:0.7', 'limit'].map(hpaTargetPercent)).toEqual([
      55,
      100,
      null,
      null,
      null,
    ]);
  });
});

describe('the line through the efficient targets', () => {
  const point = fc.record({
    violationPct: fc.double({ min: 0, max: 100, noNaN: true }),
    cost: fc.double({ min: 0.5, max: 4, noNaN: true }),
  });
  const points = fc.array(point, { minLength: 1, maxLength: 12 });

  it('no efficient target is beaten by any other', () => {
    fc.assert(
      fc.property(points, (all) => {
        for (const kept of efficient(all))
          expect(all.some((other) => other.violationPct <= kept.violationPct && other.cost < kept.cost)).toBe(false);
      }),
    );
  });

  it('costs never more for being short more often, and never more or less than the targets around it', () => {
    fc.assert(
      fc.property(points, fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 5 }), (all, at) => {
        const front = efficient(all);
        const costs = at.toSorted((a, b) => a - b).flatMap((violationPct) => costAt(front, violationPct) ?? []);
        for (const [i, cost] of costs.entries()) {
          expect(cost).toBeLessThanOrEqual((costs[i - 1] ?? Number.POSITIVE_INFINITY) + 1e-9);
          expect(cost).toBeLessThanOrEqual((front[0]?.cost ?? 0) + 1e-9);
          expect(cost).toBeGreaterThanOrEqual((front.at(-1)?.cost ?? 0) - 1e-9);
        }
      }),
    );
  });
});
