// What a person may ask for: enable, disable, pause and apply. Each is its own consent and is recorded with who asked.
import type { DecisionRecord, WorkloadRef } from '../domain/model.ts';
import { workloadKey } from '../domain/model.ts';
import { ANNOTATION_PREFIX, annotatedKeys, POLICY_FIELDS, readPolicy } from '../domain/policy.ts';
import { act, type Consent } from './act.ts';
import type { EvaluatePorts, EvaluateSettings } from './evaluate.ts';
import { observeWorkload } from './observe.ts';
import type { AutoscalerEvent, Clock, EventSink, PolicyStore } from './ports.ts';
import { findStored, recommend } from './recommend.ts';

export interface CommandPorts extends EvaluatePorts {
  readonly policies: PolicyStore;
  readonly events: EventSink;
  readonly clock: Clock;
}

export interface CommandSettings extends EvaluateSettings {
  /** Enable also marks the Deployment itself, as the seeds describe; needs the optional role. */
  readonly annotateOnEnable: boolean;
}

export type CommandResult =
  | { readonly kind: 'done'; readonly record: DecisionRecord | null }
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
  if (observation === null) return { kind: 'not_found' };
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
  if (then === 'nothing') return { kind: 'done', record: null };
  return decideNow(ports, settings, ref, requestedBy, 'schedule');
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
  if (outcome.kind === 'applied') await publishApplied(ports, record);
  return { kind: 'done', record };
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

async function publishApplied(ports: CommandPorts, { decision, outcome, requestedBy }: DecisionRecord): Promise<void> {
  const { current, target, source, reason } = decision;
  const detail = { ...decision.workload, current, target, source, reason, outcome: outcome.message, requestedBy };
  const event: AutoscalerEvent = { type: 'DecisionApplied', at: decision.at, detail };
  await ports.events.publish([event]).catch((error: unknown) => {
    ports.log.warn('event was not published', { message: String(error) });
  });
}
