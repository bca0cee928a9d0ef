// A share per caller: what one takes, no other lacks; who waits as long as he is told is let in.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALLS_AT_ONCE, CALLS_PER_SECOND, makeCallerShare } from '../../../lib/app/api/caller-share.ts';

describe('a share', () => {
  it('is some calls at once, then a few a second', () => {
    let now = 0;
    const share = makeCallerShare(() => now);
    const takes = () => Array.from({ length: 100 }, () => share('a')).filter((wait) => wait === null).length;
    expect(takes()).toBe(CALLS_AT_ONCE);
    expect(share('a')).toBe(1);
    now += 1000;
    expect(takes()).toBe(CALLS_PER_SECOND);
    now += 3_600_000;
    expect(takes()).toBe(CALLS_AT_ONCE);
  });

  it('of one is nothing to another', () => {
    const share = makeCallerShare(() => 0);
    for (let i = 0; i < 1000; i++) share('a');
    expect(share('b')).toBeNull();
  });

  it('is there again when it was said to be, whenever anybody called, also where the clock was set back', () => {
    const steps = fc.array(fc.integer({ min: -5000, max: 5000 }), { maxLength: 100 });
    fc.assert(
      fc.property(steps, (all) => {
        let now = 1e12;
        const share = makeCallerShare(() => now);
        for (const step of all) {
          now += step;
          const wait = share('a');
          if (wait === null) continue;
          now += wait * 1000;
          expect(share('a')).toBeNull();
        }
      }),
    );
  });
});
