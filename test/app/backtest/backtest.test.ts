import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { peakForecast } from '../../../lib/app/backtest/a14k8s-policy.ts';
import { type BacktestInput, type BacktestTick, runBacktest } from '../../../lib/app/backtest/backtest.ts';
import { isPolicyName, makePolicy } from '../../../lib/app/backtest/policies.ts';
import type { BacktestPolicy, BacktestView, PolicySettings } from '../../../lib/app/backtest/policy.ts';
import { Samples } from '../../../lib/app/backtest/samples.ts';
import { defaultCapacity, neededReplicas, scoredFromSeconds } from '../../../lib/app/backtest/score.ts';
import { naiveHpa, naiveLimit } from '../../stand-ins/naive-backtest.ts';

const START = Date.UTC(2026, 0, 5);
const DAY = 86_400;

/** Ten units of demand are one replica at 100 % of its request. */
function input(demand: readonly number[] | Float64Array, change: Partial<BacktestInput> = {}): BacktestInput {
  return {
    demand: Float64Array.from(demand),
    intervalSeconds: 60,
    startsAt: START,
    capacity: 10,
    startupSeconds: 30,
    tickSeconds: 60,
    min: 1,
    max: 200,
    scoredFrom: START,
    ...change,
  };
}

/** Answers with what is written down for each minute. */
function scripted(replicas: readonly number[], everySeconds = 60): BacktestPolicy {
  const decide = ({ seconds }: BacktestView) => replicas[Math.floor(seconds / everySeconds)] ?? 1;
  return { name: 'scripted', everySeconds, source: 'script', decide };
}

function policyOf(name: string, of: BacktestInput, change: Partial<PolicySettings> = {}): BacktestPolicy {
  const policy = makePolicy(name, { ...of, sloPercent: 99.5, ...change }, of);
  if (policy === null) throw new Error(name);
  return policy;
}

function ticksOf(of: BacktestInput, policy: BacktestPolicy): readonly BacktestTick[] {
  const ticks: BacktestTick[] = [];
  runBacktest({ ...of, onTick: (tick) => ticks.push(tick) }, policy);
  return ticks;
}

function stepsOf(of: BacktestInput, policy: BacktestPolicy): readonly BacktestTick[] {
  const steps: BacktestTick[] = [];
  runBacktest({ ...of, onStep: (step) => steps.push(step) }, policy);
  return steps;
}

describe('scores, by hand', () => {
  it('a step is violated while fewer replicas are ready than ceil(demand / (0.9 × capacity))', () => {
    expect([0, 0.1, 9, 9.1, 90, 90.1, 180].map((demand) => neededReplicas(demand, 10))).toEqual([
      0, 1, 1, 2, 10, 11, 20,
    ]);
    // A minute that needs 10 and one that needs 20, on 15 throughout.
    const result = runBacktest(input([90, 180]), scripted([15, 15]));
    expect(result.violationPct).toBe(50);
    expect(result.cost).toBeCloseTo((15 + 15) / (10 + 20), 12);
    // Of 270 units, the 30 beyond 15 × 10.
    expect(result.unservedPct).toBeCloseTo((100 * 30) / 270, 12);
  });

  it('a pod is paid for from its birth and serves after its start-up', () => {
    const result = runBacktest(input([90, 180, 180]), scripted([10, 20, 20]));
    // 30 s of 180 s; ten of them on the way up are paid for all the same.
    expect(result.violationPct).toBeCloseTo(100 / 6, 12);
    expect(result.cost).toBe(1);
    const slower = runBacktest(input([90, 180, 180], { startupSeconds: 50 }), scripted([10, 20, 20]));
    expect(slower.violationPct).toBeCloseTo((100 * 4) / 12, 12);
  });

  it('counts changes per hour, and only what is scored', () => {
    const change = Array.from({ length: 120 }, (_, minute) => 5 + (minute % 2));
    expect(runBacktest(input(change.map(() => 9)), scripted(change)).changesPerHour).toBe(60);
    const later = input([900, 900, 9, 9], { scoredFrom: START + 120_000 });
    expect(runBacktest(later, scripted([1, 1, 1, 1]))).toMatchObject({ violationPct: 0, scoredHours: 1 / 30 });
  });

  it('starts on day 8, or at half of a trace shorter than 14 days', () => {
    expect([30, 14, 13, 2].map((days) => scoredFromSeconds(days * DAY) / DAY)).toEqual([7, 7, 6.5, 1]);
    const fortnight = input(new Float64Array(14 * 24), { intervalSeconds: 3600 });
    const { scoredFrom: _, ...unscored } = fortnight;
    expect(runBacktest(unscored, scripted([])).scoredFrom).toBe(START + 7 * DAY * 1000);
  });

  it('claims no cost where nothing was ever needed', () => {
    expect(runBacktest(input([0, 0]), scripted([1, 1]))).toMatchObject({ cost: null, violationPct: 0, unservedPct: 0 });
  });

  it('by default a trace’s 99.9th percentile needs 40 replicas', () => {
    const demand = Float64Array.from({ length: 1000 }, (_, i) => i + 1);
    expect(defaultCapacity(demand)).toBe(999 / 40);
    expect(defaultCapacity(new Float64Array(10))).toBe(0);
  });
});

