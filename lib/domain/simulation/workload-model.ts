// One pure model of a Deployment under load, so that backtest and simulated cluster cannot disagree about pods.
import { passQueue, type QueueConfig, type QueueState, type QueueWindow } from './queue-model.ts';

/** Readings reach a policy this late (backtest contract). */
export const READING_LAG_SECONDS = 15;
/** Usage a policy sees saturates at this multiple of the requests of the ready pods (backtest contract). */
const SATURATION = 2;
/** Pods that exist at the start count as this old: long past start-up and every grace period of an HPA. */
const INITIAL_AGE_SECONDS = 86_400;

export interface SimulationConfig {
  /** Demand that one replica takes at 100 % of its CPU request: cores, requests/s …, in the unit of the demand. */
  readonly capacity: number;
  /** From a pod's birth until it serves. */
  readonly startupSeconds: number;
  /** Only so many pods find room; each beyond them waits that long for a node, which goes with its pod. Room for all unless given. */
  readonly nodes?: { readonly room: number; readonly waitSeconds: number };
  /** One pod's highest usage ÷ its capacity; 2 unless told, less or more where a CPU limit says so. */
  readonly saturation?: number;
  /** Memory each pod holds before any load, bytes. */
  readonly memoryBaseBytes?: number;
  /** Memory that one unit of served demand holds on top, bytes. */
  readonly memoryPerDemandBytes?: number;
  /** Where it is given, what finds no free place waits: a replica then serves `capacity` and never more. */
  readonly queue?: QueueConfig;
}

/** What was measured at one instant. */
export interface SimulationReading {
  /** Seconds, on the clock of the simulation. */
  readonly at: number;
  /** Total over the ready pods, capped: the true demand is at least this. */
  readonly demand: number;
  /** The cap was reached. */
  readonly saturated: boolean;
  readonly ready: number;
  readonly replicas: number;
  /** Total over all pods. */
  readonly memoryBytes: number;
  /** What those who asked felt in the step of the reading. Absent without a queue. */
  readonly queue?: QueueWindow;
}

/** Pods by birth, oldest first: as groups, because a replay steps through this millions of times. */
export interface SimulationState {
  readonly seconds: number;
  readonly replicas: number;
  readonly bornAt: readonly number[];
  readonly counts: readonly number[];
  /** The newest reading that is old enough to be seen. */
  readonly visible: SimulationReading | null;
  /** Readings still under way; empty whenever steps are at least as long as the lag. */
  readonly underway: readonly SimulationReading[];
  /** Absent without a queue, and before the first step. */
  readonly queue?: QueueState;
}

/** Pods born together, with what a policy can see of each. Shaped as the HPA wants them. */
export interface PodGroup {
  readonly count: number;
  readonly startedAt: number;
  readonly ready: boolean;
  /** When `ready` last changed. */
  readonly readyChangedAt: number;
  /** Not ready and never measured: its containers are being made. */
  readonly pending: boolean;
  /** Of one pod; null where it was not yet there when the visible reading was taken. */
  readonly usage: { readonly cpu: number; readonly memory: number } | null;
}

const NONE: readonly SimulationReading[] = [];

/**
 * A Deployment whose pods all serve, before anything was measured.
 * @param replicas whole number from 0
 * @param seconds where the clock of the simulation stands
 */
export function startSimulation(replicas: number, seconds: number, config: SimulationConfig): SimulationState {
  const bornAt = replicas > 0 ? [seconds - config.startupSeconds - INITIAL_AGE_SECONDS] : [];
  const counts = replicas > 0 ? [replicas] : [];
  return { seconds, replicas, bornAt, counts, visible: null, underway: NONE };
}

/**
 * Lets `dtSeconds` pass under a demand that holds throughout.
 * Pods that become ready within the step serve from the next one on: a step is judged by the pods ready at its start.
 * @param demand total over all pods, in the unit of `config.capacity`
 */
export function step(
  state: SimulationState,
  demand: number,
  dtSeconds: number,
  config: SimulationConfig,
): SimulationState {
  const seconds = state.seconds + dtSeconds;
  const newestVisible = seconds - READING_LAG_SECONDS;
  const queue = config.queue === undefined ? undefined : queueAfter(state, demand, dtSeconds, config, config.queue);
  const reading = measure(state, Math.max(state.seconds, newestVisible), demand, config, queue, dtSeconds);
  let visible = state.visible;
  let underway = NONE;
  if (state.underway.length === 0 && reading.at <= newestVisible) {
    visible = reading;
  } else {
    const readings = [...state.underway, reading];
    visible = readings.findLast((one) => one.at <= newestVisible) ?? visible;
    underway = readings.filter((one) => one.at > newestVisible);
  }
  const next = { seconds, replicas: state.replicas, bornAt: state.bornAt, counts: state.counts, visible, underway };
  return queue === undefined ? next : { ...next, queue };
}

/**
 * Asks for another number of pods: new ones are born now, surplus ones leave at once, newest first.
 * @param replicas whole number from 0
 * @param config parts those that find room from those that wait for a node; none waits unless given
 */
