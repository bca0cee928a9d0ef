// Which signals cannot be relied on, and why: missing, stale, partly measured, or without a request. Nobody scales down on those.
import { signalsOf } from './loads.ts';
import type { Observation } from './observation.ts';
import type { Policy } from './policy.ts';
import type { ReasonCode } from './reason-code.ts';
import { type PerSignal, RESOURCES, type Reading, type Resource, type SignalName } from './signal.ts';
import { servingPods } from './utilisation.ts';

/** Signals on which nobody may scale down, each with the reason. */
export function whyUnusable(observation: Observation, policy: Policy): PerSignal<string> {
  const all = unusableSignals(observation, policy);
  return Object.fromEntries(Object.entries(all).map(([signal, { why }]) => [signal, why] as const));
}

/** Why a signal does not allow a scale-down. */
interface UnusableSignal {
  readonly code: Extract<
    ReasonCode,
    'request_missing' | 'signal_missing' | 'signal_stale' | 'pods_starting' | 'signal_partial'
  >;
  readonly why: string;
}

/**
 * Signals that are missing, stale, partly measured, or without a request.
 * A workload without a memory request, or with its memory target off, is simply not sized by memory; one that says of a
 * signal that missing means nothing, or that it is not asked before a scale-in, does not wait for it.
 */
export function unusableSignals(observation: Observation, policy: Policy): PerSignal<UnusableSignal> {
  const staleMs = policy.staleAfterTicks * policy.tickSeconds * 1000;
  const result: Record<SignalName, UnusableSignal> = {};
  for (const signal of signalsOf(policy)) {
    if ((signal === 'memory' && policy.memoryOff) || !isWaitedFor(policy, signal)) continue;
    const found = unusableFor(signal, observation, staleMs);
    if (found !== null) result[signal] = found;
  }
  return result;
}

function isWaitedFor({ signals, resources }: Policy, signal: SignalName): boolean {
  const said = signals?.[signal] ?? resources?.[signal as Resource];
  return said?.missing !== 'ignore' && said?.direction !== 'up';
}

function unusableFor(signal: SignalName, observation: Observation, staleMs: number): UnusableSignal | null {
  const level = observation.levels?.[signal];
  const reading: Timely | undefined = observation.signals[signal] ?? (level && { at: level.at, coverage: 1 });
  const isResource = (RESOURCES as readonly SignalName[]).includes(signal);
  if (isResource && observation.capacity[signal as Resource] === undefined)
    return signal === 'cpu'
      ? { code: 'request_missing', why: `cannot be sized: ${whyNoRequest(observation)}, set resources.requests.cpu` }
      : null;
  if (reading === undefined)
    return { code: 'signal_missing', why: `not measured: ${whyNoReading(signal, observation)}` };
  if (reading.at < observation.at - staleMs)
    return { code: 'signal_stale', why: `stale: measured ${secondsAgo(observation.at, reading.at)} s ago` };
  // A clock that is wrong: such a figure would never grow old.
  if (reading.at > observation.at + staleMs)
    return {
      code: 'signal_stale',
      why: `dated ${secondsAgo(reading.at, observation.at)} s ahead of the tick: check the nodes' clocks`,
    };
  if (reading.coverage >= 1) return null;
  if (reading.startingPods !== undefined)
    return {
      code: 'pods_starting',
      why: `not known of ${reading.startingPods} ready pods: their figure is of their start-up`,
    };
  const why = `only ${Math.round(reading.coverage * 100)} % of the serving pods were measured`;
  return { code: 'signal_partial', why: reading.leftOut === undefined ? why : `${why} (left out: ${reading.leftOut})` };
}

/** What tells whether a reading can be relied on. */
type Timely = Pick<Reading, 'at' | 'coverage' | 'startingPods' | 'leftOut'>;

/** What older versions stored does not name the container. */
function whyNoRequest({ unrequested }: Observation): string {
  return unrequested?.cpu === undefined ? 'a container states no CPU request' : `no CPU request, ${unrequested.cpu}`;
}

/** Only pods that serve are measured: where there are none, the metrics API is not what to look at. */
function whyNoReading(signal: SignalName, observation: Observation): string {
  const { replicas, troubles, unread, podsNotFound } = observation;
  const left = unread?.[signal];
  if (left !== undefined) return `left out: ${left}`;
  if (podsNotFound !== undefined) return readyWords(observation);
  if (signal !== 'cpu' && signal !== 'memory') return 'its source has no reading of it';
  if (servingPods(observation) > 0 || replicas.spec === 0) return 'no reading from the metrics API';
  const crashing = troubles?.crashLoop ?? 0;
  const words = readyWords(observation);
  return crashing > 0 ? `${words}, ${crashing} crash again and again: see their logs` : words;
}

/** How many of its pods serve; of pods that were not found nothing is said but that, and why. */
export function readyWords({ replicas, podsNotFound }: Pick<Observation, 'replicas' | 'podsNotFound'>): string {
  return podsNotFound === undefined
    ? `${replicas.ready} of ${replicas.spec} pods are ready`
    : `no pods of it were found: ${podsNotFound}`;
}

function secondsAgo(now: number, then: number): number {
  return Math.round((now - then) / 1000);
}
