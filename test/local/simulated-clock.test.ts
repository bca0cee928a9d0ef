// The clock of `npm start`: fast between ticks, never past what has been ticked, never back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSimulatedClock } from '../../local/simulated-clock.ts';
import { runTickLoop } from '../../local/tick-loop.ts';

const START = Date.parse('2026-03-04T12:00:00Z');
const MINUTE = 60_000;
const FOR_EVER = new AbortController().signal;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A clock whose time of ours the test moves. */
function clockAt(speed: number) {
  let ours = 0;
  const clock = makeSimulatedClock(START, speed, () => ours);
  const pass = (ms: number): void => {
    ours += ms;
  };
  return { clock, pass };
}

describe('a simulated clock', () => {
  it('stands still until somebody waits for more of it', () => {
    const { clock, pass } = clockAt(600);
    pass(5000);
    expect(clock.now()).toBe(START);
  });

  it('runs at the speed that was asked for, and stands at the next tick until that has begun', async () => {
    const { clock, pass } = clockAt(600);
    const waiting = clock.until(START + MINUTE, FOR_EVER);
    pass(50);
    expect(clock.now()).toBe(START + 30_000);
    pass(3_600_000);
    expect(clock.now()).toBe(START + MINUTE);
    await waiting;
    expect(clock.now()).toBe(START + MINUTE);
  });

  it('goes at our own pace while somebody works by it, and catches up no more than a minute', async () => {
    const { clock, pass } = clockAt(600);
    await clock.whileWorking(async () => {
      pass(10_000);
      expect(clock.now()).toBe(START + 10_000);
    });
    const stop = new AbortController();
    clock.until(START + 60 * MINUTE, stop.signal).catch(() => undefined);
    expect(clock.now()).toBe(START + 10_000 + MINUTE);
    pass(100);
    expect(clock.now()).toBe(START + 10_000 + 2 * MINUTE);
    stop.abort();
  });

  it('goes on at our pace until the last of several is done, and after one that fails', async () => {
    const { clock, pass } = clockAt(600);
    const long = Promise.withResolvers<void>();
    const both = [
      clock.whileWorking(() => long.promise),
      clock.whileWorking(() => Promise.reject(new Error('away'))).catch(() => undefined),
    ];
    await both[1];
    pass(1000);
    expect(clock.now()).toBe(START + 1000);
    long.resolve();
    await Promise.all(both);
    const waiting = clock.until(START + 2 * MINUTE, FOR_EVER);
    pass(1000);
    expect(clock.now()).toBe(START + 2 * MINUTE);
    await waiting;
  });

  it('says how fast it really went', async () => {
    const { clock, pass } = clockAt(600);
    for (let tick = 1; tick <= 10; tick++) {
      await clock.whileWorking(async () => pass(200));
      const waiting = clock.until(START + tick * MINUTE, FOR_EVER);
      pass(1);
      await waiting;
    }
    expect(clock.pace()).toBeGreaterThan(250);
    expect(clock.pace()).toBeLessThan(310);
  });

  it('never goes back, never passes what was waited for but by work, never beats the speed for long', async () => {
    const step = fc.record({ kind: fc.constantFrom('work', 'wait', 'idle'), ours: fc.integer({ min: 0, max: 5000 }) });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3600 }), fc.array(step, { maxLength: 30 }), async (speed, steps) => {
        const { clock, pass } = clockAt(speed);
        let [last, limit, passed, worked] = [START, START, 0, 0];
        const look = () => {
          const now = clock.now();
          expect(now).toBeGreaterThanOrEqual(last);
          expect(now).toBeLessThanOrEqual(limit + worked + 1);
          expect(now - START).toBeLessThanOrEqual(passed * speed + MINUTE + 1);
          last = now;
        };
        const stop = new AbortController();
        for (const { kind, ours } of steps) {
          const moved = async () => {
            pass(ours / 2);
            passed += ours / 2;
            if (kind === 'work') worked += ours / 2;
            look();
          };
          if (kind === 'wait') {
            limit = Math.max(limit, clock.now() + ours * 10);
            clock.until(limit, stop.signal).catch(() => undefined);
          }
          await (kind === 'work' ? clock.whileWorking(moved) : moved());
          look();
        }
        stop.abort();
      }),
    );
  });
});

describe('the loop of ticks', () => {
  it('gives a slow tick at a high speed no late time: the next begins when it is over, a minute later', async () => {
    const clock = makeSimulatedClock(START, 3600);
    const stop = new AbortController();
    const seen: { at: number; behind: number }[] = [];
    const handler = async ({ scheduled_at }: { scheduled_at: string }) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      seen.push({ at: Date.parse(scheduled_at), behind: clock.now() - Date.parse(scheduled_at) });
      if (seen.length === 4) stop.abort();
    };
    await runTickLoop({ clock, cluster: 'demo', tickSeconds: 60, handler, log }, stop.signal);
    expect(seen.map(({ at }) => (at - START) / MINUTE)).toEqual([0, 1, 2, 3]);
    for (const { behind } of seen) expect(behind).toBeLessThan(30_000);
  });
});
