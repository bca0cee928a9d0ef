// The ordered list of checks that every answer meets, whoever gave it. Each is pure and says why.
import { worksThroughHpa } from './floor.ts';
import { peakWithin } from './forecast.ts';
import type {
  Assessment,
  Effect,
  EpochMs,
  GuardrailName,
  ProposalSource,
  ReasonCode,
  SignalName,
  Verdict,
} from './model.ts';
import { SIGNAL_NAMES } from './model.ts';
import { floorManagerMessage, lastChange, managerMessage, neighboursMessage } from './other-hands.ts';
import { blindness } from './sizing.ts';
import { whyNoMorePods } from './workload-state.ts';

/** HPA's own window: a scale-in takes the highest number wanted in the last five minutes. */
export const STABILISATION_MS = 300_000;
/** Up at most double, or by four where that is more; down at most by half. */
const MAX_STEP_FACTOR = 2;
const MIN_STEP_UP = 4;
/** Advice to scale up looks no further than this. */
const ADVICE_AHEAD_MS = 60 * 60_000;

/** What the past says that an assessment does not. */
export interface GuardrailHistory {
  /** What was wanted in the last minutes, oldest first. */
  readonly wanted: readonly { readonly at: EpochMs; readonly replicas: number }[];
  readonly lastScaledAt: EpochMs | null;
  /** When we last changed the replica count; null where never. Absent where nobody kept it: no change is then put on others. */
  readonly ownChangeAt?: EpochMs | null;
  /** Why nothing may be changed anywhere, or null. */
  readonly killSwitch: string | null;
}

interface Finding {
  readonly effect: Exclude<Effect, 'passed' | 'rejected'>;
  readonly code: ReasonCode;
  readonly to: number;
  readonly message: string;
}

interface Guardrail {
  readonly name: GuardrailName;
  readonly check: (
    assessment: Assessment,
    history: GuardrailHistory,
    replicas: number,
    source: ProposalSource,
  ) => Finding | null;
}

export interface GuardedResult {
  readonly replicas: number;
  /** A veto ends the walk: this answer must not be followed. */
  readonly vetoed: boolean;
  readonly blockedBy: ReasonCode | null;
  /** One per guardrail met, in order. */
  readonly verdicts: readonly Verdict[];
}

/** Walks one answer through every guardrail, in order. A veto ends the walk; a block lets the number stand as a recommendation. */
export function guard(
  assessment: Assessment,
  history: GuardrailHistory,
  source: ProposalSource,
  proposed: number,
): GuardedResult {
  let replicas = proposed;
  let blockedBy: ReasonCode | null = null;
  const verdicts: Verdict[] = [];
  for (const { name, check } of GUARDRAIL_LIST) {
    const finding = check(assessment, history, replicas, source);
    verdicts.push(verdictOf(name, source, replicas, finding));
    if (finding === null) continue;
    if (finding.effect === 'vetoed') return { replicas: finding.to, vetoed: true, blockedBy, verdicts };
    if (finding.effect === 'blocked') blockedBy ??= finding.code;
    else replicas = finding.to;
  }
  return { replicas, vetoed: false, blockedBy, verdicts };
}

function verdictOf(guardrail: GuardrailName, source: ProposalSource, from: number, finding: Finding | null): Verdict {
  if (finding === null) return { guardrail, source, effect: 'passed', code: 'ok', from, to: from, message: 'passed' };
  const { effect, code, message } = finding;
  return { guardrail, source, effect, code, from, to: effect === 'blocked' ? from : finding.to, message };
}

const bounds: Guardrail = {
  name: 'bounds',
  check: ({ policy: { min, max } }, _history, replicas) => {
    if (replicas < min) return clipped('below_min', min, `${replicas} is under min-replicas ${min}`);
    return replicas > max ? clipped('above_max', max, `${replicas} is over max-replicas ${max}`) : null;
  },
};

/** Before the holds, so that a ceiling takes nothing away where nothing may be taken away. */
const scheduleCeiling: Guardrail = {
  name: 'schedule_ceiling',
  check: ({ schedule }, _history, replicas) => {
    if (schedule === null || schedule.ceiling === null || replicas <= schedule.ceiling) return null;
    const { ceiling, reason } = schedule;
    return clipped('above_schedule', ceiling, `${replicas} is over the ceiling of ${ceiling}: ${reason}`);
  },
};