describe('what a policy sees', () => {
  const views: BacktestView[] = [];
  const watching: BacktestPolicy = {
    ...scripted([]),
    everySeconds: 15,
    decide(view) {
      views.push(view);
      return view.seconds >= 60 ? 4 : 2;
    },
  };
  runBacktest(input([10, 100, 30]), watching);

  it('usage of 15 s ago, capped at 200 % of the requests of the pods that were ready', () => {
    expect(views.map(({ reading }) => reading?.demand ?? null)).toEqual([
      ...[null, 10, 10, 10, 10],
      // 100 on two ready pods of 10; the two new ones serve from 90 s on.
      ...[40, 40, 80, 80, 30, 30, 30],
    ]);
    expect(views.every(({ seconds, reading }) => reading === null || reading.at === seconds - 15)).toBe(true);
  });

  it('pods with what is known of each', () => {
    const atBirth = views[5]?.pods() ?? [];
    expect(atBirth.map(({ count, ready, pending }) => [count, ready, pending])).toEqual([
      [2, true, false],
      [2, false, false],
    ]);
  });
});

/** Bursts over a daily wave: enough to make an HPA miss sometimes. */
function wave(minutes: number, seed: number): Float64Array {
  return Float64Array.from({ length: minutes }, (_, i) => {
    const burst = (i * 7919 + seed) % 97 < 3 ? 40 : 0;
    return 100 + 60 * Math.sin((2 * Math.PI * i) / 1440) + burst + ((i * 31 + seed) % 11);
  });
}

