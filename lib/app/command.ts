// What a person may ask for: enable, disable, pause and apply. Each is its own consent and is recorded with who asked.
import { mayHoldFloor } from '../domain/floor.ts';
import type { DecisionRecord, Observation, WorkloadRef } from '../domain/model.ts';
import { workloadKey } from '../domain/model.ts';
import { ANNOTATION_PREFIX, annotatedKeys, POLICY_FIELDS, readPolicy } from '../domain/policy.ts';
import { act, type Consent } from './act.ts';
import type { EvaluatePorts, EvaluateSettings } from './evaluate.ts';
import type { GivenBack } from './give-back.ts';
import { noticeOf } from './notices.ts';
import { observeWorkload } from './observe.ts';
import type { NoticeBoard } from './ports/cluster.ts';
import type { PolicyStore, ScheduleStore, TickStore } from './ports/table.ts';
import { AdapterError, type AutoscalerEvent, type Clock, type EventSink } from './ports/world.ts';
import { findStored, recommend } from './recommend.ts';
import { releaseWorkload } from './release.ts';
import { orWarn, publish } from './tell.ts';

export interface CommandPorts extends EvaluatePorts {
  readonly policies: PolicyStore;
  readonly schedules: ScheduleStore;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly ticks: Pick<TickStore, 'clearHold'>;
  readonly noticeBoard: NoticeBoard;
}

export interface CommandSettings extends EvaluateSettings {
  /** Enable also marks the Deployment itself, as the seeds describe; needs the optional role. */
  readonly annotateOnEnable: boolean;
}

export type CommandResult =
  | {
      readonly kind: 'done';
      readonly record: DecisionRecord | null;
      /** What was given back to HPAs because the workload is no longer scaled through them. */
      readonly released?: readonly GivenBack[];
    }
  | { readonly kind: 'not_found' }
  /** A key is annotated: it is in Git, and the API must not argue with it. */
  | { readonly kind: 'annotated'; readonly keys: readonly string[] }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

const ENABLED = 'predictive-autoscaling-enabled';

/** Changes a workload's record; `scale` says whether the decision is then carried out at once. */
export async function changePolicy(
  ports: CommandPorts,
  settings: CommandSettings,
  ref: WorkloadRef,
  values: Readonly<Record<string, string>>,
  requestedBy: string | null,
  then: 'decide' | 'nothing',
): Promise<CommandResult> {
  const observation = await observeWorkload(ports, ref, ports.clock.now());
  if (observation === null) return changeAbsent(ports, ref, values, requestedBy);
  const annotations = settings.annotateOnEnable ? withoutMark(observation.annotations) : observation.annotations;
  const clash = annotatedKeys(annotations).filter((key) => Object.hasOwn(values, key));
  if (clash.length > 0) return { kind: 'annotated', keys: clash };
  const before = (await ports.policies.get(ref))?.values ?? {};
  const merged = { ...before, ...values };
  const problemsOf = (record: Readonly<Record<string, string>>) =>
    readPolicy({ annotations, record, hpa: observation.hpa, tickSeconds: settings.tickSeconds }).problems;
  const known = new Set(problemsOf(before));
  const problems = problemsOf(merged).filter((problem) => !known.has(problem));
  if (problems.length > 0) return { kind: 'invalid', problems };
  await ports.policies.put({ workload: ref, values: merged, updatedAt: ports.clock.now(), updatedBy: requestedBy });
  if (settings.annotateOnEnable && Object.hasOwn(values, ENABLED)) await mark(ports, ref, values[ENABLED] === 'true');
  const policy = readPolicy({ annotations, record: merged, hpa: observation.hpa, tickSeconds: settings.tickSeconds });
  const released = mayHoldFloor(policy, observation.owner) ? [] : await giveBackNow(ports, observation);
  if (then === 'nothing') return { kind: 'done', record: null, released };
  return decideNow(ports, settings, ref, requestedBy, 'schedule');
}

/** An opt-in outlives its Deployment and would hold for the next one of that name: it can be withdrawn all the same. */
async function changeAbsent(
  ports: CommandPorts,
  ref: WorkloadRef,
  values: Readonly<Record<string, string>>,
  requestedBy: string | null,
): Promise<CommandResult> {
  const before = await ports.policies.get(ref);
  if (before === null || values[ENABLED] !== 'false') return { kind: 'not_found' };
  const merged = { ...before.values, ...values };
  await ports.policies.put({ workload: ref, values: merged, updatedAt: ports.clock.now(), updatedBy: requestedBy });
  return { kind: 'done', record: null };
}

/** Decides for one workload on fresh readings and carries the decision out. */
export async function decideNow(
  ports: CommandPorts,
  settings: CommandSettings,
  ref: WorkloadRef,
  requestedBy: string | null,
  consent: Consent,
): Promise<CommandResult> {
  const observation = await observeWorkload(ports, ref, ports.clock.now());
  if (observation === null) return { kind: 'not_found' };
  const stored = await findStored(ports.series, ref);
  const draft = await recommend(ports, settings, stored, observation);
  const outcome = await act(ports, draft.decision, draft.assessment.policy, observation, consent);
  const record = { ...draft, outcome, requestedBy };
  await ports.decisions.put(record);
  if (outcome.kind === 'applied') await tellApplied(ports, record);
  return { kind: 'done', record };
}

/** The policy stands whatever becomes of the floor: what fails here is told, and tried again by the ticks and the watchdog. */
async function giveBackNow(ports: CommandPorts, { workload, hpa }: Observation): Promise<readonly GivenBack[]> {
  try {
    const isHeld = hpa?.ownMinReplicas !== undefined || (await ports.floors.get(workload)) !== null;
    return isHeld ? await releaseWorkload(ports, workload) : [];
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return [{ kind: 'failed', hpa: hpa?.name ?? '', message: `its floor is not given back yet: ${error.message}` }];
  }
}

/** The keys of a request body in the record's own spelling. */
export function recordValues(body: Readonly<Record<string, string | number | boolean | undefined>>) {
  const entries = Object.entries(body).flatMap(([key, value]) => {
    const field = key.replaceAll('_', '-');
    return value === undefined || !Object.hasOwn(POLICY_FIELDS, field) ? [] : [[field, String(value)] as const];
  });
  return Object.fromEntries(entries);
}

/** Our own mark is ours to change; every other annotation is the user's. */
function withoutMark(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== ANNOTATION_PREFIX + ENABLED));
}

async function mark(ports: CommandPorts, ref: WorkloadRef, enabled: boolean): Promise<void> {
  const result = await ports.writer.annotate(ref, { [ANNOTATION_PREFIX + ENABLED]: enabled ? 'true' : null });
  if (result.kind !== 'applied')
    ports.log.warn('the Deployment was not marked; the record in the table stands', {
      workload: workloadKey(ref),
      result: result.kind,
    });
}

async function tellApplied(ports: CommandPorts, record: DecisionRecord): Promise<void> {
  const { decision, outcome, requestedBy } = record;
  const { current, target, source, reason } = decision;
  const detail = { ...decision.workload, current, target, source, reason, outcome: outcome.message, requestedBy };
  const event: AutoscalerEvent = { type: 'DecisionApplied', at: decision.at, detail };
  await publish(ports, [event]);
  const notice = noticeOf(record, undefined);
  if (notice !== null) await orWarn(ports.log, 'cluster was not told', () => ports.noticeBoard.post([notice]));
}
