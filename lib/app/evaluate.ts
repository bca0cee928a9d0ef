// One shard of a tick: assess, advise, decide, act and record each of its workloads, none harming another.
import pLimit from 'p-limit';
import type { Learned } from '../domain/learned.ts';
import type { Assessment, DecisionRecord, EpochMs, Observation, Policy, Series } from '../domain/model.ts';
import { workloadKey } from '../domain/model.ts';
import { DEFAULT_POLICY, readPolicy } from '../domain/policy.ts';
import { EMPTY_SERIES } from '../domain/series.ts';
import { type ActPorts, act } from './act.ts';
import type { Advisor } from './advise/advisor.ts';
import { assess, PLAN_LOOKS_BACK_MS } from './assess.ts';
import { baseProposal, decide } from './decide.ts';
import { isLearningDue, learn } from './learn.ts';
import type { Observed, ObservePorts } from './observe.ts';
import type { AutoscalerEvent, DecisionStore, LatestEntry, Log, PolicyRecord, SeriesStore, Shard } from './ports.ts';
import { FINE_HISTORY_MS } from './ports.ts';
import { isRecordDue, lastScaledAt, latestEntry, pastWithEffects, trackNow, wantedLately } from './remember.ts';

export interface EvaluatePorts extends ObservePorts, ActPorts {
  readonly series: SeriesStore;
  readonly decisions: DecisionStore;
  readonly advisor: Advisor;
  readonly log: Log;
}

export interface EvaluateSettings {
  readonly tickSeconds: number;
  /** Why nothing may be changed anywhere, or null. */
  readonly killSwitch: string | null;
}

export interface ShardInput {
  readonly cluster: string;
  readonly now: EpochMs;
  readonly shard: Shard;
  readonly observed: Observed;
  readonly policies: ReadonlyMap<string, PolicyRecord>;
  /** Whether this tick has time for another shard's learning; a yes is a turn taken. */
  readonly mayLearn: () => boolean;
}

export interface ShardResult {
  readonly enabled: number;
  readonly applied: number;
  readonly problems: readonly string[];
  readonly events: readonly AutoscalerEvent[];
}

/** What forecasting and the longest hold look back on; the rest is in what was learned. */
export const RECENT_MS = PLAN_LOOKS_BACK_MS + 60_000;
/** What learning looks back on: as far as bursts can be told. */
export const HISTORY_MS = FINE_HISTORY_MS;
const ADVICE_AT_ONCE = 4;
const WRITES_AT_ONCE = 8;

/** A workload on its way through the pass. */
interface Candidate {
  readonly key: string;
  readonly previous: LatestEntry | undefined;
  readonly scaledAt: EpochMs | null;
  readonly assessment: Assessment;
}

export async function evaluateShard(
  ports: EvaluatePorts,
  settings: EvaluateSettings,
  input: ShardInput,
): Promise<ShardResult> {
  const { cluster, shard, now } = input;
  const [recent, known, latest] = await Promise.all([
    ports.series.read(cluster, shard, now - RECENT_MS, now),
    ports.series.readLearned(cluster, shard),
    ports.series.readLatest(cluster, shard),
  ]);
  const learned = await relearn(ports, settings, input, known);
  const candidates = mostUrgentFirst(assessAll(settings, input, { recent, learned, latest }));
  const records = await Promise.all(await decideAndAct(ports, settings, candidates));
  const entries = await recordAll(ports, candidates, records);
  await ports.series.writeLatest(cluster, shard, entries);
  return resultOf(records, entries, latest);
}

async function relearn(
  ports: EvaluatePorts,
  settings: EvaluateSettings,
  { cluster, shard, now, observed, policies, mayLearn }: ShardInput,
  known: ReadonlyMap<string, Learned>,
): Promise<ReadonlyMap<string, Learned>> {
  if (!isLearningDue(shard.id, [...known.values()], shard.workloads.length, now) || !mayLearn()) return known;
  const history = await ports.series.read(cluster, shard, now - HISTORY_MS, now);
  const learned = new Map(
    [...history].map(([key, series]) => {
      const observation = observed.observations.get(key);
      const policy = observation && policyOf(observation, policies.get(key), settings.tickSeconds);
      const sloPercent = policy?.sloPercent ?? DEFAULT_POLICY.sloPercent;
      const input = {
        history: series,
        previous: known.get(key),
        now,
        coresPerReplica: observation?.capacity.cpu,
        startupSeconds: observation?.startupSeconds ?? null,
        sloPercent,
        tickSeconds: settings.tickSeconds,
      };
      return [key, learn(input)];
    }),
  );
  await ports.series.writeLearned(cluster, shard, learned);
  ports.log.info('learned from history', { cluster, shard: shard.id, workloads: learned.size });
  return learned;
}

