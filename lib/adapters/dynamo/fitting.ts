// Many workloads share an item: where they do not fit, those that take more than their share lose their texts, and nobody else's.

import type { Decision, DecisionRecord } from '../../domain/decision/decision.ts';
import type { LastCall } from '../../domain/decision/last-call.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { withinBytes } from '../../domain/text/clean-text.ts';
import type { Observation } from '../../domain/workload/observation.ts';
import type { Policy } from '../../domain/workload/policy.ts';
import { ANNOTATION_PREFIX } from '../../domain/workload/policy-fields.ts';
import { BODY_LIMIT_BYTES, checkedSize, compressed } from './items.ts';

/** Leaves out more of one workload with each: texts are for people, and the last one leaves what the next tick decides by. */
export type Steps<T> = readonly ((one: T) => T)[];

/**
 * All of them, compressed, within one item.
 * @param pack how they stand in it
 * @throws AdapterError where even the last step leaves too much
 */
export function packFitting<T>(
  what: string,
  all: readonly T[],
  steps: Steps<T>,
  pack: (all: readonly T[]) => Uint8Array,
): Uint8Array {
  let fitting = all;
  for (const step of steps) {
    const body = pack(fitting);
    if (body.length <= BODY_LIMIT_BYTES) return body;
    const share = BODY_LIMIT_BYTES / fitting.length;
    fitting = fitting.map((one) => (compressed(one).length > share ? step(one) : one));
  }
  return checkedSize(what, pack(fitting));
}

export const LATEST_STEPS: Steps<WorkloadMemory> = [
  shortTexts,
  (entry) => ({
    ...entry,
    record: { ...entry.record, advice: null, ...untold(entry.record) },
    ...(entry.call && { call: withoutAdvice(entry.call) }),
    ...(entry.vertical && { vertical: { ...entry.vertical, left: [], next: [] } }),
  }),
  (entry) => ({ ...entry, observation: bare(entry.observation) }),
];

export const RECORD_STEPS: Steps<DecisionRecord> = [
  shortTexts,
  (record) => ({
    ...record,
    ...untold(record),
    advice: null,
    assessment: { ...record.assessment, policy: unsaid(record.assessment.policy), forecasts: {}, sizingPolicy: null },
  }),
  (record) => ({ ...record, assessment: { ...record.assessment, observation: bare(record.assessment.observation) } }),
];

/** A workload is named in 316 characters at most, which stay whole; so do annotations, from which the policy is read. */
const TEXT_BYTES = 320;

function shortTexts<T>(one: T): T {
  const shorten = (key: string, value: unknown) => {
    if (typeof value !== 'string' || key.startsWith(ANNOTATION_PREFIX)) return value;
    const cut = withinBytes(value, TEXT_BYTES);
    return cut === value ? value : `${cut}…`;
  };
  return JSON.parse(JSON.stringify(one, shorten)) as T;
}

const LEFT_OUT = 'what was said of this workload does not fit into its share of an item; its history has it';

function untold({ decision, outcome }: { decision: Decision; outcome: Outcome }) {
  return {
    decision: { ...decision, reason: LEFT_OUT, verdicts: [] },
    outcome: { ...outcome, message: withinBytes(outcome.message, 100) },
  };
}

/** When the next call is due, the next tick needs to know. */
function withoutAdvice({ given: _given, ...call }: LastCall): LastCall {
  return call;
}

/** That something is wrong with it counts; what, the next tick reads again. */
function unsaid(policy: Policy): Policy {
  return policy.problems.length === 0 ? policy : { ...policy, problems: [LEFT_OUT] };
}

/** Without what is only shown, or read afresh with the next tick. */
function bare({
  unread: _unread,
  unrequested: _unrequested,
  podsNotFound: _why,
  otherWriters,
  hpa,
  ...rest
}: Observation) {
  const { metrics: _metrics, up: _up, down: _down, ...status } = hpa ?? { metrics: [] };
  return {
    ...rest,
    hpa: hpa === null ? null : (status as Observation['hpa']),
    annotations: {},
    ...(otherWriters && { otherWriters: { ...otherWriters, overlaps: [] } }),
  };
}
