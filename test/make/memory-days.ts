// Days of a workload whose pods share memory, ticked once a minute and learned from as a tick learns; what is decided is done.
import { settled } from '../../lib/domain/decision/remember.ts';
import { conclude, consider } from '../../lib/domain/decision/step.ts';
import type { WorkloadMemory } from '../../lib/domain/decision/workload-memory.ts';
import { fitWorkload, isFitDue } from '../../lib/domain/learning/fit-workload.ts';
import type { Fitted } from '../../lib/domain/learning/fitted.ts';
import type { Observation } from '../../lib/domain/workload/observation.ts';
import type { Series } from '../../lib/domain/workload/series.ts';
import { observation, policy } from './workloads.ts';

const MINUTE = 60_000;
const DAY_MINUTES = 1440;
const GIB = 2 ** 30;
const START = Date.parse('2026-03-02T00:00:00Z');
const CORES = 1;
/** A pod serves in the second minute after it was asked for. */
const STARTS = 2;
const ROLLOUT_MINUTES = 5;
const HISTORY_MINUTES = 14 * DAY_MINUTES;
const RECENT_MINUTES = 82;

export interface MemoryDays {
  readonly days: number;
  /** Days before anything is counted. */
  readonly countedFrom: number;
  /** Whether what was learned of memory is gone by. */
  readonly isLearned: boolean;
  /** Total cores by the minute. */
  readonly load: (minute: number) => number;
  /** What pods share, GiB by the minute; 1.6 a core unless given. */
  readonly shared?: (minute: number) => number;
  /** Every pod holds at rest, GiB; 0.2 unless given. */
  readonly base?: (minute: number) => number;
  /** Until a pod holds its base, of which it begins with a third, minutes; 0 unless given. */
  readonly fills?: number;
  /** Every pod holds so much more with each minute of its life, GiB, and never less. */
  readonly leak?: number;
  /** GiB; one unless given. */
  readonly request?: (minute: number) => number;
  /** GiB; none unless given. */
  readonly limit?: number;
  /** 80 unless given. */
  readonly targetPercent?: number;
  /** Of the request, at which a pod is counted as over; the target unless given. */
  readonly judgedAtPercent?: number;
  /** All pods are made anew in these minutes. */
  readonly rollouts?: readonly number[];
}

export interface MemoryDaysResult {
  /** Minutes in which a pod held more than that. */
  readonly over: number;
  readonly overLimit: number;
  /** In the mean, and the most. */
  readonly replicas: number;
  readonly most: number;
  readonly changesPerHour: number;
  /** Of the last day, by the minute: pods that served, and why there will be as many as there will. */
  readonly ready: readonly number[];
  readonly reasons: readonly string[];
  readonly fitted: Fitted | undefined;
}

export function memoryDays(world: MemoryDays): MemoryDaysResult {
  const minutes = world.days * DAY_MINUTES;
  const workload = new SharingWorkload(world);
  const steps = Array.from({ length: minutes }, (_, minute) => workload.tick(minute));
  const counted = steps.slice(world.countedFrom * DAY_MINUTES);
  const countOf = (is: (step: Step) => boolean) => counted.filter(is).length;
  const lastDay = steps.slice(-DAY_MINUTES);
  return {
    over: countOf(({ isOver }) => isOver),
    overLimit: countOf(({ isOverLimit }) => isOverLimit),
    replicas: Number((counted.reduce((sum, { replicas }) => sum + replicas, 0) / counted.length).toFixed(2)),
    most: counted.reduce((most, { replicas }) => Math.max(most, replicas), 0),
    changesPerHour: Number(((60 * countOf(({ isChange }) => isChange)) / counted.length).toFixed(2)),
    ready: lastDay.map(({ ready }) => ready),
    reasons: lastDay.map(({ reason }) => reason),
    fitted: workload.fitted,
  };
}

interface Step {
  readonly replicas: number;
  readonly ready: number;
  readonly isOver: boolean;
  readonly isOverLimit: boolean;
  readonly isChange: boolean;
  readonly reason: string;
}

interface Seen {
  readonly now: number;
  readonly request: number;
  readonly ready: number;
  readonly cpu: number;
  readonly memory: number;
}

class SharingWorkload {
  fitted: Fitted | undefined;
  readonly #world: MemoryDays;
  readonly #noise = noiseOf(11);
  readonly #samples = { at: [] as number[], cpu: [] as number[], memory: [] as number[], replicas: [] as number[] };
  /** The minute in which each pod was asked for. */
  #born: readonly number[] = Array.from({ length: 4 }, () => -DAY_MINUTES);
  #previous: WorkloadMemory | undefined;

  constructor(world: MemoryDays) {
    this.#world = world;
  }

