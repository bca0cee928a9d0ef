// What a complexity score says now: how many replicas it asks for, by the factor of its level on what demand needs.
import { levelOf, replicasAt } from '../complexity/scaling-policy.ts';
import type { SignalPolicy } from '../workload/policy.ts';
import type { SignalDefinition, SignalName } from '../workload/signal.ts';
import { MINUTE_MS } from '../workload/time.ts';
import { digits, type LevelView } from './level-view.ts';
import type { RaisedView, Trigger } from './raised.ts';
import type { ComplexitySeen, ComplexityStep } from './step-complexity.ts';

/** What was asked so long ago says nothing of what is asked now. */
const OLD_SCORE_MS = 15 * MINUTE_MS;

interface ComplexityInput extends Pick<ComplexitySeen, 'now' | 'score' | 'scaling' | 'base' | 'replicas'> {
  readonly name: SignalName;
  readonly step: ComplexityStep;
  readonly definition: SignalDefinition;
  readonly policy: SignalPolicy;
}

export function viewComplexity(input: ComplexityInput): LevelView {
  const { name, step, definition, score, scaling } = input;
  const { memory, band, standing } = step;
  const { raisedBy } = memory;
  const isRaised = raisedBy.raisedAt !== null;
  const level = levelOf(score?.value ?? lastScore(step.memory), scaling.complexityThresholds);
  const raised: RaisedView = {
    level,
    isRaised,
    factor: isRaised ? scaling.scaleUpFactors[level] : 1,
    base: raisedBy.base,
    triggers: standing,
  };
  const said = asked(input, raised);
  return {
    band,
    value: score?.value ?? null,
    unit: definition.unit,
    baseline: null,
    objective: null,
    over: scaling.scaleUpAt,
    windows: memory.windows.length,
    lowWindows: memory.low,
    overWindows: memory.over,
    least: inDirection(said.least, input, isRaised),
    reason: `${name} is at ${score === null ? 'an unknown score' : `${digits(score.value)} ${definition.unit} (${level})`}${said.reason}`,
    unhelped: false,
    raised,
  };
}

/** While it is missing; one that was old already when it was raised is not why, and worth nothing. */
function lastScore({ value, at, raisedBy: { raisedAt } }: ComplexityStep['memory']): number {
  return raisedAt !== null && raisedAt - at <= OLD_SCORE_MS ? value : 0;
}

interface Said {
  readonly least: number;
  /** Behind where the score is. */
  readonly reason: string;
}

function asked(input: ComplexityInput, raised: RaisedView): Said {
  const { score, policy, replicas: current, scaling, base } = input;
  const isHeldUp = score === null && policy.missing === 'hold';
  if (raised.isRaised) {
    const wanted = replicasAt(raised.base ?? current, raised.level, scaling);
    // What waits is evidence that the present is not too many.
    const keeps = isHeldUp || raised.triggers.includes('queue');
    return {
      least: keeps ? Math.max(current, wanted) : wanted,
      reason: `${whyRaised(input, raised)}: ${formula(raised, wanted)}`,
    };
  }
  if (raised.triggers.length > 0)
    return {
      least: current,
      reason: `, ${words(input, raised.triggers)}: it asks for more if that stands for a minute`,
    };
  if (isHeldUp) return { least: current, reason: ': nobody scales down on it' };
  if (base === null)
    return { least: current, reason: ', and no load tells what demand needs: a score alone takes nothing away' };
  return { least: 1, reason: ', and nothing stands for more than demand needs' };
}

function whyRaised(input: ComplexityInput, { triggers }: RaisedView): string {
  const { step, now } = input;
  if (triggers.length > 0) return `, ${words(input, triggers)}`;
  const minutes = Math.round((now - (step.memory.raisedBy.raisedAt ?? now)) / MINUTE_MS);
  return `, raised ${minutes} min ago: until it is quiet for 5 min with low use, or use is low for 15`;
}

function formula({ base, factor, level }: RaisedView, wanted: number): string {
  return `demand needs ${base ?? 'an unknown number of'} replicas by itself, times ${factor} (${level}) is ${wanted}`;
}

function words({ scaling }: ComplexityInput, triggers: readonly Trigger[]): string {
  const said: Readonly<Record<Trigger, string>> = {
    score: `above ${scaling.scaleUpAt}`,
    cpu: 'CPU above its target',
    memory: 'memory above its target',
    queue: `${scaling.queue ?? 'the queue'} growing`,
  };
  return triggers.map((trigger) => said[trigger]).join(', ');
}

/** `up`: it is not waited for. `down`: it never raises. */
function inDirection(least: number, { policy, replicas }: ComplexityInput, isRaised: boolean): number {
  if (policy.direction === 'down') return Math.min(least, replicas);
  return policy.direction === 'up' && !isRaised ? 1 : least;
}
