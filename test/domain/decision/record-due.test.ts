// When a full record is written, and what a tick hands to the next one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PastDecision } from '../../../lib/domain/assessment/past-decision.ts';
import type { Outcome } from '../../../lib/domain/decision/outcome.ts';
import { PAST_KEPT } from '../../../lib/domain/decision/past-changes.ts';
import { heartbeatOf, isHourlyDue, isRecordDue } from '../../../lib/domain/decision/record-due.ts';
import { carried, lastScaledAt, ownChangeAt, remembered, wantedLately } from '../../../lib/domain/decision/remember.ts';
import type { WorkloadMemory } from '../../../lib/domain/decision/workload-memory.ts';
import { APPLIED, decisionOf, entryOf, FAILED, pods, recordOf, underHpa } from '../../make/records.ts';
import { NOW, observation, policy } from '../../make/workloads.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const UNCHANGED: Outcome = { kind: 'unchanged', message: 'nothing to do' };
const RECOMMENDED: Outcome = { kind: 'recommended', message: 'would scale' };
const REFUSED: Outcome = { kind: 'refused', message: 'on hold' };
const past = (change: Partial<PastDecision> = {}): PastDecision => ({
  at: NOW - 20 * MINUTE_MS,
  action: 'scale_down',
  source: 'reactive',
  from: 10,
  to: 6,
  cpuPercentBefore: 30,
  cpuPercentAfter: null,
  ...change,
});

describe('a full record is written', () => {
  /** The tick before: a minute ago, recorded then, within the same heartbeat. */
  const tickBefore = (outcome: Outcome, target = 10) =>
    entryOf({ decision: { at: NOW - MINUTE_MS, target }, outcome }, { recordedAt: NOW - MINUTE_MS });
  const due = (outcome: Outcome, previous = tickBefore(UNCHANGED), target = 10) =>
    isRecordDue(previous, decisionOf({ target }), outcome);

  it('of every change, and of every write that did not come off', () => {
    expect([APPLIED, FAILED, { kind: 'conflict', message: 'c' } as const].map((outcome) => due(outcome))).toEqual([
      true,
      true,
      true,
    ]);
    expect(due(APPLIED, tickBefore(APPLIED, 6), 6)).toBe(true);
    // Also the same one again: each try is one.
    expect(due(FAILED, tickBefore(FAILED, 6), 6)).toBe(true);
    const conflict = { kind: 'conflict', message: 'c' } as const;
    expect(due(conflict, tickBefore(conflict, 6), 6)).toBe(true);
  });

  it('of a recommendation once, and then once an hour', () => {
    expect(due(RECOMMENDED)).toBe(false);
    expect(due(RECOMMENDED, { ...tickBefore(RECOMMENDED), recordedAt: null })).toBe(true);
    expect(isRecordDue(undefined, decisionOf(), RECOMMENDED)).toBe(true);
  });

  it('of what keeps a change from being made where that is news: another reason, or another number', () => {
    expect(due(REFUSED)).toBe(true);
    expect(due(REFUSED, tickBefore(REFUSED))).toBe(false);
    expect(due(REFUSED, tickBefore(REFUSED), 9)).toBe(true);
    expect(due({ ...REFUSED, code: 'paused', message: 'another' }, tickBefore(REFUSED))).toBe(true);
  });

  it('not of nothing to do after a change that came to the same number', () => {
    expect(due(UNCHANGED, tickBefore(APPLIED, 6), 6)).toBe(false);
    expect(due(UNCHANGED, tickBefore(APPLIED, 6), 7)).toBe(true);
    expect(due(UNCHANGED, tickBefore(REFUSED, 6), 6)).toBe(true);
    expect(due(UNCHANGED, tickBefore(UNCHANGED))).toBe(false);
  });

  it('of the first tick that sees a workload', () => {
    expect(isRecordDue(undefined, decisionOf(), UNCHANGED)).toBe(true);
  });

  it('law: of a shard exactly once in an hour, whatever ticks are missed, and never twice in one', () => {
    const shard = fc.record({ cluster: fc.string({ minLength: 1, maxLength: 9 }), shard: fc.nat({ max: 200 }) });
    fc.assert(
      fc.property(shard, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 }), (of, steps) => {
        const hours: number[] = [];
        let [latest, now] = [new Map<string, WorkloadMemory>(), NOW];
        const start = NOW + firstHourAt(of, NOW) - HOUR_MS;
        for (const minutes of [0, ...steps]) {
          now += minutes * MINUTE_MS;
          if (isHourlyDue(of, latest, now)) hours.push(Math.floor((now - start) / HOUR_MS));
          latest = new Map([['shop/web', entryAt(now)]]);
        }
        expect(hours).toEqual([...new Set(hours)]);
        const ticked = [0, ...steps.map((_, i) => steps.slice(0, i + 1).reduce((sum, one) => sum + one, 0))];
        const passed = new Set(ticked.map((m) => Math.floor((NOW + m * MINUTE_MS - start) / HOUR_MS)));
        expect(hours).toEqual([...passed]);
      }),
    );
  });

  it('of a shard with its first tick, and not again where only a workload that could not be assessed is behind', () => {
    const of = { cluster: 'demo', shard: 3 };
    expect(isHourlyDue(of, new Map(), NOW)).toBe(true);
    const latest = new Map([
      ['shop/left', entryAt(NOW - 5 * HOUR_MS)],
      ['shop/web', entryAt(NOW)],
    ]);
    expect(isHourlyDue(of, latest, NOW)).toBe(false);
  });

  it('of the shards of a cluster at minutes that are spread over the hour', () => {
    const minutes = Array.from({ length: 157 }, (_, shard) => firstHourAt({ cluster: 'demo', shard }, NOW) / MINUTE_MS);
    expect(new Set(minutes.map((minute) => Math.floor((minute % 60) / 6))).size).toBe(10);
  });

  it('at a minute of its own per workload, spread over the hour', () => {
    const minuteOf = (i: number) => {
      const workload = { cluster: 'demo', namespace: 'shop', name: `web-${i}` };
      const first = heartbeatOf(workload, NOW);
      return (
        Array.from({ length: 60 }, (_, m) => m).find((m) => heartbeatOf(workload, NOW + m * MINUTE_MS) > first) ?? 0
      );
    };
    const tenths = new Set(Array.from({ length: 200 }, (_, i) => Math.floor(minuteOf(i) / 6)));
    expect(tenths.size).toBe(10);
  });
});

