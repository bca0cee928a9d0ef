// Scheduled windows as people handle them: created once they are sound, listed with what they do now, removed by id.

import { readWindow, type WindowProblem, type WindowText } from '../../domain/schedule/validation.ts';
import { type ScheduleWindow, type WindowState, windowState } from '../../domain/schedule/window.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { policyNow } from '../known-state.ts';
import { type ObservePorts, observeWorkload } from '../observe/observe.ts';
import type { PolicyStore } from '../ports/policy-store.ts';
import type { ScheduleRecord, ScheduleStore } from '../ports/schedule-store.ts';
import type { SeriesStore } from '../ports/series-store.ts';
import type { Clock } from '../ports/world.ts';
import type { DecideSettings } from '../tick/decide-shard.ts';

export interface SchedulePorts extends ObservePorts {
  readonly schedules: ScheduleStore;
  readonly policies: PolicyStore;
  readonly series: SeriesStore;
  readonly clock: Clock;
}

/** A window beside what it does now. */
export interface ListedWindow {
  readonly record: ScheduleRecord;
  readonly state: WindowState;
}

export type ScheduleResult =
  | {
      readonly kind: 'done';
      readonly listed: ListedWindow;
      /** The same window was there before: a request sent twice makes one. */
      readonly existed: boolean;
      /** Without opt-in a window is shown and changes nothing. */
      readonly enabled: boolean;
    }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'full'; readonly most: number }
  | { readonly kind: 'invalid'; readonly problems: readonly WindowProblem[] };

/** A tick asks each of them: enough for a year's plan, and a loop that adds windows is found out. */
const WINDOWS_OF_A_WORKLOAD = 50;

/** Creates a window on a Deployment that exists. Only this workload's policy decides what is within bounds. */
export async function createWindow(
  ports: SchedulePorts,
  { tickSeconds }: Pick<DecideSettings, 'tickSeconds'>,
  workload: WorkloadRef,
  text: WindowText,
  createdBy: string | null,
): Promise<ScheduleResult> {
  const now = ports.clock.now();
  const observation = await observeWorkload(ports, workload, now);
  if (observation === null) return { kind: 'not_found' };
  const [policy, known] = await Promise.all([
    policyNow(ports, observation, tickSeconds),
    ports.schedules.listOf(workload),
  ]);
  const reading = readWindow(text, policy, now);
  if (reading.kind === 'problems') return { kind: 'invalid', problems: reading.problems };
  const isOff = reading.window.effect === 'size' && reading.window.replicas === 0;
  const scaler = isOff ? whoScales(observation) : null;
  if (scaler !== null) {
    const message = `is 0, and ${scaler}: expected at least 1, or a Deployment that nobody else scales`;
    return { kind: 'invalid', problems: [{ field: 'size', message }] };
  }
  const id = idOf(reading.window);
  const window = isOff ? { ...reading.window, by: createdBy ?? 'somebody' } : reading.window;
  const before = known.find((record) => record.id === id);
  if (before === undefined && known.length >= WINDOWS_OF_A_WORKLOAD)
    return { kind: 'full', most: WINDOWS_OF_A_WORKLOAD };
  const record = before ?? { workload, id, window, createdAt: now, createdBy };
  if (before === undefined) await ports.schedules.put(record);
  const listed = { record, state: windowState(record.window, now) };
  return { kind: 'done', listed, existed: before !== undefined, enabled: policy.enabled };
}

/** Who else sets its count, in words; null where nobody does. */
function whoScales({ workload, hpa, owner }: Observation): string | null {
  if (workload.kind !== undefined) return `it is a ${kindOf(workload)}`;
  if (hpa !== null) return `HPA ${hpa.name} scales it`;
  return owner.kind === 'none' ? null : 'somebody else scales it, or may';
}

/** The windows of one workload, or of a whole cluster, each with what it does now; by workload, those to come first first. */
export async function listWindows(
  schedules: ScheduleStore,
  cluster: string,
  workload: WorkloadRef | null,
  now: EpochMs,
): Promise<readonly ListedWindow[]> {
  const records =
    workload === null ? [...(await schedules.list(cluster)).values()].flat() : await schedules.listOf(workload);
  return records
    .map((record) => ({ record, state: windowState(record.window, now) }))
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)) || startOf(a) - startOf(b));
}

function nameOf({ record }: ListedWindow): string {
  return workloadKey(record.workload);
}

function startOf({ state }: ListedWindow): number {
  return state.active?.from ?? state.next?.from ?? Number.MAX_SAFE_INTEGER;
}

/** The same window has the same id, so that a request repeated after a time-out does not create a second. FNV-1a, 32 bits. */
function idOf(window: ScheduleWindow): string {
  let hash = 0x811c9dc5;
  for (const char of JSON.stringify(window)) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return `${window.effect}-${hash.toString(36).padStart(7, '0')}`;
}
