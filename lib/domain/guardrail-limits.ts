// The guardrails on how far an answer may go: the user's bounds, schedules, evidence, and the size of one step.
import { peakWithin } from './forecast.ts';
import { clipped, type Guardrail, vetoed } from './guardrail.ts';
import type { Assessment, SignalName } from './model.ts';
import { SIGNAL_NAMES } from './model.ts';

/** Up at most double, or by four where that is more; down at most by half. */
const MAX_STEP_FACTOR = 2;
const MIN_STEP_UP = 4;
/** Advice to scale up looks no further than this. */
const ADVICE_AHEAD_MS = 60 * 60_000;

export const bounds: Guardrail = {
  name: 'bounds',
  check: ({ policy: { min, max } }, _history, replicas) => {
    if (replicas < min) return clipped('below_min', min, `${replicas} is under min-replicas ${min}`);
    return replicas > max ? clipped('above_max', max, `${replicas} is over max-replicas ${max}`) : null;
  },
};

/** Before the holds, so that a ceiling takes nothing away where nothing may be taken away. */
export const scheduleCeiling: Guardrail = {
  name: 'schedule_ceiling',
  check: ({ schedule }, _history, replicas) => {
    if (schedule === null || schedule.ceiling === null || replicas <= schedule.ceiling) return null;
    const { ceiling, reason } = schedule;
    return clipped('above_schedule', ceiling, `${replicas} is over the ceiling of ${ceiling}: ${reason}`);
  },
};

/** Behind the vetoes, so that no floor makes an answer that must not be followed look harmless. */
export const scheduleFloor: Guardrail = {
  name: 'schedule_floor',
  check: ({ schedule }, _history, replicas) => {
    if (schedule === null || schedule.floor === null || replicas >= schedule.floor) return null;
    const { floor, reason } = schedule;
    return clipped('below_schedule', floor, `${replicas} is under the floor of ${floor}: ${reason}`);
  },
};

export const direction: Guardrail = {
  name: 'direction',
  check: (assessment, _history, replicas, source) => {
    const current = assessment.observation.replicas.spec;
    // A veto needs a signal that more replicas would help.
    const helped = SIGNAL_NAMES.filter((signal) => signal === 'cpu' || assessment.memoryKind === 'follows_load');
    const over = helped.find((signal) => percentOver(assessment, signal, 0) > 0);
    // A scheduled ceiling is a person's order and holds whatever the load, as max-replicas does.
    if (replicas < current && over !== undefined && replicas !== assessment.schedule?.ceiling)
      return vetoed('down_while_over_target', current, `${describe(assessment, over)}: scaling down would harm`);
    // Only advice can want more than any evidence asks for; proposals are made of evidence.
    const counted =
      assessment.memoryKind === 'at_rest' || assessment.policy.memoryOff ? (['cpu'] as const) : SIGNAL_NAMES;
    const idle = counted.every((signal) => percentOver(assessment, signal, ADVICE_AHEAD_MS) <= 0);
    if (source === 'llm' && replicas > Math.max(current, assessment.envelope.floor) && idle)
      return vetoed('up_while_under_target', current, 'every signal is under its target, now and for the next hour');
    return null;
  },
};

export const envelope: Guardrail = {
  name: 'envelope',
  check: ({ envelope: { floor, ceiling, reason } }, _history, replicas) => {
    if (replicas < floor) return clipped('below_envelope', floor, `${replicas} is under the floor ${floor}: ${reason}`);
    if (replicas <= ceiling) return null;
    return clipped('above_envelope', ceiling, `${replicas} is over the ceiling ${ceiling}: ${reason}`);
  },
};

export const step: Guardrail = {
  name: 'step',
  check: ({ observation, schedule }, _history, replicas) => {
    const current = observation.replicas.spec;
    // Steps guard against wrong evidence; a scheduled floor is no evidence and is due at its start.
    const highest = Math.max(current * MAX_STEP_FACTOR, current + MIN_STEP_UP, schedule?.floor ?? 0);
    const lowest = Math.ceil(current / MAX_STEP_FACTOR);
    if (replicas > highest) return clipped('step_up', highest, `at most ${highest} in one step from ${current}`);
    return replicas < lowest ? clipped('step_down', lowest, `at least ${lowest} in one step from ${current}`) : null;
  },
};

/** Percent of requests above the target, at present or at the forecast's upper quantile within `aheadMs`. */
function percentOver(assessment: Assessment, signal: SignalName, aheadMs: number): number {
  const percent = assessment.utilisation[signal];
  const forecast = assessment.forecasts[signal];
  if (percent === undefined) return 0;
  const target = assessment.targets[signal];
  if (aheadMs === 0 || forecast === undefined || forecast.current <= 0) return percent - target;
  return percent * (peakWithin(forecast, aheadMs, 'p90') / forecast.current) - target;
}

function describe(assessment: Assessment, signal: SignalName): string {
  const percent = Math.round((assessment.utilisation[signal] ?? 0) * 10) / 10;
  return `${signal} is at ${percent} % of requests, over its target of ${Math.round(assessment.targets[signal])} %`;
}