function entryAt(at: number): WorkloadMemory {
  const entry = entryOf();
  return { ...entry, observation: { ...entry.observation, at } };
}

/** How long after `now` the next hour of a shard begins, to the minute. */
function firstHourAt(of: { readonly cluster: string; readonly shard: number }, now: number): number {
  const latest = new Map([['shop/web', entryAt(now)]]);
  const minute = Array.from({ length: 61 }, (_, m) => m).find((m) => isHourlyDue(of, latest, now + m * MINUTE_MS));
  return (minute ?? 0) * MINUTE_MS;
}

describe('when the count last moved', () => {
  const at = NOW - 5 * MINUTE_MS;
  it('is not known of a workload never seen', () => {
    expect([
      lastScaledAt(undefined, 10, NOW),
      ownChangeAt(undefined),
      ownChangeAt(entryOf({ outcome: FAILED })),
    ]).toEqual([null, null, null]);
  });

  it('is now where it is not as we left it, and else as it was', () => {
    const applied = entryOf({ decision: { at, current: 10, target: 6 } });
    expect([6, 10, 7].map((current) => lastScaledAt(applied, current, NOW))).toEqual([at, NOW, NOW]);
    const kept = { ...entryOf({ decision: { at, current: 10, target: 6 }, outcome: REFUSED }), lastScaledAt: 7 };
    expect([10, 6].map((current) => lastScaledAt(kept, current, NOW))).toEqual([7, NOW]);
  });

  it('our own last change is the last of the past', () => {
    expect(ownChangeAt(entryOf({}, { past: [past({ at: 1 }), past({ at: 2 })] }))).toBe(2);
  });
});

describe('what was wanted lately', () => {
  const ticks = (...minutesAgo: number[]) =>
    entryOf(
      {},
      { wanted: minutesAgo.map((ago) => ({ at: NOW - ago * MINUTE_MS, replicas: 9, baseline: 9, advised: false })) },
    );
  const agesOf = (previous: ReturnType<typeof entryOf> | undefined, tickSeconds: number) =>
    wantedLately(previous, 10, NOW, tickSeconds).map(({ at, replicas }) => [(NOW - at) / MINUTE_MS, replicas]);

  it('is what the last five minutes wanted', () => {
    expect(agesOf(ticks(6, 5.1, 5, 1), 60)).toEqual([
      [5, 9],
      [1, 9],
    ]);
  });

  it('goes back three ticks where these are further apart than that', () => {
    expect(agesOf(ticks(16, 15, 10, 5), 300)).toEqual([
      [15, 9],
      [10, 9],
      [5, 9],
    ]);
  });

  it('is the present count of a workload that was not watched', () => {
    expect([agesOf(undefined, 60), agesOf(ticks(30, 20), 60)]).toEqual([[[0, 10]], [[0, 10]]]);
    expect(wantedLately(undefined, 10, NOW, 60)).toEqual([{ at: NOW, replicas: 10, baseline: 10, advised: false }]);
  });
});

