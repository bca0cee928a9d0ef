import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BacktestInput, type BacktestTick, runBacktest } from '../../../lib/app/backtest/backtest.ts';
import { oursOverHpaPolicy } from '../../../lib/app/backtest/ours-over-hpa-policy.ts';
import { isPolicyName, makePolicy, POLICY_NAMES } from '../../../lib/app/backtest/policies.ts';
import type { BacktestPolicy, BacktestView } from '../../../lib/app/backtest/policy.ts';

const START = Date.UTC(2026, 0, 5);

/** Ten units of demand are one replica at 100 % of its request; pods serve at once. */
function input(demand: readonly number[], change: Partial<BacktestInput> = {}): BacktestInput {
  return {
    demand: Float64Array.from(demand),
    intervalSeconds: 60,
    startsAt: START,
    capacity: 10,
    startupSeconds: 0,
    tickSeconds: 60,
    min: 1,
    max: 100,
    scoredFrom: START,
    ...change,
  };
}

function settingsOf(of: BacktestInput) {
  return { ...of, sloPercent: 99.5 };
}

/** Answers with what is written down for each minute, and keeps what it was shown. */
function scripted(answers: readonly number[], seen: BacktestView[] = []): BacktestPolicy {
  const decide = (view: BacktestView) => {
    seen.push(view);
    return answers[Math.floor(view.seconds / 60)] ?? answers.at(-1) ?? 1;
  };
  return { name: 'scripted', everySeconds: 60, source: 'script', decide };
}

function overHpa(of: BacktestInput, floor: BacktestPolicy): BacktestPolicy {
  return oursOverHpaPolicy('ours+hpa:0.5', 50, settingsOf(of), floor);
}

/** Every step of 15 s. */
function stepsOf(of: BacktestInput, policy: BacktestPolicy): { seconds: number; replicas: number; source: string }[] {
  const steps: { seconds: number; replicas: number; source: string }[] = [];
  const decide = (view: BacktestView) => {
    const replicas = policy.decide(view);
    steps.push({ seconds: view.seconds, replicas, source: policy.source });
    return replicas;
  };
  runBacktest(of, { name: policy.name, everySeconds: policy.everySeconds, source: '', decide });
  return steps;
}

function replicasAt(steps: readonly { seconds: number; replicas: number }[], seconds: number): number | undefined {
  return steps.find((step) => step.seconds === seconds)?.replicas;
}