export function setReplicas(
  state: SimulationState,
  replicas: number,
  { nodes }: Pick<SimulationConfig, 'nodes'> = {},
): SimulationState {
  if (replicas === state.replicas) return state;
  const bornAt = state.bornAt.slice();
  const counts = state.counts.slice();
  if (replicas > state.replicas) {
    const room = Math.min(replicas, Math.max(state.replicas, nodes?.room ?? replicas));
    for (const count of [room - state.replicas, replicas - room])
      if (count > 0) {
        bornAt.push(state.seconds);
        counts.push(count);
      }
  } else {
    removeNewest(bornAt, counts, state.replicas - replicas);
  }
  return { ...state, replicas, bornAt, counts };
}

/** Pods that serve at `at` seconds; now, unless told. */
export function readyReplicas(state: SimulationState, config: SimulationConfig, at: number = state.seconds): number {
  let ready = state.replicas;
  for (let i = state.bornAt.length - 1; i >= 0; i--) {
    const older = ready - (state.counts[i] ?? 0);
    if ((state.bornAt[i] ?? 0) + servesAfter(config, older) <= at) break;
    ready = older;
  }
  return ready;
}

/** From the birth of a pod until it has a node, seconds. @param older pods beside it that are older */
export function nodeAfter({ nodes }: Pick<SimulationConfig, 'nodes'>, older: number): number {
  return nodes !== undefined && older >= nodes.room ? nodes.waitSeconds : 0;
}

/** From the birth of a pod until it serves, seconds. */
export function servesAfter(config: SimulationConfig, older: number): number {
  return nodeAfter(config, older) + config.startupSeconds;
}

/** The newest reading a policy may see: at least 15 s old. Null before there is one. */
export function visibleUsage(state: SimulationState): SimulationReading | null {
  return state.visible;
}

/** The pods as a policy sees them, oldest first: readiness of now, usage of the visible reading. */
export function podGroups(state: SimulationState, config: SimulationConfig): PodGroup[] {
  let older = 0;
  return state.bornAt.map((startedAt, i) => {
    const readyAt = startedAt + servesAfter(config, older);
    const ready = readyAt <= state.seconds;
    const usage = podUsage(state.visible, startedAt, config, older);
    older += state.counts[i] ?? 0;
    return {
      count: state.counts[i] ?? 0,
      startedAt,
      ready,
      readyChangedAt: ready ? readyAt : startedAt,
      pending: !ready && usage === null,
      usage,
    };
  });
}

/** What one pod born at `bornAt` seconds showed in a reading; null where it was not there yet. */
export function podUsage(
  reading: SimulationReading | null,
  bornAt: number,
  config: SimulationConfig,
  older = 0,
): PodGroup['usage'] {
  if (reading === null || bornAt + nodeAfter(config, older) > reading.at) return null;
  const serves = bornAt + servesAfter(config, older) <= reading.at && reading.ready > 0;
  const cpu = serves ? reading.demand / reading.ready : 0;
  return { cpu, memory: (config.memoryBaseBytes ?? 0) + (config.memoryPerDemandBytes ?? 0) * cpu };
}

function queueAfter(
  state: SimulationState,
  demand: number,
  seconds: number,
  config: SimulationConfig,
  queue: QueueConfig,
): QueueState {
  const stretch = { demand, ready: readyReplicas(state, config), capacity: config.capacity, seconds };
  return passQueue(state.queue?.backlog ?? 0, stretch, queue);
}

/** @param queue what came of the step; then what is used is what was served, be it demand of now or the backlog's */
function measure(
  state: SimulationState,
  at: number,
  demand: number,
  config: SimulationConfig,
  queue: QueueState | undefined,
  dtSeconds: number,
): SimulationReading {
  const ready = readyReplicas(state, config, at);
  const ofOne = config.memoryPerDemandBytes ?? 0;
  const atRest = state.replicas * (config.memoryBaseBytes ?? 0);
  const { replicas } = state;
  if (queue !== undefined) {
    const used = queue.served / dtSeconds;
    const saturated = queue.backlog > 0 || used >= ready * config.capacity;
    return { at, demand: used, saturated, ready, replicas, memoryBytes: atRest + used * ofOne, queue: queue.window };
  }
  const cap = ready * config.capacity * (config.saturation ?? SATURATION);
  const used = Math.min(demand, cap);
  return { at, demand: used, saturated: demand >= cap, ready, replicas, memoryBytes: atRest + used * ofOne };
}

/** Changes both columns in place: they are fresh copies. */
function removeNewest(bornAt: number[], counts: number[], surplus: number): void {
  let left = surplus;
  while (left > 0 && counts.length > 0) {
    const last = counts.length - 1;
    const inGroup = counts[last] ?? 0;
    if (inGroup > left) {
      counts[last] = inGroup - left;
      return;
    }
    left -= inGroup;
    counts.pop();
    bornAt.pop();
  }
}
