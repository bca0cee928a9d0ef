// Status: the cluster as the last tick saw it, page by page: some thousand workloads do not fit the 6 MB that a function may answer.
import { FARGATE_PRICES } from '../../domain/cost/prices.ts';
import { asLeft, withRequests } from '../../domain/decision/take-over.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { OpenBreaker } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import { type ScheduleWindow, type WindowState, windowState } from '../../domain/schedule/window.ts';
import { unicodeEscapes } from '../../domain/text/unicode-escapes.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import { policyWithOrigins, type ResolvedPolicy } from '../../domain/workload/policy-from-annotations.ts';
import { statedIn } from '../../domain/workload/stated.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Spending } from '../advise/spending.ts';
import { switchedOnMessage, underSwitch } from '../kill-switch.ts';
import type { PolicyStore } from '../ports/policy-store.ts';
import type { ScheduleRecord, ScheduleStore } from '../ports/schedule-store.ts';
import type { SeriesReader } from '../ports/series-store.ts';
import type { TickStore, TickSummary } from '../ports/tick-store.ts';
import type { Clock } from '../ports/world.ts';
import type { DecideSettings } from '../tick/decide-shard.ts';
import { withoutHpa } from '../watchdog/without-hpa.ts';
import { iso } from './iso.ts';
import { keptBy } from './kept-by.ts';
import { presentWorkload } from './present.ts';
import { costedAs, presentTotalCost } from './present-cost.ts';
import { problem } from './problem.ts';
import { problemsInSight, type Sight } from './sight.ts';

export interface StatusPorts {
  readonly series: Pick<SeriesReader, 'shards' | 'readLatest'>;
  readonly policies: Pick<PolicyStore, 'inCharge'>;
  readonly ticks: Pick<TickStore, 'last' | 'lastFailure' | 'asked'>;
  readonly schedules: Pick<ScheduleStore, 'list'>;
  readonly clock: Clock;
  /** What the LLM has cost this month; null where there is none. */
  readonly spending?: () => Promise<Spending | null>;
}

/** Which part of the list is asked for. */
export interface StatusPage {
  readonly limit: number;
  /** As an earlier page gave it. */
  readonly cursor?: string | undefined;
}

type Row = ReturnType<typeof presentWorkload>;

/** Between two ticks nearly all of a cluster stays as it is. */
const policyOfEntry = keptBy<WorkloadMemory, ResolvedPolicy>();
const rowOfEntry = keptBy<WorkloadMemory, Row>();
const textOfRow = keptBy<Row, string>();

/**
 * One page of a cluster's workloads by namespace, name and kind; every count is of all that the caller sees.
 * @throws a 400 problem where the cursor is none of ours
 */
export async function clusterStatus(
  ports: StatusPorts,
  settings: DecideSettings,
  cluster: string,
  sight: Sight,
  { limit, cursor }: StatusPage,
) {
  const after = cursor === undefined ? '' : placeIn(cursor);
  const now = ports.clock.now();
  const { prices = FARGATE_PRICES } = settings;
  const [shards, { policies, killSwitch }, last, failure, asked, windows, spending] = await Promise.all([
    ports.series.shards(cluster),
    ports.policies.inCharge(cluster),
    ports.ticks.last(cluster),
    ports.ticks.lastFailure(cluster),
    ports.ticks.asked(cluster),
    ports.schedules.list(cluster),
    ports.spending?.() ?? null,
  ]);
  const latest = await Promise.all(shards.map((shard) => ports.series.readLatest(cluster, shard)));
  const rows = latest
    .flatMap((shard) => [...withRequests(shard, asked).values()])
    .filter(({ observation }) => sight.isSeen(observation.workload.namespace))
    .map((entry) => {
      const { workload } = entry.observation;
      const stated = statedIn(policies, workload);
      const said = JSON.stringify([settings.tickSeconds, prices, stated]);
      const resolved = policyOfEntry(entry, said, () =>
        policyWithOrigins(entry.observation, stated, settings.tickSeconds, entry),
      );
      return { entry, said, ...resolved, place: placeOf(workload) };
    })
    .toSorted((a, b) => (a.place < b.place ? -1 : 1));
  const following = rows.filter(({ place }) => place > after);
  const page = following.slice(0, limit);
  const lastShown = page.at(-1);
  return {
    success: true,
    cluster,
    workload_count: rows.length,
    predictive_enabled: rows.filter(({ policy }) => policy.enabled).length,
    cost: presentTotalCost(
      rows.map(({ entry }) => costedAs(entry)),
      prices,
    ),
    total_replicas: rows.reduce((sum, { entry }) => sum + asLeft(entry).replicas.spec, 0),
    workloads: page.map(({ entry, policy, from, said }) => {
      const own = windowsOf(windows, entry.observation.workload, now);
      return rowOfEntry(entry, said + JSON.stringify(own), () => presentWorkload(entry, { policy, from }, own, prices));
    }),
    cursor: following.length > limit && lastShown !== undefined ? cursorAt(lastShown.place) : null,
    without_hpa: withoutHpa(page),
    last_tick:
      last === null
        ? null
        : { scheduled_at: iso(last.scheduledAt), finished_at: iso(last.finishedAt), applied: last.applied },
    kill_switch: underSwitch(settings, killSwitch).killSwitch,
    // Of all clusters together.
    llm_budget: sight.isWhole ? presentSpending(spending) : null,
    hold: presentHold(last?.readiness?.hold ?? null, sight),
    problems: [
      ...(killSwitch === null ? [] : [`nothing is changed: ${switchedOnMessage(killSwitch)}`]),
      ...standstill(last, failure, now, settings.tickSeconds),
      ...problemsInSight(last?.problems ?? [], sight),
    ],
  };
}

