// One step of one workload: what is known is considered, what was advised is concluded from, and a memory goes on to the next.
import type { AdviceResult } from '../advice/advice.ts';
import { advisedThresholds } from '../advice/advised-thresholds.ts';
import { withLastFailure } from '../advice/last-failure.ts';
import { type AssessInput, assess } from '../assessment/assess.ts';
import type { Assessment } from '../assessment/assessment.ts';
import { needAtLine } from '../assessment/need-at-line.ts';
import type { GuardrailHistory } from '../guardrails/constraint.ts';
import type { LevelMemory } from '../level/level-memory.ts';
import { levelsAt } from '../level/levels.ts';
import type { Observation } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import type { PerSignal } from '../workload/signal.ts';
import type { EpochMs } from '../workload/time.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { type Harm, harmAt, withDemotion } from './harm.ts';
import { isSetByOther } from './held-since.ts';
import { offDecision } from './off-decision.ts';
import { type OffStep, offStep } from './off-hours.ts';
import { carried, decided, isOwnRise, lastScaledAt, ownChangeAt, wantedLately } from './remember.ts';
import type { WorkloadMemory } from './workload-memory.ts';

/** What a step needs beside the memory. Its `now` is the observation's time. */
export interface StepInput
  extends Pick<AssessInput, 'policy' | 'observation' | 'recent' | 'fitted'>,
    Pick<GuardrailHistory, 'killSwitch'> {
  /** Whether harm that it did costs it its rung; not unless given. */
  readonly demotes?: boolean;
  /** The workload's scheduled windows, active or not. */
  readonly windows: NonNullable<AssessInput['windows']>;
}

/** A workload before anyone is asked: everything that is known of it, and what its past says to the guardrails. */
export interface Considered {
  readonly assessment: Assessment;
  readonly history: GuardrailHistory;
  /** Where a window of size 0 stands with it. */
  readonly off: OffStep;
  /** As they go on. */
  readonly levels: PerSignal<LevelMemory>;
  /** As it is known by now. */
  readonly harm: Harm | undefined;
}

export interface Conclusion {
  readonly decision: Decision;
  /** What asking came to, with the last failure beside a call that was not made. */
  readonly advice: AdviceResult | null;
  /** As it stands while nobody has done anything: `settled` adds what became of the decision. */
  readonly memory: WorkloadMemory;
}

/**
 * With `conclude` how the tick, a recommendation and the backtest decide: they call nothing else. The watchdog takes its
 * assessment from here, and only ever raises.
 * @param memory what the last step left; undefined where the workload is seen for the first time
 */
export function consider(memory: WorkloadMemory | undefined, input: StepInput): Considered {
  const { observation, policy: stated, killSwitch, demotes = false, ...seen } = input;
  const now = observation.at;
  const current = observation.replicas.spec;
  const scaledAt = lastScaledAt(memory, current, now);
  const { views, memories } = levelsNow(memory, observation, stated, scaledAt);
  const harm = demotes
    ? harmAt(memory?.harm, {
        observation,
        policy: stated,
        need: () => needAtLine(observation, stated, views, memory?.memory),
        isSetByOther: isSetByOther(memory, current, scaledAt, now),
      })
    : undefined;
  const policy = withDemotion(stated, harm);
  return {
    harm,
    assessment: assess({ now, policy, observation, ...seen, ...carried(memory, observation, policy, views) }),
    levels: memories,
    off: offStep(memory?.off, { policy, observation, windows: seen.windows, killSwitch }),
    history: {
      wanted: wantedLately(memory, current, now, policy.tickSeconds),
      lastScaledAt: scaledAt,
      ownChangeAt: ownChangeAt(memory),
      isOwnRise: isOwnRise(memory),
      killSwitch,
    },
  };
}

function levelsNow(
  memory: WorkloadMemory | undefined,
  observation: Observation,
  policy: Policy,
  scaledAt: EpochMs | null,
) {
  return levelsAt({
    observation,
    policy,
    previous: memory?.levels,
    lastChange: memory?.past.at(-1),
    scaledAt,
    advised: advisedThresholds(memory?.record.advice ?? null, policy, observation.at),
    memory: memory?.memory,
  });
}

/**
 * @param memory as it was given to `consider`
 * @param asked what asking the LLM came to; null where nobody asked
 */
export function conclude(
  memory: WorkloadMemory | undefined,
  { assessment, history, levels, off, harm }: Considered,
  asked: AdviceResult | null,
): Conclusion {
  const advice = withLastFailure(asked, memory?.record.advice ?? null);
  const decision = offDecision(off, decide(assessment, advice, history));
  const made = { decision, assessment, advice };
  const { off: _before, ...next } = decided(memory, made, history.lastScaledAt, { levels, asked, harm });
  return { decision, advice, memory: { ...next, ...(off.memory && { off: off.memory }) } };
}