/** Behind the vetoes, so that no floor makes an answer that must not be followed look harmless. */
const scheduleFloor: Guardrail = {
  name: 'schedule_floor',
  check: ({ schedule }, _history, replicas) => {
    if (schedule === null || schedule.floor === null || replicas >= schedule.floor) return null;
    const { floor, reason } = schedule;
    return clipped('below_schedule', floor, `${replicas} is under the floor of ${floor}: ${reason}`);
  },
};

const signals: Guardrail = {
  name: 'signals',
  check: ({ blind, observation, policy }, _history, replicas) => {
    const signal = SIGNAL_NAMES.find((name) => blind[name] !== undefined);
    if (signal === undefined || replicas >= observation.replicas.spec) return null;
    const code = blindness(observation, policy)[signal]?.code ?? 'signal_missing';
    return held(code, observation.replicas.spec, `no scale-down: ${signal} is ${blind[signal]}`);
  },
};

const rollout: Guardrail = {
  name: 'rollout',
  check: ({ observation }, _history, replicas) => {
    const current = observation.replicas.spec;
    if (replicas >= current || observation.rollout === 'settled') return null;
    return observation.rollout === 'paused'
      ? held('deployment_paused', current, 'no scale-down while the Deployment is paused')
      : held('rollout_in_progress', current, 'no scale-down while a rollout is in progress');
  },
};

const notReady: Guardrail = {
  name: 'not_ready',
  check: ({ observation: { replicas: pods } }, _history, replicas) => {
    if (replicas >= pods.spec || pods.ready >= pods.spec) return null;
    return held('pods_not_ready', pods.spec, `no scale-down: ${pods.ready} of ${pods.spec} pods are ready`);
  },
};

const direction: Guardrail = {
  name: 'direction',
  check: (assessment, _history, replicas, source) => {
    const current = assessment.observation.replicas.spec;
    const over = SIGNAL_NAMES.find((signal) => percentOver(assessment, signal, 0) > 0);
    // A scheduled ceiling is a person's order and holds whatever the load, as max-replicas does.
    if (replicas < current && over !== undefined && replicas !== assessment.schedule?.ceiling)
      return vetoed('down_while_over_target', current, `${describe(assessment, over)}: scaling down would harm`);
    // Only advice can want more than any evidence asks for; proposals are made of evidence.
    const idle = SIGNAL_NAMES.every((signal) => percentOver(assessment, signal, ADVICE_AHEAD_MS) <= 0);
    if (source === 'llm' && replicas > Math.max(current, assessment.envelope.floor) && idle)
      return vetoed('up_while_under_target', current, 'every signal is under its target, now and for the next hour');
    return null;
  },
};

const envelope: Guardrail = {
  name: 'envelope',
  check: ({ envelope: { floor, ceiling, reason } }, _history, replicas) => {
    if (replicas < floor) return clipped('below_envelope', floor, `${replicas} is under the floor ${floor}: ${reason}`);
    if (replicas <= ceiling) return null;
    return clipped('above_envelope', ceiling, `${replicas} is over the ceiling ${ceiling}: ${reason}`);
  },
};

