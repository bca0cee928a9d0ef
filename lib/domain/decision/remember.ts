// How a workload's memory goes on from tick to tick: what was wanted, past decisions with what came of them.

import type { AdviceResult } from '../advice/advice.ts';
import { keptInShort } from '../advice/last-failure.ts';
import type { AssessInput } from '../assessment/assess.ts';
import type { Assessment } from '../assessment/assessment.ts';
import { countChanges, wantedAlone } from '../assessment/change-budget.ts';
import { whyKept } from '../assessment/holds.ts';
import { askedByLevels } from '../assessment/proposals/levels.ts';
import { chargeAdvice, NO_REGRET, type TrackedTick } from '../assessment/regret-budget.ts';
import type { LevelMemory } from '../level/level-memory.ts';
import type { LevelView } from '../level/level-view.ts';
import { withinSchedule } from '../schedule/active.ts';
import { targetsOf } from '../sizing/capacity.ts';
import { loadsOf } from '../workload/loads.ts';
import type { Observation } from '../workload/observation.ts';
import { STABILISATION_MS } from '../workload/pace.ts';
import type { Policy } from '../workload/policy.ts';
import type { PerSignal } from '../workload/signal.ts';
import type { EpochMs } from '../workload/time.ts';
import { servingPods, utilisationOf } from '../workload/utilisation.ts';
import { declinedBy, proposalAfter } from './change-proposal.ts';
import { savingsAfter, savingsSeen } from './cost.ts';
import { baselineProposal } from './decide.ts';
import type { Decision, DecisionRecord } from './decision.ts';
import { type Harm, harmAfter } from './harm.ts';
import { heldSince, overruledNow, ranAtMost } from './held-since.ts';
import { callAfter } from './last-call.ts';
import { offAfter } from './off-decision.ts';
import type { Outcome } from './outcome.ts';
import { PAST_KEPT, pastDecision, pastWithEffects } from './past-changes.ts';
import { seenNeed, trackAt, trackedAfter } from './proposal-track.ts';
import { seenShortage, shortageAt } from './shortage.ts';
import type { WorkloadMemory } from './workload-memory.ts';

/** So many ticks missed, and a workload was not watched in between. */
const TICKS_UNTIL_A_GAP = 3;

/** When the replica count last moved, whoever moved it: our own last change, or one seen since the last tick. */
export function lastScaledAt(previous: WorkloadMemory | undefined, current: number, now: EpochMs): EpochMs | null {
  if (previous === undefined) return null;
  const expected =
    previous.record.outcome.kind === 'applied' ? previous.record.decision.target : previous.observation.replicas.spec;
  return expected === current ? previous.lastScaledAt : now;
}

/** When we last changed it ourselves, by schedule or at a person's request; null where we never did. */
export function ownChangeAt(previous: WorkloadMemory | undefined): EpochMs | null {
  return previous?.past.at(-1)?.at ?? null;
}

/** Whether that change was for more replicas. */
export function isOwnRise(previous: WorkloadMemory | undefined): boolean {
  const last = previous?.past.at(-1);
  return last !== undefined && last.to > last.from;
}

/**
 * What was wanted within the stabilisation window. A workload seen for the first time, or again after a gap, is taken to
 * want what it has: scaling in waits until its load has been watched for as long as the window.
 */
export function wantedLately(
  previous: WorkloadMemory | undefined,
  current: number,
  now: EpochMs,
  tickSeconds: number,
): WorkloadMemory['wanted'] {
  // Ticks further apart than the window still follow each other: the last one is no gap.
  const watchedMs = Math.max(STABILISATION_MS, TICKS_UNTIL_A_GAP * tickSeconds * 1000);
  const lately = previous?.wanted.filter(({ at }) => at >= now - watchedMs) ?? [];
  return lately.length > 0 ? lately : [{ at: now, replicas: current, baseline: current, advised: false }];
}

type Carried = Pick<AssessInput, 'past' | 'regret' | 'standing' | 'overruled' | 'memory' | 'levels'>;

/**
 * What an assessment takes over from the steps before it.
 * @param levels what they say now; none unless given
 */
export function carried(
  previous: WorkloadMemory | undefined,
  observation: Observation,
  policy: Policy,
  levels: PerSignal<LevelView> = {},
): Carried {
  const { at: now, replicas } = observation;
  const lately = wantedLately(previous, replicas.spec, now, policy.tickSeconds);
  const regret = previous?.regret ?? NO_REGRET;
  return {
    past: pastWithEffects(previous?.past ?? [], utilisationOf(observation, policy), now),
    regret: {
      ...chargeAdvice(regret, lately, observation, policy, askedByLevels(levels)),
      changes: countChanges(regret, previous?.wanted ?? [], now, policy),
    },
    standing: heldSince(previous, observation, policy),
    overruled: overruledNow(previous, observation, lastScaledAt(previous, replicas.spec, now)),
    ...(previous?.memory && { memory: previous.memory }),
    levels,
  };
}

/** What a decision was made from, before anything became of it. */
type Made = Pick<DecisionRecord, 'decision' | 'assessment' | 'advice'>;

/** What a step adds to what it decided; as before, and as in the record, where the decision was made elsewhere. */
interface Going {
  readonly levels: PerSignal<LevelMemory>;
  /** What asking the LLM came to, for its next call. */
  readonly asked: AdviceResult | null;
  readonly harm: Harm | undefined;
}

