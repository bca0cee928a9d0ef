// What keeps a workload from shrinking for now: signals that cannot be relied on, pods that are being replaced or do not serve yet.

import { signalsOf } from '../workload/loads.ts';
import type { Observation } from '../workload/observation.ts';
import { READY_PATIENCE_MS } from '../workload/pace.ts';
import type { Policy } from '../workload/policy.ts';
import type { ReasonCode } from '../workload/reason-code.ts';
import { readyWords, unusableSignals } from '../workload/signal-health.ts';
import type { Assessment } from './assessment.ts';
import { sinceAndUntil, stoodFor } from './standing.ts';

/** A rollout that takes longer is stuck, and its Deployment must not stay large for it. */
const ROLLOUT_PATIENCE_MS = 60 * 60_000;

/** What a hold is told from. */
export type HoldInput = Pick<Assessment, 'now' | 'observation' | 'policy' | 'unusable' | 'standing'>;

/** No fewer replicas than these for now, and why. */
export interface Hold {
  readonly check: 'signals' | 'rollout' | 'not_ready';
  readonly replicas: number;
  readonly code: ReasonCode;
  readonly message: string;
}

/** Everything that holds a workload now. */
export function holdsOn(input: HoldInput): readonly Hold[] {
  return [...signalHolds(input), ...rolloutHolds(input), ...readinessHolds(input)];
}

/** What keeps the present count for now, whatever the history says: the first of it, or null. */
export function whyKept(input: HoldInput): Hold | null {
  return holdsOn(input).toSorted((a, b) => b.replicas - a.replicas)[0] ?? null;
}

/** What stands now, whether or not it still holds: patience with it is counted from its first minute. */
export function holdsStanding(observation: Observation, policy: Policy): readonly ReasonCode[] {
  const { rollout: state, replicas } = observation;
  const unusable = Object.values(unusableSignals(observation, policy)).map(({ code }) => code);
  const rolling = { settled: [], paused: ['deployment_paused'], in_progress: ['rollout_in_progress'] } as const;
  const isWaiting = replicas.ready < Math.min(replicas.running, replicas.spec);
  return [...unusable, ...rolling[state], ...(isWaiting ? (['pods_not_ready'] as const) : [])];
}

/** @returns the signals that forbid a scale-in, the first named; without end, since nothing is known of them */
function signalHolds({ unusable, observation, policy, standing, now }: HoldInput): readonly Hold[] {
  const codes = unusableSignals(observation, policy);
  return signalsOf(policy).flatMap((signal) => {
    if (unusable[signal] === undefined) return [];
    const code = codes[signal]?.code ?? 'signal_missing';
    const ends = code === 'request_missing' ? 'when a request is stated' : 'when all of it is measured again';
    const message = `no scale-down: ${signal} is ${unusable[signal]} ${sinceAndUntil(stoodFor(standing, code, now), ends)}`;
    return [{ check: 'signals', replicas: observation.replicas.spec, code, message }];
  });
}

function rolloutHolds({ observation, standing, now }: HoldInput): readonly Hold[] {
  const current = observation.replicas.spec;
  const hold = (replicas: number, code: ReasonCode, message: string): Hold => ({
    check: 'rollout',
    replicas,
    code,
    message,
  });
  if (observation.rollout === 'settled') return [];
  if (observation.rollout === 'paused') {
    const stood = sinceAndUntil(stoodFor(standing, 'deployment_paused', now), 'when it is resumed');
    return [hold(current, 'deployment_paused', `no scale-down while the Deployment is paused ${stood}`)];
  }
  const stoodMs = stoodFor(standing, 'rollout_in_progress', now);
  if (stoodMs >= ROLLOUT_PATIENCE_MS) return [];
  const ends = `with it, after ${ROLLOUT_PATIENCE_MS / 60_000} min at the latest`;
  const message = `no scale-down while a rollout is in progress ${sinceAndUntil(stoodMs, ends)}`;
  return [hold(current, 'rollout_in_progress', message)];
}

/**
 * Pods that run and do not serve may do so in a moment, and what they will carry is not seen yet. Pods that wait for a node
 * or an image, or do not exist yet, carry nothing and are the first to go: they are no reason to keep the others.
 */
function readinessHolds({ observation, standing, now }: HoldInput): readonly Hold[] {
  const { spec, ready, running } = observation.replicas;
  if (ready >= Math.min(running, spec)) return [];
  const stoodMs = stoodFor(standing, 'pods_not_ready', now);
  if (stoodMs >= READY_PATIENCE_MS) return [];
  const ends = `when they serve, after ${READY_PATIENCE_MS / 60_000} min at the latest`;
  const message = `no scale-down: ${readyWords(observation)} ${sinceAndUntil(stoodMs, ends)}`;
  return [{ check: 'not_ready', replicas: Math.min(spec, running), code: 'pods_not_ready', message }];
}
