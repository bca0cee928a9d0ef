// What learning does with a start-up that was measured, remembered, or never seen.
import { describe, expect, it } from 'vitest';
import { oursPolicy } from '../../../lib/app/backtest/ours-policy.ts';
import { fitWorkload } from '../../../lib/domain/learning/fit-workload.ts';
import type { Fitted } from '../../../lib/domain/learning/fitted.ts';
import { describePolicy } from '../../../lib/domain/sizing/describe.ts';
import type { HpaStatus } from '../../../lib/domain/workload/hpa-status.ts';
import { DAY, END, history, noise } from '../../make/histories.ts';

const MINUTE = 60_000;
/** Up and down without rest, by half in ten minutes at the steepest: the later a replica serves, the more must stand ready. */
const waves = (at: number) => 5 + 4 * Math.sin((2 * Math.PI * at) / (140 * MINUTE)) + noise(at) / 5;

describe('a start-up', () => {
  const past = history(2, waves);
  const lessonOf = (startupSeconds: number | null, previous?: Fitted, modelLoadSeconds?: number) =>
    fitWorkload({
      modelLoadSeconds,
      history: past,
      previous,
      now: END,
      coresPerReplica: 0.5,
      startupSeconds,
      sloPercent: 99.5,
      tickSeconds: 60,
    });

  it('that was never seen is taken to be 90 s, and learned as unknown', () => {
    const unknown = lessonOf(null);
    expect(unknown.startupSeconds).toBeNull();
    expect(unknown.sizing).toEqual(lessonOf(90).sizing);
  });

  it('that is slow is sized for', () => {
    const [slow, quick] = [lessonOf(600).sizing, lessonOf(30).sizing];
    expect([slow?.leadMinutes, quick?.leadMinutes]).toEqual([11, 1]);
    expect(slow?.policy.expected.cost).toBeGreaterThan(1.1 * (quick?.policy.expected.cost ?? Number.NaN));
  });

  it('ends when the model is loaded, and is remembered without that', () => {
    const { sizing, startupSeconds } = lessonOf(60, undefined, 540);
    expect(sizing).toEqual(lessonOf(600).sizing);
    expect(startupSeconds).toBe(60);
    expect(lessonOf(null, undefined, 510).sizing).toEqual(lessonOf(600).sizing);
  });

  it('is remembered while no pod shows it', () => {
    const before = lessonOf(240);
    expect(lessonOf(null, before).startupSeconds).toBe(240);
    expect(lessonOf(30, before).startupSeconds).toBe(216);
  });
});

describe('an HPA that the workload has', () => {
  const past = history(2, waves);
  const common = {
    history: past,
    previous: undefined,
    now: END,
    startupSeconds: 60,
    sloPercent: 99.5,
    tickSeconds: 60,
  };
  const hpa = {
    name: 'web',
    minReplicas: 4,
    ownMinReplicas: 2,
    maxReplicas: 40,
    currentReplicas: 4,
    desiredReplicas: 4,
    targetCpuPercent: 55,
    targetMemoryPercent: null,
    metrics: [
      { kind: 'Resource', name: 'cpu', targetPercent: 55 },
      { kind: 'External', name: 'queue' },
    ],
    scalingStatus: 'stable',
  } as const satisfies HpaStatus;

  it('is what its plan is held against, and a metric that is not in the history is named', () => {
    const { sizing } = fitWorkload({ ...common, coresPerReplica: 0.5, hpa });
    expect(sizing?.policy.ownHpa).toMatchObject({ targets: { cpu: 55 }, leftOut: ['queue (External)'] });
    if (sizing)
      expect(describePolicy(sizing.policy)).toMatch(
        /your HPA \(CPU 55 %\) would have had enough .* its metric queue \(External\) is left out$/,
      );
  });

  it('changes nothing of the plan itself, nor does its absence', () => {
    const alone = fitWorkload({ ...common, coresPerReplica: 0.5 }).sizing;
    const { ownHpa: _, ...beside } = fitWorkload({ ...common, coresPerReplica: 0.5, hpa }).sizing?.policy ?? {};
    expect(beside).toEqual(alone?.policy);
    expect(fitWorkload({ ...common, coresPerReplica: 0.5, hpa: null }).sizing).toEqual(alone);
  });
});

describe('ours in a backtest', () => {
  const TICK_SECONDS = 60;
  const DAYS = 2;
  const settings = { capacity: 0.5, min: 1, max: 200, sloPercent: 99.5, tickSeconds: TICK_SECONDS };

  /** Ticks on a cluster that serves at once, whatever its pods tell of their start-up; null for no pods at all. */
  function run(startupSeconds: number | null) {
    const policy = oursPolicy('ours', settings);
    const decided = [20];
    let lookedAtPods = 0;
    for (let seconds = 0; seconds < (DAYS * DAY) / 1000; seconds += TICK_SECONDS) {
      const now = END + seconds * 1000;
      const replicas = decided.at(-1) ?? 1;
      const reading = {
        at: seconds - 15,
        demand: waves(now),
        saturated: false,
        ready: replicas,
        replicas,
        memoryBytes: 0,
      };
      const group = { count: replicas, startedAt: seconds - 1000, ready: true, pending: false, usage: null };
      const pods = () => {
        lookedAtPods++;
        return startupSeconds === null ? [] : [{ ...group, readyChangedAt: group.startedAt + startupSeconds }];
      };
      decided.push(policy.decide({ now, occasion: 'tick', seconds, replicas, ready: replicas, reading, pods }));
    }
    return { decided, lookedAtPods };
  }

  it('sizes for the start-up that its pods show, and looks at them only to learn', () => {
    const [unknown, usual, slow] = [run(null), run(90), run(600)];
    expect(unknown.decided).toEqual(usual.decided);
    const onLastDay = ({ decided }: typeof slow) => decided.slice(-1440).reduce((sum, replicas) => sum + replicas);
    expect(onLastDay(slow)).toBeGreaterThan(1.1 * onLastDay(usual));
    // Every three hours at this age.
    expect(usual.lookedAtPods).toBeGreaterThanOrEqual(DAYS * 8);
    expect(usual.lookedAtPods).toBeLessThanOrEqual(DAYS * 8 + 1);
  });
});
