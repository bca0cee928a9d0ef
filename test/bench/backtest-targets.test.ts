// The sentences that say which targets are met: each must be able to say both.
import { describe, expect, it } from 'vitest';
import { targetLines } from '../../bench/backtest-targets.ts';
import type { OurTrace } from '../../cli/backtest/frontier-summary.ts';
import type { JobResult } from '../../cli/backtest/job.ts';
import { type RunScore, standing } from '../../lib/app/backtest/frontier.ts';

interface Case {
  readonly violationPct?: number;
  readonly cost?: number;
  readonly changesPerHour?: number;
  readonly intervalSeconds?: number;
  readonly limitKept?: boolean;
  readonly promisedPct?: number;
  readonly firstDaysPct?: number;
}

/** HPA costs 1.5 at 0.4 % and at 70 %, the clairvoyant 1. */
function trace(label: string, change: Case = {}): OurTrace {
  const { violationPct = 0.4, cost = 1.2, changesPerHour = 2, intervalSeconds = 60, limitKept = true } = change;
  const { promisedPct = violationPct, firstDaysPct = 0.5 } = change;
  const peers: readonly RunScore[] = [
    { policy: 'limit', violationPct: 0, cost: 1, changesPerHour: 9 },
    { policy: 'hpa:0.6', violationPct: 0.1, cost: 1.8, changesPerHour: 2 },
    { policy: 'hpa:0.7', violationPct: 0.4, cost: 1.5, changesPerHour: 2 },
    { policy: 'hpa:0.8', violationPct: 2, cost: 1.3, changesPerHour: 2 },
  ];
  const run = { policy: 'ours', violationPct, cost, changesPerHour, promisedPct, firstDaysPct };
  return {
    trace: { label, limitKept, trace: { intervalSeconds } } as OurTrace['trace'],
    result: { ...run, promisedPct, firstDaysPct } as JobResult,
    standing: standing(run, peers, 99.5),
  };
}

const linesOf = (...traces: readonly OurTrace[]) => targetLines('ours', traces, traces, 99.5);
const lineWith = (text: string, ...traces: readonly OurTrace[]) =>
  linesOf(...traces).find((line) => line.includes(text)) ?? 'no such line';

describe('the targets', () => {
  it('are all met by a run that is good at everything', () => {
    const lines = linesOf(trace('crane-0'), trace('other', { intervalSeconds: 300 }));
    expect(lines).toHaveLength(10);
    expect(lines.filter((line) => !line.startsWith('met: ours '))).toEqual([]);
  });

  it.each([
    ['keeps 99.5 % on 0 of the 2', [{ violationPct: 0.6 }, { violationPct: 0.6 }], '(not t0, t1)'],
    ['short 0.80 % on the worst', [{ violationPct: 0.8 }, {}], 'none be over 0.7 %'],
    ['closes 20 % of the gap', [{ cost: 1.4 }], '50 % are wanted'],
    ['traces of longer steps', [{ cost: 1.4, intervalSeconds: 300 }], '25 % are wanted'],
    ['× on the worst', [{ cost: 1.7 }, {}, {}], '(over it: t0)'],
    ['costs 0.97 × the cheapest HPA', [{ cost: 1.45 }], '0.93 and 1.07 are the limits'],
    ['both short more often and dearer', [{ violationPct: 0.45, cost: 1.6 }], 'on t0'],
    ['changes replicas 2.50 × as often as HPA at 70 % in the median;', [{ changesPerHour: 5 }], '1.3 × is the limit'],
    ['where a change is worth nothing', [{ changesPerHour: 5 }], '2 × is the limit'],
    ['than it promised', [{ promisedPct: 0.1 }], 'by 0.30 points'],
    ['of the first two days', [{ firstDaysPct: 1.2 }], '(over it: t0)'],
  ] as const)('says MISSED where it %s', (text, cases, more) => {
    const line = lineWith(text, ...cases.map((change, i) => trace(`t${i}`, change)));
    expect(line).toMatch(/^MISSED: ours /);
    expect(line).toContain(more);
  });

  it('one trace may miss the SLO, and none counts that the clairvoyant misses', () => {
    expect(lineWith('keeps', trace('a', { violationPct: 0.6 }), trace('b'))).toMatch(/^met: .* on 1 of the 2 /);
    expect(lineWith('keeps', trace('a', { violationPct: 0.6, limitKept: false }), trace('b'))).toMatch(
      /on 1 of the 1 /,
    );
  });

  it('traces that nothing was chosen on stand beside the others', () => {
    const back = (cost: number) => lineWith('nothing was chosen on', trace('crane-0'), trace('other', { cost }));
    expect(back(1.25)).toMatch(/^met: ours closes 50 % .* and 60 % of the others/);
    expect(back(1.3)).toMatch(/^MISSED: ours closes 40 % /);
  });
});
