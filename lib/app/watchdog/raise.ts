// Where ticks have stopped: raises what nobody else scales to what its coming hours have taken, as one tick of its own would.
import pLimit from 'p-limit';
import { recover, unknownOutcome } from '../../domain/decision/interrupted-changes.ts';
import type { Outcome } from '../../domain/decision/outcome.ts';
import { isRecordDue } from '../../domain/decision/record-due.ts';
import { remembered } from '../../domain/decision/remember.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import { type ApplyPorts, applyDecision } from '../apply/apply-decision.ts';
import { fenced } from '../apply/fence.ts';
import { type ObservePorts, observeCluster } from '../observe/observe.ts';
import type { EventRecorder, LimitsReader } from '../ports/cluster.ts';
import type { DecisionStore } from '../ports/decision-store.ts';
import type { PolicyStore } from '../ports/policy-store.ts';
import type { ScheduleStore } from '../ports/schedule-store.ts';
import type { SeriesStore, Shard } from '../ports/series-store.ts';
import type { TickStore, TickSummary } from '../ports/tick-store.ts';
import type { Clock, Log } from '../ports/world.ts';
import { capped, kubernetesEventOf } from '../report/kubernetes-events.ts';
import { orWarn } from '../report/publish.ts';
import type { DecideSettings } from '../tick/decide-shard.ts';
import { restrain, type SafetySettings } from '../tick/restrain.ts';
import { type Known, type Wish, wishesOf } from './coming-need.ts';
import { type RaiseDraft, raiseDraft } from './raise-draft.ts';

export interface RaisePorts extends ObservePorts, ApplyPorts {
  readonly ticks: Pick<TickStore, 'takeOver' | 'confirm' | 'journal' | 'readJournal'>;
  readonly series: Pick<SeriesStore, 'shards' | 'read' | 'readFitted' | 'readLatest' | 'writeLatest'>;
  readonly policies: Pick<PolicyStore, 'list'>;
  readonly schedules: Pick<ScheduleStore, 'list'>;
  readonly decisions: Pick<DecisionStore, 'put'>;
  readonly limits: LimitsReader;
  readonly noticeBoard: EventRecorder;
  readonly log: Log;
  /** Real time, also where others simulate: writing ends by it. */
  readonly wall: Clock;
}

export interface RaiseSettings extends DecideSettings {
  readonly safety: SafetySettings;
}

/** What became of one workload that was to be raised. */
export interface Raised {
  readonly workload: WorkloadRef;
  readonly kind: Outcome['kind'];
  readonly message: string;
}

/** A tick that wakes up meanwhile is held up for so long at most, and then decides afresh. */
const LEASE_MS = 30_000;
/** Share of the lease in which writes may begin. */
const WRITING_SHARE = 0.8;
const WRITES_AT_ONCE = 8;

/**
 * Raises each workload that is scaled directly, and lowers none. It takes the cluster's lease, so that no tick acts at the
 * same time, and journals what it is about to do; the tick that comes back finds it in LATEST, or in the journal.
 * @param last the last tick that finished; null where none has
 * @throws AdapterError where the cluster or the table is away: the next run goes on where this one ended
 */
export async function raiseWhileAway(
  ports: RaisePorts,
  settings: RaiseSettings,
  cluster: string,
  last: TickSummary | null,
  now: EpochMs,
): Promise<readonly Raised[]> {
  const shards = await ports.series.shards(cluster);
  if (shards.length === 0) return [];
  const [observed, policies, schedules] = await Promise.all([
    observeCluster(ports, cluster, now),
    ports.policies.list(cluster),
    ports.schedules.list(cluster),
  ]);
  const { tickSeconds } = settings;
  const known = { cluster, now, tickSeconds, observations: observed.observations, policies, schedules };
  const turns: Turn[] = [];
  for (const shard of shards) {
    const wishes = await wishesOf(ports.series, shard, known);
    if (wishes.length > 0) turns.push({ shard, wishes });
  }
  if (turns.length === 0) return [];
  const writesUntil = ports.wall.now() + LEASE_MS * WRITING_SHARE;
  if (!(await ports.ticks.takeOver(cluster, now, now + LEASE_MS))) return [];
  const fencedPorts = { ...ports, writer: fenced(ports.writer, ports.wall.now, writesUntil) };
  return raiseAll(fencedPorts, settings, known, last, turns);
}

