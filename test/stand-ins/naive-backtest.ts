// The backtest contract once more, pod by pod and as plainly as can be: what the fast one is held against.
import type { BacktestInput } from '../../lib/app/backtest/backtest.ts';

interface NaiveScores {
  readonly violationPct: number;
  readonly cost: number;
}

type Decide = (now: number, pods: readonly number[], usageBefore: number | null) => number;

/** An HPA with CPU target 0…1: tolerance, not-ready pods counted as idle on the way up, the step limit, five minutes' memory. */
export function naiveHpa(input: BacktestInput, target: number): NaiveScores {
  let wantedAt: readonly { at: number; replicas: number }[] = [];
  return simulate(input, 15, (now, pods, usage) => {
    const current = pods.length;
    if (usage === null) return current;
    const wanted = naiveWanted(now, pods, usage, target, input);
    if (wantedAt.length === 0) wantedAt = [{ at: now, replicas: current }];
    wantedAt = [...wantedAt, { at: now, replicas: wanted }].filter(({ at }) => at >= now - 300);
    const stabilised = Math.max(...wantedAt.map(({ replicas }) => replicas));
    return Math.min(stabilised, Math.max(current + 4, 2 * current), input.max);
  });
}

function naiveWanted(
  now: number,
  pods: readonly number[],
  usage: number,
  target: number,
  input: BacktestInput,
): number {
  const readyThen = pods.filter((born) => born + input.startupSeconds <= now - 15);
  const readyNow = pods.filter((born) => born + input.startupSeconds <= now);
  // A pod that became ready since the reading counts as not ready yet.
  const counted = Math.min(readyThen.length, readyNow.length);
  if (counted === 0) return pods.length;
  const ratio = ratioOf(usage / (counted * input.capacity), target);
  const idle = pods.length - counted;
  if (ratio <= 1 || idle === 0) return Math.abs(ratio - 1) <= 0.1 ? pods.length : Math.ceil(ratio * counted - 1e-9);
  const careful = ratioOf(usage / (pods.length * input.capacity), target);
  if (careful <= 1.1) return pods.length;
  return Math.max(pods.length, Math.ceil(careful * pods.length - 1e-9));
}

/** In whole percent, as the controller counts. */
function ratioOf(utilisation: number, target: number): number {
  return Math.floor(100 * utilisation + 1e-9) / (100 * target);
}

/** At each tick the highest need of all steps that pods of the next tick would come too late for. */
export function naiveLimit(input: BacktestInput): NaiveScores {
  return simulate(input, input.tickSeconds, (now) => {
    let highest = 0;
    for (let at = now; at < now + input.tickSeconds + input.startupSeconds; at += 15)
      highest = Math.max(highest, need(input, at));
    return highest;
  });
}

/** Pods are their instants of birth, oldest first. */
function simulate(input: BacktestInput, everySeconds: number, decide: Decide): NaiveScores {
  const end = input.demand.length * input.intervalSeconds;
  const from = ((input.scoredFrom ?? input.startsAt) - input.startsAt) / 1000;
  let pods: number[] = Array(Math.max(input.min, need(input, 0))).fill(-1e6);
  let usage: number | null = null;
  const totals = { steps: 0, short: 0, had: 0, needed: 0 };
  for (let now = 0; now < end; now += 15) {
    if (now % everySeconds === 0) {
      const wanted = Math.max(input.min, Math.min(input.max, decide(now, pods, usage)));
      pods = Array.from({ length: wanted }, (_, i) => pods[i] ?? now);
    }
    const ready = pods.filter((born) => born + input.startupSeconds <= now).length;
    if (now >= from) {
      totals.steps++;
      if (ready < need(input, now)) totals.short++;
      totals.had += pods.length;
      totals.needed += need(input, now);
    }
    usage = Math.min(demandAt(input, now), 2 * input.capacity * ready);
  }
  return { violationPct: (100 * totals.short) / totals.steps, cost: totals.had / totals.needed };
}

function demandAt({ demand, intervalSeconds }: BacktestInput, at: number): number {
  return demand[Math.floor(at / intervalSeconds)] ?? 0;
}

function need(input: BacktestInput, at: number): number {
  return Math.ceil(demandAt(input, at) / (0.9 * input.capacity) - 1e-9);
}