  tick(minute: number): Step {
    const { limit, targetPercent = 80, judgedAtPercent = targetPercent, rollouts = [] } = this.#world;
    const now = START + minute * MINUTE;
    if (rollouts.includes(minute)) this.#born = this.#born.map(() => minute - STARTS);
    const request = this.#world.request?.(minute) ?? 1;
    const { pods: ready, total } = heldAt(this.#world, minute, this.#born);
    const cpu = Math.max(0, this.#world.load(minute) * (1 + 0.02 * this.#noise()));
    const seen = { now, request, ready, cpu, memory: total * GIB * (1 + 0.01 * this.#noise()) };
    this.#keep(seen);
    this.#learn(seen);
    const replicas = this.#born.length;
    const { target, reason } = this.#decide(seen, minute);
    const added = Array.from({ length: Math.max(0, target - replicas) }, () => minute);
    this.#born = [...this.#born, ...added].slice(0, target);
    const perPod = total / ready;
    return {
      replicas,
      ready,
      isOver: perPod > (request * judgedAtPercent) / 100,
      isOverLimit: limit !== undefined && perPod > limit,
      isChange: target !== replicas,
      reason,
    };
  }

  #keep({ now, cpu, memory, ready }: Seen): void {
    this.#samples.at.push(now);
    this.#samples.cpu.push(cpu);
    this.#samples.memory.push(memory);
    this.#samples.replicas.push(ready);
  }

  #learn({ now, request }: Seen): void {
    const { isLearned, targetPercent = 80, limit } = this.#world;
    if (!isFitDue(0, this.fitted === undefined ? [] : [this.fitted], 1, now)) return;
    const learned = fitWorkload({
      history: this.#last(HISTORY_MINUTES),
      previous: this.fitted,
      now,
      coresPerReplica: CORES,
      bytesPerReplica: request * GIB,
      memoryTargetPercent: targetPercent,
      memoryLimitBytes: limit && limit * GIB,
      startupSeconds: 90,
      sloPercent: 99.5,
      tickSeconds: 60,
      lookSeconds: 0,
    });
    this.fitted = isLearned ? learned : withoutLoads(learned);
  }

  #decide({ now, request, ready, cpu, memory }: Seen, minute: number) {
    const { targetPercent = 80, limit, rollouts = [] } = this.#world;
    const replicas = this.#born.length;
    const reading = { at: now - 15_000, coverage: 1, atLimit: false };
    const isRollout = rollouts.some((from) => minute >= from && minute < from + ROLLOUT_MINUTES);
    const seen: Observation = {
      ...observation(),
      at: now,
      replicas: { spec: replicas, ready, running: replicas, total: replicas },
      capacity: { cpu: CORES, memory: request * GIB },
      signals: { cpu: { demand: cpu, ...reading }, memory: { demand: memory, ...reading } },
      rollout: isRollout ? 'in_progress' : 'settled',
      ...(limit !== undefined && { limits: { memory: limit * GIB } }),
    };
    const considered = consider(this.#previous, {
      policy: policy({ llm: 'off', max: 100, targetPercent: { cpu: 70, memory: targetPercent } }),
      observation: seen,
      recent: this.#last(RECENT_MINUTES),
      fitted: this.fitted,
      windows: [],
      killSwitch: null,
    });
    const { decision, memory: next } = conclude(this.#previous, considered, null);
    const kind = decision.target === replicas ? 'unchanged' : 'applied';
    const { assessment } = considered;
    const record = { decision, outcome: { kind, message: '' }, assessment, advice: null, requestedBy: null } as const;
    this.#previous = settled(next, record, false);
    return decision;
  }

  #last(minutes: number): Series {
    const column = (values: readonly number[]) => Float64Array.from(values.slice(-minutes));
    const { at, cpu, memory, replicas } = this.#samples;
    return { at: column(at), demand: { cpu: column(cpu), memory: column(memory) }, replicas: column(replicas) };
  }
}

/** Pods that serve, and what they hold together, GiB. */
function heldAt(world: MemoryDays, minute: number, born: readonly number[]) {
  const { base = () => 0.2, fills = 0, leak = 0, load, shared } = world;
  const serving = born.filter((at) => minute - at >= STARTS);
  const filled = (age: number) => (age < fills ? 1 / 3 + ((2 / 3) * age) / fills : 1);
  const own = serving.reduce((sum, at) => sum + base(minute) * filled(minute - at) + leak * (minute - at), 0);
  return { pods: Math.max(1, serving.length), total: own + (shared?.(minute) ?? 1.6 * load(minute)) };
}

function withoutLoads({ loads: _, ...rest }: Fitted): Fitted {
  return rest;
}

/** One core, six from nine o'clock on, within twenty minutes; down again from six in the evening, within two hours. No two hours alike. */
export function officeDay(minute: number): number {
  const time = ((minute % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  const share = (from: number, minutes: number) => Math.min(1, Math.max(0, (time - from) / minutes));
  const hour = Math.floor(Math.max(0, minute) / 60);
  const wobble = 1 + 0.05 * Math.sin(hour * hour * 1.7);
  return (1 + 5 * (share(540, 20) - share(1080, 120))) * wobble;
}

/** A repeatable standard normal. */
function noiseOf(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