describe('what a tick takes over', () => {
  const over = (entry: ReturnType<typeof entryOf> | undefined) =>
    carried(entry, observation({ cpuPercent: 50 }), policy());

  it('reads the effect of a decision off ten minutes after it, once', () => {
    const effects = (...of: PastDecision[]) => over(entryOf({}, { past: of })).past.map((one) => one.cpuPercentAfter);
    const ago = (minutes: number) => past({ at: NOW - minutes * MINUTE_MS });
    expect(effects(ago(20), ago(10), ago(9.9))).toEqual([50, 50, null]);
    expect(effects(past({ cpuPercentAfter: 41 }))).toEqual([41]);
  });

  it('has nothing of a workload never seen', () => {
    expect(over(undefined)).toMatchObject({ past: [], standing: {}, overruled: undefined });
    expect(over(undefined)).not.toHaveProperty('memory');
  });

  it('remembers what is known of memory', () => {
    const memory = { baseBytes: 7, at: 1, since: 0, trial: null };
    expect(over(entryOf({}, { memory }))).toMatchObject({ memory });
  });
});

describe('what a tick leaves', () => {
  it('after a change: the decision among the last five, and the time of it', () => {
    const about = recordOf({ of: { replicas: pods(10, 9) } });
    const five = Array.from({ length: PAST_KEPT }, (_, i) => past({ at: i }));
    const entry = remembered(undefined, { ...about, assessment: { ...about.assessment, past: five } }, 5, true);
    expect(entry.past).toHaveLength(PAST_KEPT);
    expect(entry.past.at(0)?.at).toBe(1);
    expect(entry.past.at(-1)).toEqual({
      at: NOW,
      action: 'scale_down',
      source: 'reactive',
      from: 10,
      to: 6,
      cpuPercentBefore: expect.closeTo(50, 6),
      cpuPercentAfter: null,
      readyBefore: 9,
    });
    expect(entry).toMatchObject({ lastScaledAt: NOW, recordedAt: NOW });
    expect(entry.wanted.at(-1)).toMatchObject({ at: NOW, changed: true, advised: false });
  });

  it('without one: the past as it was, and when the count last moved', () => {
    const entry = remembered(undefined, recordOf({ outcome: REFUSED }), 5, false);
    expect(entry).toMatchObject({ past: [], lastScaledAt: 5, recordedAt: null });
    expect(entry.wanted.at(-1)).not.toHaveProperty('changed');
    expect(remembered(entryOf({}, { recordedAt: 3 }), recordOf(), 5, false).recordedAt).toBe(3);
  });

  it('only the verdicts that did something', () => {
    const verdict = { guardrail: 'step', source: 'reactive', code: 'ok', from: 1, to: 1, message: '' } as const;
    const verdicts = [
      { ...verdict, effect: 'passed' },
      { ...verdict, effect: 'clipped' },
    ] as const;
    expect(entryOf({ decision: { verdicts } }).record.decision.verdicts).toEqual([verdicts[1]]);
  });

  it('what was wanted, and never less than what keeps the present count', () => {
    const wanted = (parts: Parameters<typeof entryOf>[0]) => entryOf(parts).wanted.at(-1)?.replicas;
    expect(wanted({ decision: { target: 6, wanted: 4 } })).toBe(4);
    expect(wanted({ decision: { target: 6 } })).toBe(6);
    expect(wanted({ decision: { target: 6, wanted: 4 }, of: { rollout: 'in_progress' } })).toBe(10);
  });

  it('the most it ran with, for as long as nobody states a maximum and it is enabled', () => {
    const ran = (spec: number, of: Parameters<typeof recordOf>[0], before?: number) => {
      const previous = entryOf({}, before === undefined ? {} : { ranAtMost: before });
      return remembered(previous, recordOf({ ...of, decision: { current: spec } }), null, false).ranAtMost;
    };
    const byDefault = { maxIsDefault: true } as const;
    expect(ran(10, { policy: byDefault })).toBe(10);
    expect(ran(10, { policy: byDefault }, 14)).toBe(14);
    expect(ran(10, { policy: { ...byDefault, enabled: false } }, 14)).toBe(10);
    expect(ran(10, {}, 14)).toBeUndefined();
  });

  it('what rules alone would have wanted of the count that they would have, by the signals that more replicas help', () => {
    const alone = (
      cpuPercent: number,
      memoryPercent: number,
      memoryKind: 'follows_load' | 'at_rest',
      replicas = 10,
    ) => {
      const about = recordOf({ of: observation({ cpuPercent, memoryPercent }) });
      const changes = { made: 0, byBaseline: 0, alone: { replicas, changedAt: 0 }, closed: false };
      const regret = { ...about.assessment.regret, changes };
      const assessment = { ...about.assessment, memoryKind, regret };
      return remembered(undefined, { ...about, assessment }, null, false).wanted.at(-1)?.alone;
    };
    // CPU at 50 % of its target of 70 % needs 7.1 of ten; memory at 96 % of its target of 80 % needs twelve, if any help.
    expect([alone(50, 40, 'at_rest'), alone(50, 96, 'at_rest'), alone(50, 96, 'follows_load')]).toEqual([8, 8, 12]);
    // A tenth off is left alone, but never under what is needed.
    expect([alone(66, 40, 'at_rest'), alone(76, 40, 'at_rest'), alone(66, 40, 'at_rest', 20)]).toEqual([10, 11, 10]);
  });

  it('whether advice led, the peaks of the forecasts, and what is known of memory', () => {
    const led = entryOf({ decision: { source: 'llm' } });
    expect([led.wanted.at(-1)?.advised, entryOf().wanted.at(-1)?.advised]).toEqual([true, false]);
    const about = recordOf();
    expect(entryOf().peaks).toEqual({
      cpu: about.assessment.forecasts.cpu?.peak,
      memory: about.assessment.forecasts.memory?.peak,
    });
    expect(entryOf().memory).toEqual(about.assessment.memory);
    const { memory: _memory, ...before } = about.assessment;
    expect(remembered(undefined, { ...about, assessment: before }, null, false)).not.toHaveProperty('memory');
  });

  it('who overruled us, where somebody did', () => {
    const overruled = { times: 2, until: NOW };
    const about = recordOf();
    const entry = remembered(undefined, { ...about, assessment: { ...about.assessment, overruled } }, null, false);
    expect(entry.overruled).toEqual(overruled);
    expect(entryOf()).not.toHaveProperty('overruled');
  });
});

