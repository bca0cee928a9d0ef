// The best HPA in hindsight: the search finds what replaying every whole percent would find.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunScore } from '../../../lib/app/backtest/frontier.ts';
import { type HpaSetting, tuneHpa } from '../../../lib/app/backtest/tune-hpa.ts';

const score = (violationPct: number, cost: number): RunScore => ({
  policy: 'hpa',
  violationPct,
  cost,
  changesPerHour: 1,
});
const plain = ({ behaviour }: HpaSetting) => Object.keys(behaviour).length === 0;

describe('a target', () => {
  it('law: is the highest whole percent from 14 to 97 that keeps the SLO, in a few dozen replays', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 110 }), (edge) => {
        const { best, keeps, runs } = tuneHpa(
          ({ targetPercent }) => score(targetPercent <= edge ? 0.4 : 0.6, 100 / targetPercent),
          99.5,
        );
        expect(keeps).toBe(edge >= 14);
        if (keeps) expect(best).toMatchObject({ targetPercent: Math.min(97, edge), behaviour: {} });
        else expect(best.score.violationPct).toBe(0.6);
        expect(runs).toBeLessThan(40);
      }),
    );
  });

  it('where none keeps the SLO is the least short', () => {
    const { best, keeps } = tuneHpa(({ targetPercent }) => score(targetPercent / 10, 100 / targetPercent), 99.5);
    expect(keeps).toBe(false);
    expect(best.targetPercent).toBe(14);
  });
});

describe('a behaviour', () => {
  const withTolerance = (saving: number) => (setting: HpaSetting) => {
    const early = setting.behaviour.up?.tolerance !== undefined;
    const edge = early ? 70 : 60;
    return score(setting.targetPercent <= edge ? 0.1 : 9, early ? 1 - saving : plain(setting) ? 1 : 1.1);
  };

  it('is taken where it is three percent cheaper, at its own best target', () => {
    expect(tuneHpa(withTolerance(0.05), 99.5).best).toMatchObject({
      targetPercent: 70,
      behaviour: { up: { tolerance: 0.02 } },
    });
    expect(tuneHpa(withTolerance(0.01), 99.5).best.behaviour).toEqual({});
  });

  it('is taken where the defaults keep the SLO at no target', () => {
    const { best, keeps } = tuneHpa((setting) => score(setting.behaviour.up?.paces === undefined ? 2 : 0.2, 1), 99.5);
    expect(keeps).toBe(true);
    expect(best.behaviour.up?.paces).toHaveLength(2);
  });
});
