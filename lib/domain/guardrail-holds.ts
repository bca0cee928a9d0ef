// The guardrails that hold an answer back for now: until signals are back, pods serve, and the last change has had its time.
import { type Guardrail, held } from './guardrail.ts';
import { SIGNAL_NAMES } from './model.ts';
import { lastChange } from './other-hands.ts';
import { blindness, readyWords } from './sizing.ts';
import { whyNoMorePods } from './workload-state.ts';

/** HPA's own window: a scale-in takes the highest number wanted in the last five minutes. */
export const STABILISATION_MS = 300_000;

export const signals: Guardrail = {
  name: 'signals',
  check: ({ blind, observation, policy }, _history, replicas) => {
    const signal = SIGNAL_NAMES.find((name) => blind[name] !== undefined);
    if (signal === undefined || replicas >= observation.replicas.spec) return null;
    const code = blindness(observation, policy)[signal]?.code ?? 'signal_missing';
    return held(code, observation.replicas.spec, `no scale-down: ${signal} is ${blind[signal]}`);
  },
};

export const rollout: Guardrail = {
  name: 'rollout',
  check: ({ observation }, _history, replicas) => {
    const current = observation.replicas.spec;
    if (replicas >= current || observation.rollout === 'settled') return null;
    return observation.rollout === 'paused'
      ? held('deployment_paused', current, 'no scale-down while the Deployment is paused')
      : held('rollout_in_progress', current, 'no scale-down while a rollout is in progress');
  },
};

export const notReady: Guardrail = {
  name: 'not_ready',
  check: ({ observation }, _history, replicas) => {
    const { spec, ready } = observation.replicas;
    if (replicas >= spec || ready >= spec) return null;
    return held('pods_not_ready', spec, `no scale-down: ${readyWords(observation)}`);
  },
};

export const stabilisation: Guardrail = {
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

export const cooldown: Guardrail = {
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
export const pods: Guardrail = {
  name: 'pods',
  check: ({ observation }, _history, replicas) => {
    const current = observation.replicas.spec;
    const why = replicas > current ? whyNoMorePods(observation) : null;
    return why === null ? null : held(why.code, current, why.message);
  },
};