interface Turn {
  readonly shard: Shard;
  readonly wishes: readonly Wish[];
}

async function raiseAll(
  ports: RaisePorts,
  settings: RaiseSettings,
  known: Known,
  last: TickSummary | null,
  turns: readonly Turn[],
): Promise<readonly Raised[]> {
  const { cluster, now } = known;
  const prepared: Prepared[] = [];
  for (const turn of turns) prepared.push(await prepare(ports, known, last, turn));
  const intents = prepared.flatMap(({ drafts }) => drafts);
  const clusterReplicas = [...known.observations.values()].reduce((sum, { replicas }) => sum + replicas.spec, 0);
  const hold = last?.readiness?.hold ?? null;
  const safe = await restrain(ports.limits, settings.safety, cluster, intents, clusterReplicas, hold);
  if (!(await ports.ticks.confirm(cluster, now))) return [];
  const raised: Raised[] = [];
  for (const one of prepared) {
    const drafts = one.drafts.map((draft) => ({
      ...draft,
      decision: safe.decisions.get(workloadKey(draft.decision.workload)) ?? draft.decision,
    }));
    raised.push(...(await raiseShard(ports, known, { ...one, drafts })));
  }
  return raised;
}

interface Prepared {
  readonly shard: Shard;
  readonly drafts: readonly RaiseDraft[];
  readonly latest: ReadonlyMap<string, WorkloadMemory>;
  readonly carried: ReturnType<typeof recover>['records'];
}

/** Under the lease: what a tick that died half-way had done is recorded first, as the next tick would. */
async function prepare(
  ports: RaisePorts,
  { cluster, now, observations }: Known,
  last: TickSummary | null,
  { shard, wishes }: Turn,
): Promise<Prepared> {
  const [stored, journal] = await Promise.all([
    ports.series.readLatest(cluster, shard),
    ports.ticks.readJournal(cluster, shard.id),
  ]);
  const { latest, records } = recover({ journal, asked: [], latest: stored, observations, now, seenFrom: now });
  for (const record of records) await ports.decisions.put(record);
  const drafts = wishes.flatMap((wish) => raiseDraft(wish, latest.get(wish.key), last, now) ?? []);
  return { shard, drafts, latest, carried: records.filter(({ outcome }) => outcome.kind === 'applied') };
}

async function raiseShard(
  ports: RaisePorts,
  { cluster, now }: Known,
  { shard, drafts, latest, carried }: Prepared,
): Promise<readonly Raised[]> {
  if (drafts.length === 0) return [];
  const intents = drafts
    .filter(({ decision }) => decision.blockedBy === null)
    .map((draft) => ({ ...draft, outcome: unknownOutcome('tick') }));
  if (!(await ports.ticks.journal(cluster, shard.id, now, [...carried, ...intents]))) return [];
  const writing = pLimit(WRITES_AT_ONCE);
  const records = await Promise.all(
    drafts.map(async (draft) => {
      const { decision, assessment } = draft;
      const { policy, observation } = assessment;
      return {
        ...draft,
        outcome: await writing(() => applyDecision(ports, decision, policy, observation, 'schedule')),
      };
    }),
  );
  const entries = new Map(latest);
  for (const record of records) {
    const key = workloadKey(record.decision.workload);
    const previous = latest.get(key);
    const due = isRecordDue(previous, record.decision, record.outcome);
    entries.set(key, remembered(previous, record, previous?.lastScaledAt ?? null, due));
    if (due) await ports.decisions.put(record);
  }
  await ports.series.writeLatest(cluster, shard, entries, now);
  const notices = records.flatMap(
    (record) => kubernetesEventOf(record, latest.get(workloadKey(record.decision.workload))) ?? [],
  );
  await orWarn(ports.log, 'cluster was not told', () => ports.noticeBoard.post(capped(notices)));
  return records.map(({ decision, outcome }) => ({ workload: decision.workload, ...outcome }));
}