describe('peers', () => {
  it.each([0.5, 0.7, 0.9])('hpa:%d does what a pod-by-pod HPA written for this test does', (target) => {
    const of = input(wave(2000, 5), { startupSeconds: 90, scoredFrom: START + 1000 * 60_000 });
    const result = runBacktest(of, policyOf(`hpa:${target}`, of));
    const expected = naiveHpa(of, target);
    expect(expected.violationPct).toBeGreaterThan(0);
    expect(Math.abs(result.violationPct - expected.violationPct)).toBeLessThan(0.1);
    expect(Math.abs((result.cost ?? 0) - expected.cost)).toBeLessThan(0.02);
  });

  it('limit does what a table of future needs says', () => {
    const of = input(wave(2000, 9), { startupSeconds: 90, scoredFrom: START + 1000 * 60_000 });
    const result = runBacktest(of, policyOf('limit', of));
    const expected = naiveLimit(of);
    expect(result.violationPct).toBe(0);
    expect(expected.violationPct).toBe(0);
    expect(Math.abs((result.cost ?? 0) - expected.cost)).toBeLessThan(0.02);
  });

  it('limit is never short after its first start-up, and one replica less at any tick would be', () => {
    const of = (demand: readonly number[]) => input(demand, { startupSeconds: 90, scoredFrom: START + 180_000 });
    const busy = fc.array(fc.integer({ min: 100, max: 900 }), { minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(busy, fc.nat(), (demand, pick) => {
        const trace = of(demand);
        const limit = policyOf('limit', trace);
        expect(runBacktest(trace, limit).violationPct).toBe(0);
        const tick = 4 + (pick % (demand.length - 8));
        const decide = (view: BacktestView) => limit.decide(view) - (view.seconds === tick * 60 ? 1 : 0);
        expect(runBacktest(trace, { ...limit, decide }).violationPct).toBeGreaterThan(0);
      }),
    );
  });

  it('a14k8s predicts 0.7 × (current + slope × h) + 0.3 × pattern, within 0…100 %', () => {
    const flat = Array.from({ length: 24 }, () => 40);
    expect(peakForecast(flat, 3)).toBeCloseTo(40, 12);
    // One percent per point: six points ahead of 63 at 0.7, and the point that stands at hour 9 + 6 = 15 at 0.3.
    const rising = Array.from({ length: 24 }, (_, i) => 40 + i);
    expect(peakForecast(rising, 9)).toBeCloseTo(0.7 * (63 + 6) + 0.3 * (40 + 15), 9);
    expect(
      peakForecast(
        rising.map((percent) => 3 * percent),
        9,
      ),
    ).toBe(100);
    expect(
      peakForecast(
        rising.toReversed().map((percent) => percent - 40),
        0,
      ),
    ).toBeCloseTo(0.7 * -1 + 0.3 * 22, 9);
  });

  it('a14k8s adds above 75 % and gives back three tenths under 25 %', () => {
    const high = input(new Float64Array(60).fill(80), { min: 1, max: 50, capacity: 10 });
    const low = input(new Float64Array(60).fill(8), { min: 1, max: 50, capacity: 10 });
    const startingWith = (replicas: number, of: BacktestInput) => {
      const policy = policyOf('a14k8s', of, { phaseSeconds: 0 });
      const decide = (view: BacktestView) => (view.seconds === 0 ? replicas : policy.decide(view));
      return ticksOf(of, { ...policy, decide }).map((tick) => tick.replicas);
    };
    expect(startingWith(10, high)).toEqual([...Array(50).fill(10), ...Array(10).fill(Math.ceil((10 * 80 * 1.2) / 70))]);
    expect(startingWith(10, low).filter((_, minute) => minute % 5 === 0)).toEqual([...Array(10).fill(10), 7, 4]);
  });

  it('names that are not policies are refused', () => {
    const names = ['ours', 'hpa:0.7', 'hpa:1', 'limit', 'a14k8s', 'hpa', 'hpa:', 'hpa:0', 'hpa:70', 'HPA:0.7', ''];
    expect(names.filter(isPolicyName)).toEqual(['ours', 'hpa:0.7', 'hpa:1', 'limit', 'a14k8s']);
    expect(makePolicy('hpa:x', { ...input([1]), sloPercent: 99.5 }, input([1]))).toBeNull();
  });
});

describe('ours', () => {
  const of = input(wave(3 * 288, 3), { intervalSeconds: 300, startupSeconds: 90, scoredFrom: START + 2 * DAY * 1000 });

  it('follows demand: few violations, and cheaper than standing at the peak', () => {
    const result = runBacktest(of, policyOf('ours', of));
    expect(result.violationPct).toBeLessThan(3);
    expect(result.cost).toBeLessThan(2);
  });

  it('stays within its bounds', () => {
    const bounded = { ...of, min: 12, max: 15 };
    const replicas = ticksOf(bounded, policyOf('ours', bounded)).map((tick) => tick.replicas);
    expect([Math.min(...replicas), Math.max(...replicas)]).toEqual([12, 15]);
  });
});

describe('ticks and looks', () => {
  /** When a policy is asked, and for what, in the first five minutes. */
  function occasions(of: BacktestInput, policy: BacktestPolicy): readonly string[] {
    const asked: string[] = [];
    const decide = (view: BacktestView) => {
      asked.push(`${view.occasion} ${view.seconds}`);
      return policy.decide(view);
    };
    runBacktest(of, { ...policy, decide });
    return asked;
  }
  const five = input(new Array(5).fill(50));

  it('ours ticks 30 s after the full minutes, and looks every 15 s between', () => {
    const [first, ...rest] = occasions(five, policyOf('ours', five));
    expect([first, ...rest.slice(0, 5)]).toEqual(['tick 30', 'look 45', 'look 60', 'look 75', 'tick 90', 'look 105']);
    expect(occasions(five, policyOf('ours', five, { lookSeconds: 0, phaseSeconds: 0 }))).toEqual(
      [0, 60, 120, 180, 240].map((seconds) => `tick ${seconds}`),
    );
    const slow = { ...five, tickSeconds: 300 };
    expect(occasions(slow, policyOf('ours', slow)).filter((one) => one.startsWith('tick'))).toEqual(['tick 30']);
    expect(occasions(slow, policyOf('ours', slow)).length).toBe(1 + 17);
  });

  it('who decides every 15 s has neither phase nor looks, and the clairvoyant stands at the full minutes', () => {
    const fast = { ...five, tickSeconds: 15 };
    for (const policy of [policyOf('ours', fast), policyOf('hpa:0.7', five), policyOf('ours+hpa:0.7', five)])
      expect(occasions(five, policy)).toEqual(Array.from({ length: 20 }, (_, i) => `tick ${15 * i}`));
    expect(occasions(five, policyOf('limit', five))[0]).toBe('tick 0');
    const long = input(new Array(12).fill(50));
    expect(occasions(long, policyOf('a14k8s', long))).toEqual(['tick 30', 'tick 330', 'tick 630']);
  });

  it('a jump after a tick is answered by the next look, and a fall waits for the ticks', () => {
    const of = input([...new Array(4).fill(50), ...new Array(11).fill(150)], { startupSeconds: 0 });
    const firstAbove = (policy: BacktestPolicy) =>
      stepsOf(of, policy).find(
        ({ replicas, at }, i, all) => at > START + 120_000 && replicas > (all[i - 1]?.replicas ?? 0),
      );
    // The value of minute 4 is read at 255 s; the tick comes at 270 s.
    expect(firstAbove(policyOf('ours', of))?.at).toBe(START + 255_000);
    expect(firstAbove(policyOf('ours', of, { lookSeconds: 0 }))?.at).toBe(START + 270_000);
    expect(firstAbove(policyOf('ours', of, { phaseSeconds: 0, lookSeconds: 0 }))?.at).toBe(START + 300_000);
    expect(firstAbove(policyOf('ours', of))?.source).toBe('look/reactive');
  });

  it('rises go on from look to look, at most doubled each time', () => {
    const of = input([...new Array(4).fill(50), ...new Array(4).fill(2000)], { startupSeconds: 0 });
    const seen = stepsOf(of, policyOf('ours', of)).map(({ replicas }) => replicas);
    const rising = seen.filter((replicas, i) => i > 0 && replicas > (seen[i - 1] ?? 0));
    expect(rising.slice(0, 4)).toEqual([8, 16, 32, 64]);
    for (const [i, replicas] of seen.entries())
      expect(replicas).toBeLessThanOrEqual(Math.max(2 * (seen[i - 1] ?? replicas), (seen[i - 1] ?? replicas) + 4));
  });

  it('the timeline has a line per tick and one for each look that changed something', () => {
    const of = input([...new Array(4).fill(50), ...new Array(6).fill(150)], { startupSeconds: 0 });
    const lines = ticksOf(of, policyOf('ours', of)).map(({ at, replicas }) => [(at - START) / 1000, replicas]);
    expect(lines.filter(([seconds]) => Number(seconds) % 60 !== 30)).toEqual([[255, expect.any(Number)]]);
    expect(lines.filter(([seconds]) => Number(seconds) % 60 === 30).length).toBe(10);
  });

  it('no look ever scales in, whatever the demand', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 6, maxLength: 40 }), (demand) => {
        const of = input(demand, { intervalSeconds: 45 });
        const policy = policyOf('ours', of);
        const decide = (view: BacktestView) => {
          const answer = policy.decide(view);
          if (view.occasion === 'look') expect(answer).toBeGreaterThanOrEqual(view.replicas);
          return answer;
        };
        runBacktest(of, { ...policy, decide });
      }),
      { numRuns: 30 },
    );
  });
});