const step: Guardrail = {
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

const stabilisation: Guardrail = {
  name: 'stabilisation',
  check: ({ now, observation }, history, replicas) => {
    const current = observation.replicas.spec;
    if (replicas >= current) return null;
    const recent = history.wanted.filter(({ at }) => at > now - STABILISATION_MS);
    const highest = Math.min(current, Math.max(replicas, ...recent.map((past) => past.replicas)));
    if (highest === replicas) return null;
    return held('stabilising', highest, `${highest} was wanted within the last 5 minutes`);
  },
};

const cooldown: Guardrail = {
  name: 'cooldown',
  check: (assessment, { lastScaledAt, ownChangeAt }, replicas) => {
    const { now, observation, policy, schedule } = assessment;
    const current = observation.replicas.spec;
    const change = lastChange(assessment, lastScaledAt, ownChangeAt);
    if (change === null || replicas === current) return null;
    const seconds = replicas > current ? policy.cooldownUpSeconds : policy.cooldownDownSeconds;
    const since = Math.floor((now - change.at) / 1000);
    // A scheduled floor does not wait: what it asks for is due at its start.
    const due = Math.max(current, Math.min(replicas, schedule?.floor ?? 0));
    if (since >= seconds || due === replicas) return null;
    if (change.by === null) return held('cooling_down', due, `scaled ${since} s ago, the cooldown is ${seconds} s`);
    const pause = `scaling pauses for the cooldown of ${seconds} s`;
    return held('scaled_by_other', due, `${change.by} scaled to ${current} ${since} s ago: ${pause}`);
  },
};

/** After step and stabilisation: where more pods would not serve, no number above the current one counts. */
const pods: Guardrail = {
  name: 'pods',
  check: ({ observation }, _history, replicas) => {
    const current = observation.replicas.spec;
    const why = replicas > current ? whyNoMorePods(observation) : null;
    return why === null ? null : held(why.code, current, why.message);
  },
};

const zero: Guardrail = {
  name: 'zero',
  check: ({ observation }, _history, replicas) => {
    if (observation.replicas.spec > 0) return null;
    return blocked(
      'workload_at_zero',
      replicas,
      'the workload is scaled to 0: somebody switched it off, so it is left',
    );
  },
};

const ownership: Guardrail = {
  name: 'ownership',
  check: ({ policy, observation: { owner } }, _history, replicas) => {
    if (owner.kind === 'none' || worksThroughHpa(policy, owner)) return null;
    if (owner.kind === 'hpa')
      return blocked(
        'owned_by_hpa',
        replicas,
        `HPA ${owner.name} owns the replica count; enable mode auto or hpa-floor to work through it, or delete it to scale from here`,
      );
    if (owner.kind === 'keda')
      return blocked('owned_by_keda', replicas, `KEDA owns the replica count through ${owner.name}; it is left alone`);
    if (owner.kind === 'unknown')
      return blocked('owner_unknown', replicas, 'HPAs could not be listed, so another owner cannot be ruled out');
    return blocked('ambiguous_owner', replicas, `${owner.names.length} HPAs target this workload: keep one`);
  },
};

const manager: Guardrail = {
  name: 'manager',
  check: ({ observation: { hands, hpa, owner } }, _history, replicas) => {
    if (hpa?.floorManager !== undefined)
      return blocked('owned_by_manager', replicas, floorManagerMessage(hpa.name, hpa.floorManager));
    if (!hands?.manager) return null;
    const message = managerMessage(hands.manager);
    if (hands.manager.how === 'states') return noted('replicas_in_manifest', replicas, message);
    // Under an HPA only its minReplicas is ours to move: whoever fights over spec.replicas fights with the HPA.
    return (owner.kind === 'hpa' ? noted : blocked)('owned_by_manager', replicas, message);
  },
};

const neighbours: Guardrail = {
  name: 'neighbours',
  check: ({ observation: { hands } }, _history, replicas) => {
    const message = hands ? neighboursMessage(hands) : null;
    if (message === null) return null;
    return noted(hands?.overlaps.length ? 'selector_overlap' : 'vpa_present', replicas, message);
  },
};

const paused: Guardrail = {
  name: 'paused',
  check: ({ policy }, _history, replicas) =>
    policy.paused ? blocked('paused', replicas, 'the policy says paused') : null,
};

const killSwitch: Guardrail = {
  name: 'kill_switch',
  check: (_assessment, history, replicas) =>
    history.killSwitch === null ? null : blocked('kill_switch', replicas, history.killSwitch),
};

const GUARDRAIL_LIST: readonly Guardrail[] = [
  bounds,
  scheduleCeiling,
  signals,
  rollout,
  notReady,
  direction,
  scheduleFloor,
  envelope,
  step,
  stabilisation,
  cooldown,
  pods,
  zero,
  ownership,
  manager,
  neighbours,
  paused,
  killSwitch,
];

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

const clipped = (code: ReasonCode, to: number, message: string): Finding => ({ effect: 'clipped', code, to, message });
const held = (code: ReasonCode, to: number, message: string): Finding => ({ effect: 'held', code, to, message });
const vetoed = (code: ReasonCode, to: number, message: string): Finding => ({ effect: 'vetoed', code, to, message });
const blocked = (code: ReasonCode, to: number, message: string): Finding => ({ effect: 'blocked', code, to, message });
const noted = (code: ReasonCode, to: number, message: string): Finding => ({ effect: 'noted', code, to, message });