/** A page as JSON: to write some hundred rows down again costs more than all else that answers. */
export function statusText({ workloads, ...rest }: Awaited<ReturnType<typeof clusterStatus>>): string {
  const rows = workloads.map((row) => textOfRow(row, '', () => asciiJson(row)));
  return `${asciiJson(rest).slice(0, -1)},"workloads":[${rows.join(',')}]}`;
}

/** All else escaped, and kept a byte a character: such a text is joined, tagged and sent six times as fast as a wider one. */
function asciiJson(value: object): string {
  const text = JSON.stringify(value).replace(/[\u0080-\uffff]+/g, unicodeEscapes);
  return Buffer.from(text, 'latin1').toString('latin1'); // `replace` leaves a text as wide as it was
}

function windowsOf(windows: ReadonlyMap<string, readonly ScheduleRecord[]>, workload: WorkloadRef, now: EpochMs) {
  const own = windows.get(workloadKey(workload)) ?? [];
  return own.map((record) => ({ record, state: stateOrNull(record.window, now) }));
}

/** Null where the zone or the pattern cannot be read, as of an item written by hand: ticks name it, and the list goes on. */
function stateOrNull(window: ScheduleWindow, now: EpochMs): WindowState | null {
  try {
    return windowState(window, now);
  } catch {
    return null;
  }
}

/** Its place in the list. No name holds a character before `-`, so that a namespace is listed before one that it begins. */
function placeOf(workload: WorkloadRef): string {
  return `${workload.namespace} ${workload.name} ${kindOf(workload)}`;
}

const PLACE = /^[a-z0-9.-]{1,253} [a-zA-Z0-9._-]{1,253} (?:Deployment|StatefulSet|Rollout)$/;

function cursorAt(place: string): string {
  return Buffer.from(place).toString('base64url');
}

/** @throws a 400 problem */
function placeIn(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString('utf8');
  if (PLACE.test(place) && cursorAt(place) === cursor) return place;
  throw problem(
    400,
    'Invalid cursor',
    'this cursor was not given out by the status: leave it out to begin with the first',
  );
}

function presentHold(hold: OpenBreaker | null, { isSeen, isWhole }: Sight) {
  if (hold === null) return null;
  const { since, reason, fallen, calmTicks } = hold;
  const workloads = fallen.map(({ key }) => key).filter((key) => isWhole || isSeen(key.split('/')[0] ?? ''));
  const said = isWhole ? reason : 'pods that should serve do not, after changes of ours';
  return { since: iso(since), reason: said, workloads, calm_ticks: calmTicks };
}

function presentSpending(spending: Spending | null) {
  if (spending === null) return null;
  const { month, spentUsd, budgetUsd, endsAt } = spending;
  return { month, spent_usd: Number(spentUsd.toFixed(6)), budget_usd: budgetUsd, resets_at: iso(endsAt) };
}

/** So many ticks without one that finished are no accident. */
const SILENT_TICKS = 3;

/** That what status shows is old, and why; empty where it is not. */
function standstill(
  last: TickSummary | null,
  failure: Awaited<ReturnType<TickStore['lastFailure']>>,
  now: EpochMs,
  tickSeconds: number,
): readonly string[] {
  if (failure !== null)
    return [`the tick of ${iso(failure.scheduledAt)} failed, and none has finished since: ${failure.message}`];
  if (last === null || now - last.finishedAt <= SILENT_TICKS * tickSeconds * 1000) return [];
  return [
    `no tick has finished since ${iso(last.finishedAt)}: look at the schedule and at the log of the tick function`,
  ];
}
