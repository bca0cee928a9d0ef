// A look between two ticks: newer readings of the same workload, decided as a tick decides, and followed upwards alone.
import type { GivenAdvice } from '../advice/advice.ts';
import { CALL_INTERVAL_MS } from '../advice/call-interval.ts';
import { fittingNow } from '../advice/present-terms.ts';
import type { Assessment } from '../assessment/assessment.ts';
import type { Observation } from '../workload/observation.ts';
import { TOLERANCE } from '../workload/pace.ts';
import type { Series } from '../workload/series.ts';
import { type PerSignal, RESOURCES, type Reading } from '../workload/signal.ts';
import { MINUTE_MS } from '../workload/time.ts';
import type { Decision, DecisionRecord } from './decision.ts';
import { lastCallOf } from './last-call.ts';
import { conclude, consider, type StepInput } from './step.ts';
import type { WorkloadMemory } from './workload-memory.ts';

/** A decision to have more, and what it was made from: nobody has done anything yet. */
export type Rise = Pick<DecisionRecord, 'decision' | 'assessment' | 'advice'>;

/** What a step saw of a signal. */
export type Seen = Pick<Reading, 'demand' | 'at'>;

/**
 * Whether a look could come to anything: CPU or memory was measured again and is higher than what the last step saw, or that
 * step wanted more than one step may reach.
 * @param memory what the last step left
 */
export function isNews({ observation: before, record }: WorkloadMemory, { signals }: Pick<Observation, 'signals'>) {
  return isNewsBeside(before.signals, signals, wantsMore(record.decision));
}

/**
 * As `isNews`, on what is known before anything is read.
 * Higher by no more than HPA's tolerance is no news: load trembles by as much from minute to minute, and sizing keeps room for
 * that. What adds up to more over the looks is news then.
 * @param wanting whether more was wanted than one step may reach
 */
export function isNewsBeside(before: PerSignal<Seen>, signals: PerSignal<Seen>, wanting: boolean): boolean {
  return RESOURCES.some((resource) => {
    const [then, now] = [before[resource], signals[resource]];
    if (now === undefined || now.at <= (then?.at ?? Number.NEGATIVE_INFINITY)) return false;
    return wanting || now.demand > (1 + TOLERANCE) * (then?.demand ?? 0);
  });
}

/** Whether a step ended below what it wanted: how far one may go, or the budget of the cluster, kept it there. */
export function wantsMore({ target, wanted = target }: Pick<Decision, 'target' | 'wanted'>): boolean {
  return wanted > target;
}

/**
 * What a look comes to. Nobody is asked for advice: what was advised within the last minutes counts as at any tick. Levels and
 * named loads are those of the last step, which reads them.
 * @param memory what the last step left, be it a tick or a look
 * @param input the observation with the newer readings; `recent` as ticks stored it
 * @returns null where nothing is newer, or more replicas are not wanted
 */
export function look(memory: WorkloadMemory, input: StepInput): Rise | null {
  const { observation } = input;
  if (!isNews(memory, observation)) return null;
  const considered = consider(memory, { ...input, recent: withPresent(input.recent, observation) });
  const kept = keptAdvice(memory, considered.assessment);
  const { decision, advice } = conclude(memory, considered, kept);
  // What a window has off is the ticks' to bring back.
  if (decision.target <= decision.current || considered.off.kind !== 'none') return null;
  return { decision: asLook(decision), assessment: considered.assessment, advice };
}

const LOOK_ENDING = '-look';

/** Whoever reads the history is told that it was no tick. */
function asLook(decision: Decision): Decision {
  const id = `${new Date(decision.at).toISOString()}${LOOK_ENDING}`;
  return { ...decision, id, reason: `look between two ticks: ${decision.reason}` };
}

/** Whether a decision was made between two ticks. */
export function isLook({ id }: Pick<Decision, 'id'>): boolean {
  return id.endsWith(LOOK_ENDING);
}

/** Advice of the last minutes, while its number lies within the bounds. */
function keptAdvice(memory: WorkloadMemory, { now, observation, policy }: Assessment): GivenAdvice | null {
  const given = lastCallOf(memory)?.given;
  if (policy.llm === 'off' || given === undefined || now - given.at > CALL_INTERVAL_MS) return null;
  return fittingNow(given, { current: observation.replicas.spec, min: policy.min, max: policy.max });
}

/**
 * The stored minutes and the newer readings as the one after them: what the next tick would see has come early. Minutes are what
 * sizing and forecasts were fitted on, so the present never shares one with the last tick.
 */
function withPresent(stored: Series, { at: now, signals, replicas }: Observation): Series {
  const last = stored.at.at(-1) ?? Number.NEGATIVE_INFINITY;
  const at = Math.max(now, (Math.floor(last / MINUTE_MS) + 1) * MINUTE_MS);
  const columns = Object.entries(stored.demand).map(
    ([name, column]) => [name, withNext(column, signals[name]?.demand ?? Number.NaN)] as const,
  );
  return {
    at: withNext(stored.at, at),
    demand: { ...stored.demand, ...Object.fromEntries(columns) },
    replicas: withNext(stored.replicas, replicas.ready),
  };
}

function withNext(column: Float64Array, value: number): Float64Array {
  const longer = new Float64Array(column.length + 1);
  longer.set(column);
  longer[column.length] = value;
  return longer;
}