function assessAll(
  settings: EvaluateSettings,
  { shard, now, observed, policies }: ShardInput,
  stored: {
    recent: ReadonlyMap<string, Series>;
    learned: ReadonlyMap<string, Learned>;
    latest: ReadonlyMap<string, LatestEntry>;
  },
): readonly Candidate[] {
  return shard.workloads.flatMap((ref) => {
    const key = workloadKey(ref);
    const observation = observed.observations.get(key);
    if (observation === undefined) return [];
    const previous = stored.latest.get(key);
    const policy = policyOf(observation, policies.get(key), settings.tickSeconds);
    const draft = assess({
      now,
      policy,
      observation,
      recent: stored.recent.get(key) ?? EMPTY_SERIES,
      learned: stored.learned.get(key),
      past: previous?.past ?? [],
      track: trackNow(previous, observation, policy),
    });
    const assessment = { ...draft, past: pastWithEffects(draft.past, draft.utilisation, now) };
    return [{ key, previous, scaledAt: lastScaledAt(previous, observation.replicas.spec, now), assessment }];
  });
}

/** A workload's policy from its annotations, its record and the defaults. */
export function policyOf(observation: Observation, record: PolicyRecord | undefined, tickSeconds: number): Policy {
  return readPolicy({
    annotations: observation.annotations,
    record: record?.values ?? null,
    hpa: observation.hpa,
    tickSeconds,
  });
}

/** Those that lack the most replicas: where the LLM's quota or the time runs short, they are served. */
function mostUrgentFirst(candidates: readonly Candidate[]): readonly Candidate[] {
  const lack = ({ assessment }: Candidate) => baseProposal(assessment).replicas - assessment.observation.replicas.spec;
  return candidates.toSorted((a, b) => lack(b) - lack(a));
}

function decideAndAct(
  ports: EvaluatePorts,
  settings: EvaluateSettings,
  candidates: readonly Candidate[],
): Promise<DecisionRecord>[] {
  const asking = pLimit(ADVICE_AT_ONCE);
  const writing = pLimit(WRITES_AT_ONCE);
  return candidates.map(async ({ assessment, previous, scaledAt }) => {
    const { policy, observation } = assessment;
    const asks = policy.enabled && policy.llm !== 'off';
    const advice = asks ? await asking(() => ports.advisor.advise(assessment)) : null;
    const wanted = wantedLately(previous, observation.replicas.spec, assessment.now);
    const history = { wanted, lastScaledAt: scaledAt, killSwitch: settings.killSwitch };
    const decision = decide(assessment, advice, history);
    const veto = decision.verdicts.find(({ source, effect }) => source === 'llm' && effect === 'vetoed');
    if (veto !== undefined && advice?.kind === 'advice' && !advice.cached)
      ports.log.info('LLM advice vetoed', { workload: workloadKey(decision.workload), message: veto.message });
    const outcome = await writing(() => act(ports, decision, policy, observation, 'schedule'));
    if (outcome.kind === 'failed' || outcome.kind === 'conflict')
      ports.log.warn('decision not applied', { workload: workloadKey(decision.workload), message: outcome.message });
    return { decision, outcome, assessment, advice, requestedBy: null };
  });
}

async function recordAll(
  ports: EvaluatePorts,
  candidates: readonly Candidate[],
  records: readonly DecisionRecord[],
): Promise<ReadonlyMap<string, LatestEntry>> {
  const entries = new Map<string, LatestEntry>();
  const writing = pLimit(WRITES_AT_ONCE);
  await Promise.all(
    candidates.map(async ({ key, previous, scaledAt }, i) => {
      const record = records[i];
      if (record === undefined) return;
      const due = isRecordDue(previous, record.decision, record.outcome);
      entries.set(key, latestEntry(previous, record, scaledAt, due));
      if (due) await writing(() => ports.decisions.put(record));
    }),
  );
  return entries;
}

function resultOf(
  records: readonly DecisionRecord[],
  entries: ReadonlyMap<string, LatestEntry>,
  before: ReadonlyMap<string, LatestEntry>,
): ShardResult {
  const problems = records.flatMap(({ decision, assessment }) =>
    assessment.policy.problems.map((problem) => `${workloadKey(decision.workload)}: ${problem}`),
  );
  return {
    enabled: records.filter(({ assessment }) => assessment.policy.enabled).length,
    applied: records.filter(({ outcome }) => outcome.kind === 'applied').length,
    problems,
    events: records.flatMap((record) => eventOf(record, entries, before)),
  };
}

/** An applied change is told each time; a refusal only when it is new. */
function eventOf(
  { decision, outcome }: DecisionRecord,
  entries: ReadonlyMap<string, LatestEntry>,
  before: ReadonlyMap<string, LatestEntry>,
): readonly AutoscalerEvent[] {
  const key = workloadKey(decision.workload);
  const { current, target, source, reason } = decision;
  const detail = { ...decision.workload, current, target, source, reason, outcome: outcome.message };
  if (outcome.kind === 'applied') return [{ type: 'DecisionApplied', at: decision.at, detail }];
  const told = before.get(key)?.record.outcome.message === entries.get(key)?.record.outcome.message;
  return outcome.kind === 'refused' && !told ? [{ type: 'DecisionRefused', at: decision.at, detail }] : [];
}