describe('the floor', () => {
  it('lifts the Deployment at the sync after the tick that raised it', () => {
    const of = input(new Array(6).fill(50));
    const steps = stepsOf(of, overHpa(of, scripted([1, 1, 17])));
    expect(replicasAt(steps, 120)).toBe(10);
    expect(replicasAt(steps, 135)).toBe(17);
    expect(steps.find((step) => step.seconds === 135)?.source).toBe('script');
  });

  it('of one leaves the HPA as it is alone', () => {
    const demand = Array.from({ length: 90 }, (_, i) => 60 + 40 * Math.sin(i / 7));
    const of = input(demand, { startupSeconds: 90 });
    const alone = makePolicy('hpa:0.5', settingsOf(of), of);
    if (alone === null) throw new Error('hpa:0.5 is not a policy');
    const replicas = (policy: BacktestPolicy) => stepsOf(of, policy).map((step) => step.replicas);
    expect(replicas(overHpa(of, scripted([1])))).toEqual(replicas(alone));
    expect(replicas(overHpa(of, scripted([12])))).not.toEqual(replicas(alone));
  });

  it('is no ceiling: the HPA goes above it 15 s after the load was measured', () => {
    const of = input([50, 50, 200, 200]);
    const steps = stepsOf(of, overHpa(of, scripted([12])));
    expect(replicasAt(steps, 120)).toBe(12);
    expect(replicasAt(steps, 135)).toBe(24);
    expect(replicasAt(steps, 150)).toBe(40);
  });

  it('holds the Deployment after the HPA has let go: down to max(its desired, floor)', () => {
    const demand = [200, ...new Array(14).fill(10)];
    const of = input(demand);
    const steps = stepsOf(of, overHpa(of, scripted([15, 15, 15, 15, 15, 15, 15, 15, 15, 6])));
    expect(replicasAt(steps, 300)).toBe(40);
    expect(replicasAt(steps, 8 * 60)).toBe(15);
    expect(replicasAt(steps, 9 * 60)).toBe(15);
    expect(replicasAt(steps, 9 * 60 + 15)).toBe(6);
    expect(steps.filter((step) => step.seconds > 8 * 60).every((step) => step.source === 'script')).toBe(true);
  });

  it('stays within min and max', () => {
    const of = input(new Array(4).fill(50), { min: 3, max: 20 });
    const steps = stepsOf(of, overHpa(of, scripted([0, 99, 99, 0])));
    expect(replicasAt(steps, 135)).toBe(20);
    expect(Math.min(...steps.map((step) => step.replicas))).toBeGreaterThanOrEqual(3);
  });

  it('is set once a tick, by a policy that is shown its own floor and the true readings', () => {
    const seen: BacktestView[] = [];
    const of = input(new Array(5).fill(200));
    stepsOf(of, overHpa(of, scripted([4, 6, 9], seen)));
    expect(seen.map(({ seconds, replicas, ready }) => [seconds, replicas, ready])).toEqual([
      [0, 1, 1],
      [60, 4, 4],
      [120, 6, 6],
      [180, 9, 9],
      [240, 9, 9],
    ]);
    expect(seen.slice(1).map(({ reading }) => reading?.demand)).toEqual([200, 200, 200, 200]);
  });

  it('lets the HPA catch between two ticks what the floor would see a tick late', () => {
    // Every jump comes 15 s after a tick.
    const demand = Array.from({ length: 200 }, (_, i) => (i % 40 > 20 ? 300 : 100));
    const of = input(demand, { intervalSeconds: 75 });
    const decide = ({ reading }: BacktestView) => Math.ceil((reading?.demand ?? 0) / 8);
    const floor: BacktestPolicy = { name: 'by the minute', everySeconds: 60, source: 'reading', decide };
    const alone = runBacktest(of, floor).violationPct;
    expect(alone).toBeGreaterThan(1);
    expect(runBacktest(of, overHpa(of, floor)).violationPct).toBeLessThan(alone / 2);
  });
});

describe('the law of the floor', () => {
  const demands = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 2, maxLength: 40 });
  const floors = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 });

  it('from the sync after a tick until the next, there are never fewer replicas than it said', () => {
    fc.assert(
      fc.property(demands, floors, (demand, answers) => {
        const of = input(demand, { startupSeconds: 45 });
        for (const { seconds, replicas } of stepsOf(of, overHpa(of, scripted(answers)))) {
          const ticked = Math.floor((seconds - 15) / 60);
          if (ticked >= 0) expect(replicas).toBeGreaterThanOrEqual(answers[ticked] ?? answers.at(-1) ?? 1);
        }
      }),
    );
  });
});

describe('ours+hpa:T', () => {
  it('is a name like hpa:T, and the message that lists the names has it', () => {
    const names = ['ours+hpa:0.9', 'ours+hpa:1', 'ours+hpa', 'ours+hpa:', 'ours+hpa:90', 'hpa:0.9+ours', 'ours+hpa:0'];
    expect(names.filter(isPolicyName)).toEqual(['ours+hpa:0.9', 'ours+hpa:1']);
    expect(POLICY_NAMES).toContain('ours+hpa:T');
    const of = input([50]);
    expect(makePolicy('ours+hpa:0.9', settingsOf(of), of)).toMatchObject({ name: 'ours+hpa:0.9', everySeconds: 15 });
  });

  it('does not look ahead: cutting a trace short changes no earlier decision', () => {
    const ticksOf = (of: BacktestInput) => {
      const ticks: BacktestTick[] = [];
      const policy = makePolicy('ours+hpa:0.8', settingsOf(of), of);
      if (policy === null) throw new Error('ours+hpa:0.8 is not a policy');
      runBacktest({ ...of, onTick: (tick) => ticks.push(tick) }, policy);
      return ticks;
    };
    const demands = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 2, maxLength: 80 });
    fc.assert(
      fc.property(demands, fc.nat(), (demand, pick) => {
        const [whole, cut] = [input(demand), input(demand.slice(0, 1 + (pick % demand.length)))];
        const seen = ticksOf(cut);
        expect(ticksOf(whole).slice(0, seen.length)).toEqual(seen);
      }),
      { numRuns: 20 },
    );
  });
});