/**
 * The memory with a decision of which nothing is known yet.
 * @param scaledAt when the count last moved, whoever moved it
 */
export function decided(
  previous: WorkloadMemory | undefined,
  made: Made,
  scaledAt: EpochMs | null,
  { levels, asked, harm }: Going = { levels: previous?.levels ?? {}, asked: made.advice, harm: previous?.harm },
): WorkloadMemory {
  const { assessment, decision, advice } = made;
  const { now, policy, observation, memory, overruled, demandClass } = assessment;
  const record = { decision: inShort(decision), outcome: UNDECIDED, advice: keptInShort(advice), requestedBy: null };
  const call = callAfter(previous, asked, advice, now);
  const track = previous?.track && trackAt(previous.track, seenNeed(assessment));
  const shortage = shortageAt(previous?.shortage, seenShortage(assessment));
  return {
    observation,
    record,
    peaks: peaksOf(assessment),
    past: assessment.past,
    wanted: [...wantedLately(previous, decision.current, now, policy.tickSeconds), trackedTick(made)],
    regret: assessment.regret,
    ...(memory && { memory }),
    ...(Object.keys(levels).length > 0 && { levels }),
    ...(previous?.vertical && { vertical: previous.vertical }),
    ...(demandClass && { demandClass }),
    lastScaledAt: scaledAt,
    ...(policy.maxIsDefault && { ranAtMost: ranAtMost(previous, assessment) }),
    standing: assessment.standing,
    ...(overruled !== undefined && { overruled }),
    ...(call && { call }),
    ...(track && { track }),
    ...(shortage && { shortage }),
    ...(harm && { harm }),
    ...(previous?.off && { off: previous.off }),
    ...savingsSeen(previous?.savings, assessment),
    ...(previous?.proposal && { proposal: previous.proposal }),
    ...(previous?.declined && now < previous.declined.until && { declined: previous.declined }),
    recordedAt: previous?.recordedAt ?? null,
  };
}

/** Of a decision that nobody has applied, refused or tried to. */
const UNDECIDED: Outcome = { kind: 'failed', code: 'unknown', message: 'nothing is known of what became of this' };

/** The memory with what became of its decision, as the guardrails of the whole cluster left it. @param recorded in the history */
export function settled(before: WorkloadMemory, record: DecisionRecord, recorded: boolean): WorkloadMemory {
  const { assessment, decision, outcome, advice, requestedBy } = record;
  const { proposal: waiting, track: judging, off: wasOff, ...memory } = before;
  const proposal = proposalAfter(waiting, record);
  const declined = declinedBy(record);
  const track = trackedAfter(judging, record);
  const harm = harmAfter(before.harm, record);
  const off = offAfter(wasOff, record);
  const kept = { decision: inShort(decision), outcome, advice: keptInShort(advice), requestedBy };
  const next = {
    ...memory,
    record: kept,
    ...(recorded && { recordedAt: assessment.now }),
    ...(off && { off }),
    ...(proposal && { proposal }),
    ...(declined && { declined }),
    ...(track && { track }),
    ...(harm && { harm }),
  };
  if (outcome.kind !== 'applied') return next;
  const latest = memory.wanted.at(-1);
  return {
    ...next,
    ...savingsAfter(memory.savings, record),
    past: [...memory.past, pastDecision(assessment, decision)].slice(-PAST_KEPT),
    wanted: [...memory.wanted.slice(0, -1), ...(latest === undefined ? [] : [{ ...latest, changed: true as const }])],
    lastScaledAt: assessment.now,
  };
}

/** A whole record at once, for what was decided elsewhere: by a command, or by a tick that died. */
export function remembered(
  previous: WorkloadMemory | undefined,
  record: DecisionRecord,
  scaledAt: EpochMs | null,
  recorded: boolean,
): WorkloadMemory {
  return settled(decided(previous, record, scaledAt), record, recorded);
}

/** The verdicts that did something: those that let everything pass make up most of an entry rewritten each tick. */
function inShort(decision: Decision): Decision {
  return { ...decision, verdicts: decision.verdicts.filter(({ effect }) => effect !== 'passed') };
}

function trackedTick({ assessment, decision }: Pick<DecisionRecord, 'assessment' | 'decision'>): TrackedTick {
  const base = baselineProposal(assessment);
  const baseline = withinSchedule(assessment.schedule, base.replicas);
  const exact = base.source === 'reactive' ? exactNeed(assessment) : null;
  // What cannot be seen wants what it has: a scale-in waits until it has been watched for as long as the window.
  const replicas = Math.max(decision.wanted ?? decision.target, whyKept(assessment)?.replicas ?? 0);
  const alone = wantedAlone(assessment.regret, { baseline, exact }, assessment.policy);
  return { at: assessment.now, replicas, baseline, advised: decision.source === 'llm', alone };
}

/** HPA's formula on the present, before rounding. */
function exactNeed({ utilisation, policy, observation, memoryKind }: Assessment): number {
  const sized = loadsOf(policy).filter((signal) => signal !== 'memory' || memoryKind === 'follows_load');
  const aims = targetsOf(policy);
  const shares = sized.map((signal) => (utilisation[signal] ?? 0) / (aims[signal] ?? 100));
  return servingPods(observation) * Math.max(...shares);
}

function peaksOf(assessment: Assessment): PerSignal<number> {
  const peaks = Object.entries(assessment.forecasts).map(([signal, forecast]) => [signal, forecast.peak] as const);
  return Object.fromEntries(peaks);
}
