// How long a new replica takes: what is believed of the pods, and how slowly a long start-up is forgotten.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { rememberedStartup, startupOf } from '../../../lib/domain/workload/startup-time.ts';

describe('the start-up of a workload', () => {
  test.each<[string, readonly number[], number | null]>([
    ['is the median of its pods', [30, 500, 40], 40],
    ['lies between two', [30, 40], 35],
    ['may be nothing', [0], 0],
    ['is unknown without pods', [], null],
    ['leaves out what came before birth', [-1, 50], 50],
    ['leaves out more than a quarter of an hour', [901, 60], 60],
    ['takes a quarter of an hour', [900], 900],
    ['leaves out pods that cannot tell', [Number.NaN, 20, Number.POSITIVE_INFINITY], 20],
    ['is unknown where no pod can be believed', [Number.NaN, -5, 86_400], null],
  ])('%s', (_what, perPod, seconds) => {
    expect(startupOf(perPod)).toBe(seconds);
  });
});

describe('what is remembered', () => {
  test.each<[string, number | null, number | null, number | null]>([
    ['nothing, of nothing', null, null, null],
    ['the first that is measured', 40, null, 40],
    ['the last, while nothing is measured', null, 40, 40],
    ['a rise, at once', 200, 40, 200],
    ['of a fall, a tenth', 40, 200, 180],
    ['a small fall, at once', 190, 200, 190],
  ])('is %s', (_what, measured, before, kept) => {
    expect(rememberedStartup(measured, before)).toBe(kept);
  });

  it('law: is never shorter than what is measured now, nor longer than what ever was', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 900 })), { maxLength: 20 }), (measured) => {
        let kept: number | null = null;
        for (const [i, now] of measured.entries()) {
          kept = rememberedStartup(now, kept);
          const seen = measured.slice(0, i + 1).filter((seconds) => seconds !== null);
          if (seen.length === 0) expect(kept).toBeNull();
          else {
            expect(kept).toBeGreaterThanOrEqual(now ?? 0);
            expect(kept).toBeLessThanOrEqual(Math.max(...seen));
          }
        }
      }),
    );
  });
});
