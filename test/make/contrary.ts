// A workload decided tick by tick under a stand-in model that contradicts the readings: how often its count, or its floor, moves.

import { whyNot } from '../../lib/app/apply/apply-decision.ts';
import type { AdviceResult } from '../../lib/domain/advice/advice.ts';
import type { Assessment } from '../../lib/domain/assessment/assessment.ts';
import { settled } from '../../lib/domain/decision/remember.ts';
import { conclude, consider } from '../../lib/domain/decision/step.ts';
import type { WorkloadMemory } from '../../lib/domain/decision/workload-memory.ts';
import { whyNotAsk } from '../../lib/domain/decision/worth-asking.ts';
import { HPA_START, type HpaMemory, hpaStep } from '../../lib/domain/hpa/controller.ts';
import { floorFor } from '../../lib/domain/hpa/floor.ts';
import type { HpaStatus } from '../../lib/domain/workload/hpa-status.ts';
import type { Series } from '../../lib/domain/workload/series.ts';
import { advised, NOW, observation, policy } from './workloads.ts';

const MINUTE = 60_000;
const CORES = 0.5;
const OWN_MIN = 2;
const MAX = 50;
const TARGET = 70;

export interface ContraryRun {
  readonly minutes: number;
  /** Cores in use at minute `i`. */
  readonly load: (i: number) => number;
  /** Whether an HPA at 70 % owns the count, so that only its floor is ours. */
  readonly hpa: boolean;
  /** The replicas that the stand-in advises; null for rules alone. Asked every five minutes. */
  readonly advise: ((about: Assessment, i: number) => number) | null;
  /** Asked every so many minutes; five unless given. */
  readonly every?: number;
  /** Whether it is left out where its advice could not matter. */
  readonly sparing?: boolean;
}

/** @returns how often the count (or the floor) was changed by us */
export function changesOf(run: ContraryRun): number {
  return contraryRun(run).changes;
}

/** As `changesOf`, with the count and the floor of every minute, and on how many of them the stand-in was asked. */
export function contraryRun({ minutes, load, hpa, advise, every = 5, sparing = false }: ContraryRun) {
  let spec = 6;
  let floor = OWN_MIN;
  let hpaMemory: HpaMemory = HPA_START;
  let memory: WorkloadMemory | undefined;
  let advice: AdviceResult | null = null;
  let changes = 0;
  let asked = 0;
  const counts: string[] = [];
  const seen: { at: number; cpu: number; replicas: number }[] = [];
  for (let i = 0; i < minutes; i++) {
    const now = NOW + i * MINUTE;
    seen.push({ at: now, cpu: load(i), replicas: spec });
    const of = observation({
      at: now,
      replicas: { spec, ready: spec, running: spec, total: spec },
      capacity: { cpu: CORES },
      signals: { cpu: { demand: load(i), at: now - 15_000, coverage: 1, atLimit: false } },
      ...(hpa && { owner: { kind: 'hpa', name: 'web' }, hpa: statusOf(floor, spec) }),
    });
    const with_ = policy({ min: OWN_MIN, max: MAX });
    const recent = seriesOf(seen.slice(-120));
    const considered = consider(memory, {
      policy: with_,
      observation: of,
      recent,
      fitted: undefined,
      windows: [],
      killSwitch: null,
    });
    const about = considered.assessment;
    const spared = sparing && whyNotAsk({ ...considered, hold: null, purpose: 'writing' }) !== null;
    if (spared) advice = null;
    else if (advise !== null && i % every === 0) {
      advice = { ...advised(bounded(advise(about, i))), at: now };
      asked++;
    }
    const concluded = conclude(memory, considered, advice);
    const { decision } = concluded;
    const outcome = whyNot(decision, with_, of, 'schedule') ?? ({ kind: 'applied', message: '' } as const);
    const record = { decision, outcome, assessment: about, advice, requestedBy: null };
    memory = settled(concluded.memory, record, false);
    if (outcome.kind === 'applied') {
      changes++;
      if (of.hpa === null) spec = decision.target;
      else floor = floorFor(decision, of.hpa, MAX);
    }
    if (hpa) ({ spec, memory: hpaMemory } = minuteOfHpa(i * 60, spec, floor, load(i), hpaMemory));
    counts.push(`${spec}/${floor}`);
  }
  return { changes, asked, counts };
}

function bounded(replicas: number): number {
  return Math.max(OWN_MIN, Math.min(MAX, replicas));
}

function statusOf(floor: number, spec: number): HpaStatus {
  return {
    name: 'web',
    minReplicas: floor,
    ...(floor !== OWN_MIN && { ownMinReplicas: OWN_MIN }),
    maxReplicas: MAX,
    currentReplicas: spec,
    desiredReplicas: spec,
    targetCpuPercent: TARGET,
    targetMemoryPercent: null,
    scalingStatus: 'stable',
  };
}

function minuteOfHpa(start: number, replicas: number, min: number, demand: number, before: HpaMemory) {
  let spec = replicas;
  let memory = before;
  for (let now = start; now < start + 60; now += 15) {
    const usage = { cpu: demand / spec };
    const pods = [{ count: spec, pending: false, ready: true, startedAt: -1e6, readyChangedAt: -1e6, usage }];
    const metrics = [{ resource: 'cpu', targetPercent: TARGET, request: CORES }] as const;
    const input = { now, replicas: spec, min, max: MAX, metrics, pods, measuredAt: now, windowSeconds: 0 };
    const result = hpaStep(input, memory);
    spec = result.desired;
    memory = result.memory;
  }
  return { spec, memory };
}

function seriesOf(rows: readonly { readonly at: number; readonly cpu: number; readonly replicas: number }[]): Series {
  return {
    at: Float64Array.from(rows, ({ at }) => at),
    demand: { cpu: Float64Array.from(rows, ({ cpu }) => cpu), memory: new Float64Array(rows.length).fill(Number.NaN) },
    replicas: Float64Array.from(rows, ({ replicas }) => replicas),
  };
}