describe('whoever sets the count against ours', () => {
  const at = NOW - MINUTE_MS;
  /** We left it at 6 a minute ago. */
  const ours = entryOf({ decision: { at, current: 10, target: 6 } });
  const over = (spec: number, change = {}, previous = ours) =>
    carried(previous, observation({ replicas: pods(spec), ...change }), policy()).overruled;

  it('is noticed at the tick that finds another number than ours', () => {
    expect([over(6), over(9)]).toEqual([undefined, { times: 1, until: NOW }]);
  });

  it('is given way to for longer each time', () => {
    const again = { ...ours, overruled: { times: 1, until: at } };
    expect(over(9, {}, again)).toEqual({ times: 2, until: NOW + 10 * MINUTE_MS });
    expect(over(6, {}, again)).toEqual({ times: 1, until: at });
  });

  it('is nobody under an HPA, whose task it is to move the count', () => {
    expect(over(9, underHpa())).toBeUndefined();
  });

  it('is nobody where we never changed anything', () => {
    expect(over(9, {}, entryOf({ outcome: REFUSED }))).toBeUndefined();
  });
});

describe('since when something holds a workload', () => {
  const at = NOW - 20 * MINUTE_MS;
  const since = (of: Parameters<typeof observation>[0], previous: ReturnType<typeof entryOf> | undefined) =>
    carried(previous, observation(of), policy()).standing;
  const waiting = { replicas: { spec: 10, ready: 8, running: 10, total: 10 } };
  const stuck = {
    troubles: { unschedulable: 2, imagePull: 0, crashLoop: 0 },
    replicas: { spec: 10, ready: 8, running: 8, total: 10 },
  };

  it('is now where it is met for the first time, and as before where it stays', () => {
    expect(since(waiting, undefined)).toEqual({ pods_not_ready: NOW });
    const before = entryOf({ of: waiting }, { standing: { pods_not_ready: at } });
    expect(since(waiting, before)).toEqual({ pods_not_ready: at });
    expect(since({}, before)).toEqual({});
  });

  it('begins anew where more pods became ready meanwhile', () => {
    const before = entryOf({ of: { replicas: pods(10, 7) } }, { standing: { pods_not_ready: at } });
    expect(since(waiting, before)).toEqual({ pods_not_ready: NOW });
  });

  it('begins anew where one more pod was tried than could be placed', () => {
    const standing = { pods_unschedulable: at } as const;
    const fewer = entryOf({ of: { replicas: pods(9, 8) } }, { standing });
    const same = entryOf({ of: { replicas: pods(10, 8) } }, { standing });
    expect([since(stuck, fewer), since(stuck, same)]).toMatchObject([{ pods_unschedulable: NOW }, standing]);
  });
});