describe('no policy looks ahead: cutting a trace short changes no earlier decision', () => {
  const demands = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 2, maxLength: 120 });

  it.each(['hpa:0.7', 'a14k8s', 'ours'])('%s', (name) => {
    fc.assert(
      fc.property(demands, fc.nat(), fc.constantFrom(60, 300, 77), (demand, pick, intervalSeconds) => {
        const whole = input(demand, { intervalSeconds });
        const cut = input(demand.slice(0, 1 + (pick % demand.length)), { intervalSeconds });
        const seen = ticksOf(cut, policyOf(name, cut));
        expect(ticksOf(whole, policyOf(name, whole)).slice(0, seen.length)).toEqual(seen);
      }),
      { numRuns: name === 'ours' ? 20 : 60 },
    );
  });

  it('ours, once it has learned', () => {
    const days = wave(3 * 288, 11);
    const whole = input(days, { intervalSeconds: 300 });
    const cut = input(days.subarray(0, 2.3 * 288), { intervalSeconds: 300 });
    const seen = ticksOf(cut, policyOf('ours', cut));
    expect(seen.some((tick) => tick.source === 'predictive')).toBe(true);
    expect(ticksOf(whole, policyOf('ours', whole)).slice(0, seen.length)).toEqual(seen);
  });

  it('limit, which is defined to see one tick and one start-up ahead, up to there', () => {
    fc.assert(
      fc.property(demands, fc.nat(), (demand, pick) => {
        const kept = 1 + (pick % demand.length);
        const [whole, cut] = [input(demand), input(demand.slice(0, kept))];
        const known = Math.max(0, Math.floor(kept - (60 + 30) / 60) + 1);
        const decisions = (of: BacktestInput) =>
          ticksOf(of, policyOf('limit', of))
            .map((tick) => tick.replicas)
            .slice(0, known);
        expect(decisions(whole)).toEqual(decisions(cut));
      }),
    );
  });
});

describe('the history that learning reads', () => {
  it('is by the tick for two weeks and by five minutes before, with NaN where nothing was measured', () => {
    const samples = new Samples();
    const minutes = 15 * 1440;
    for (let i = 0; i < minutes; i++) samples.append(START + i * 60_000, i < 5 ? Number.NaN : i, i % 5);
    const now = START + (minutes - 1) * 60_000;
    const history = samples.history(START, now);
    expect([...history.at.subarray(0, 3)]).toEqual([0, 300_000, 600_000].map((ms) => START + ms));
    expect([...history.demand.cpu.subarray(0, 3)]).toEqual([Number.NaN, 7, 12]);
    expect(history.replicas[0]).toBe(2);
    expect(history.at.length).toBe(287 + 14 * 1440 + 5);
    expect(history.at.at(-1)).toBe(now);
    expect(samples.since(now - 120_000).demand.cpu).toEqual(Float64Array.of(minutes - 3, minutes - 2, minutes - 1));
    expect(samples.history(now - 3_600_000, now).at.length).toBe(61);
  });
});
