// Holds in proportion and in time, as timelines of one workload: what holds, for how long, what ends it, who is given way to.
import { describe, expect, it } from 'vitest';
import type { Decision, DecisionRecord } from '../../../lib/domain/decision/decision.ts';
import { settled } from '../../../lib/domain/decision/remember.ts';
import { conclude, consider } from '../../../lib/domain/decision/step.ts';
import type { WorkloadMemory } from '../../../lib/domain/decision/workload-memory.ts';
import { standingProblems } from '../../../lib/domain/guardrails/standing-problems.ts';
import type { Observation } from '../../../lib/domain/workload/observation.ts';
import { EMPTY_SERIES } from '../../../lib/domain/workload/series.ts';
import { NOW, observation, policy } from '../../make/workloads.ts';

const MINUTE = 60_000;

interface Minute {
  readonly minute: number;
  readonly decision: Decision;
  readonly problems: readonly string[];
}

/** One tick a minute; decisions are carried out, and `at` then says what is there. */
function timeline(minutes: number, at: (minute: number, spec: number) => Parameters<typeof observation>[0]): Minute[] {
  let previous: WorkloadMemory | undefined;
  let spec = 10;
  return Array.from({ length: minutes }, (_, minute) => {
    const now = NOW + minute * MINUTE;
    const of: Observation = { ...observation(at(minute, spec)), at: now };
    const signals = Object.entries(of.signals).map(([name, reading]) => [name, { ...reading, at: now - 15_000 }]);
    const seen: Observation = { ...of, signals: Object.fromEntries(signals) };
    spec = seen.replicas.spec;
    const with_ = policy({ max: 60, min: 1 });
    const input = { policy: with_, observation: seen, recent: EMPTY_SERIES, fitted: undefined, windows: [] };
    const considered = consider(previous, { ...input, killSwitch: null });
    const { assessment } = considered;
    const { decision, memory } = conclude(previous, considered, null);
    const kind = decision.target === decision.current ? 'unchanged' : 'applied';
    const record: DecisionRecord = {
      decision,
      outcome: { kind, message: '' },
      assessment,
      advice: null,
      requestedBy: null,
    };
    previous = settled(memory, record, false);
    spec = decision.target;
    return { minute, decision, problems: standingProblems([assessment]) };
  });
}

const counts = (line: readonly Minute[]) => line.map(({ decision }) => decision.target);
const pods = (spec: number, ready: number, running = spec) => ({ spec, ready, running, total: spec });
const noTroubles = { unschedulable: 0, imagePull: 0, crashLoop: 0 };

describe('pods that carry nothing', () => {
  it.each([
    ['wait for a node', { ...noTroubles, unschedulable: 4 }],
    ['cannot pull their image', { ...noTroubles, imagePull: 4 }],
    ['are not even made', noTroubles],
  ])('that %s hold no scale-in, and the others are no reason to keep them', (_what, troubles) => {
    const line = timeline(8, (_minute, spec) => ({
      cpuPercent: 5,
      memoryPercent: 5,
      replicas: pods(spec, Math.min(6, spec), Math.min(6, spec)),
      troubles,
    }));
    expect(Math.min(...counts(line))).toBeLessThan(10);
  });

  it.each([
    [1, 15],
    [2, 30],
    [3, 60],
  ])('%i of them bar more pods until one more is tried, after %i minutes', (waiting, minutes) => {
    const line = timeline(minutes + 2, (_minute, spec) => ({
      cpuPercent: 160,
      replicas: pods(spec, 10, 10),
      troubles: { ...noTroubles, unschedulable: waiting },
    }));
    expect(counts(line).slice(0, minutes)).toEqual(Array.from({ length: minutes }, () => 10));
    expect(line[minutes]?.decision.target).toBe(11);
    // It has its time before the next.
    expect(line[minutes + 1]?.decision.target).toBe(11);
    expect(line[5]?.decision.reason).toMatch(
      new RegExp(`for 5 min; ends when they serve; one more is tried after ${minutes} min`),
    );
  });
});

describe('a hold', () => {
  const idle = { cpuPercent: 5, memoryPercent: 5 };

  it.each<[string, Partial<Observation>, number]>([
    ['pods that start and do not get ready', { replicas: pods(10, 8) }, 15],
    ['a rollout that does not end', { rollout: 'in_progress' }, 60],
  ])('for %s says for how long it has stood, and ends', (_what, change, minutes) => {
    const line = timeline(minutes + 6, () => ({ ...idle, ...change }));
    expect(new Set(counts(line).slice(0, minutes))).toEqual(new Set([10]));
    expect(line[7]?.decision.reason).toMatch(/for 7 min; ends w/);
    // Then it is watched for the five minutes of every scale-in.
    expect(line[minutes]?.decision.reason).toMatch(/was wanted .*; free at \d\d:\d\d UTC/);
    expect(line[minutes + 5]?.decision.target).toBeLessThan(10);
  });

  it('begins anew where it moves: more pods have got ready since', () => {
    const line = timeline(20, (minute) => ({ ...idle, replicas: pods(10, minute < 10 ? 7 : 8) }));
    expect(new Set(counts(line))).toEqual(new Set([10]));
  });

  it.each<[string, Partial<Observation>, RegExp]>([
    ['a signal that is missing', { signals: {} }, /shop\/web: it is not scaled down, cpu is not measured.*for 20 min/],
    ['a request that nobody stated', { capacity: { memory: 2 ** 30 } }, /cpu is cannot be sized.*request.*for 20 min/],
  ])('for %s stands, and is told as a problem', (_what, change, words) => {
    const line = timeline(90, () => ({ ...idle, ...change }));
    expect(new Set(counts(line))).toEqual(new Set([10]));
    expect(line[14]?.problems).toEqual([]);
    expect(line[20]?.problems.join()).toMatch(words);
  });

  it('for a Deployment that a person paused stands without end, and is no problem', () => {
    const line = timeline(120, () => ({ ...idle, rollout: 'paused' }));
    expect(new Set(counts(line))).toEqual(new Set([10]));
    expect(line.at(-1)?.problems).toEqual([]);
  });
});

describe('whoever sets the count against ours', () => {
  const otherWriters = {
    manager: null,
    writer: { name: 'night-scaler', at: 0, through: 'object' as const },
    vpa: null,
    overlaps: [],
  };

  it('each minute is named and given way to, longer each time', () => {
    const line = timeline(120, (minute) => ({
      cpuPercent: 160,
      replicas: pods(4, 4),
      otherWriters: { ...otherWriters, writer: { ...otherWriters.writer, at: NOW + minute * MINUTE - 5000 } },
    }));
    const ours = line.filter(({ decision }) => decision.target !== 4).map(({ minute }) => minute);
    expect(ours.length).toBeLessThanOrEqual(6);
    const gaps = ours.slice(1).map((minute, i) => minute - (ours[i] ?? 0));
    expect(gaps.toSorted((a, b) => a - b)).toEqual(gaps);
    expect(gaps.at(-1)).toBeGreaterThanOrEqual(20);
    const given = line.find(({ decision }) => /times in a row/.test(decision.reason));
    expect(given?.decision.reason).toMatch(
      /^.*night-scaler set 4 replicas against ours, 2 times in a row by now: it is left so until/,
    );
  });

  it('once costs no more than the cooldown, and one we never contradicted is nobody against us', () => {
    const once = timeline(12, (minute, spec) => ({
      cpuPercent: minute < 3 ? 70 : 160,
      replicas: minute === 3 ? pods(7, 7) : pods(spec, spec),
    }));
    expect(once.slice(3, 8).some(({ decision }) => decision.target > 7)).toBe(true);
  });
});
