// The reads: health, recommendations, status, history, single decisions, schedules. They use what ticks stored; nothing here can reach a cluster.
import { asLeft, withRequests } from '../../domain/decision/take-over.ts';
import type { OpenBreaker } from '../../domain/guardrails/cluster/circuit-breaker.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import { policyOf } from '../../domain/workload/policy-from-annotations.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { Spending } from '../advise/spending.ts';
import { switchedOnMessage, underSwitch } from '../kill-switch.ts';
import { shownOf } from '../known-state.ts';
import type { DecisionStore } from '../ports/decision-store.ts';
import type { KillSwitchStore } from '../ports/kill-switch-store.ts';
import type { TickStore, TickSummary } from '../ports/tick-store.ts';
import { AdapterError, type Clock } from '../ports/world.ts';
import { type RecommendPorts, recommend } from '../recommend.ts';
import type { DecideSettings } from '../tick/decide-shard.ts';
import { withoutHpa } from '../watchdog/without-hpa.ts';
import { jsonAnswer } from './answer.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking, makeApp } from './base.ts';
import { iso } from './iso.ts';
import { addKillSwitchReads } from './kill-switch-query.ts';
import { presentHistoryLine, presentRecommendations, presentWorkload } from './present.ts';
import { problem } from './problem.ts';
import { addProposalReads } from './proposal-query.ts';
import {
  decisionRoute,
  healthRoute,
  historyRoute,
  READ_ROUTES,
  recommendationsRoute,
  statusRoute,
} from './read-contract.ts';
import { OPENAPI_PATH } from './routes.ts';
import { addScheduleReads } from './schedule-query.ts';
import { problemsInSight, type Sight, sightOf } from './sight.ts';
import { refOf, workloadOf } from './workload.ts';

interface QueryPorts extends RecommendPorts {
  readonly decisions: DecisionStore;
  readonly ticks: TickStore;
  readonly killSwitches: Pick<KillSwitchStore, 'whereOn' | 'read'>;
  readonly clock: Clock;
  /** What the LLM has cost this month; null where there is none. */
  readonly spending?: () => Promise<Spending | null>;
}

export interface QueryContext extends ApiContext {
  readonly ports: QueryPorts;
  readonly settings: DecideSettings;
  readonly version: string;
  /** The OpenAPI document, as JSON. */
  readonly document: () => Promise<string>;
}

export function makeQueryApi(context: QueryContext): Api {
  const { ports, settings, version } = context;
  const app = makeApp(context, READ_ROUTES);
  app.openapi(healthRoute, (c) => c.json({ status: 'ok', version }, 200));
  app.on('get', OPENAPI_PATH, async () => jsonAnswer(await context.document(), 200));

  app.openapi(recommendationsRoute, async (c) => {
    const { deployment, ...where } = c.req.valid('query');
    const ref = refOf(asking(context, c.env, 'read'), c.req.valid('param').cluster, deployment, where);
    const stored = await shownOf(ports, ref);
    if (stored === null) throw notSeen(ref);
    const inForce = underSwitch(settings, await ports.killSwitches.whereOn(ref.cluster));
    const record = await recommend(ports, inForce, stored, asLeft(stored.latest));
    return c.json(presentRecommendations(record, stored.latest.vertical), 200);
  });

  addScheduleReads(app, context);
  addKillSwitchReads(app, context);
  addProposalReads(app, context);

  app.openapi(statusRoute, async (c) => {
    const { cluster } = c.req.valid('param');
    const sight = sightOf(asking(context, c.env, 'read'), cluster, c.req.valid('query').namespace);
    return c.json(await clusterStatus(ports, settings, cluster, sight), 200);
  });

  app.openapi(historyRoute, async (c) => {
    const { limit, cursor, deployment, ...where } = c.req.valid('query');
    const ref = refOf(asking(context, c.env, 'read'), c.req.valid('param').cluster, deployment, where);
    const page = await ports.decisions.list(ref, limit, cursor).catch((error: unknown) => {
      if (cursor === undefined || !(error instanceof AdapterError) || error.retryable) throw error;
      throw problem(400, 'Invalid cursor', `${error.message}; leave cursor out to begin with the newest`);
    });
    if (page.records.length === 0 && (await ports.series.locate(ref)) === null) throw notSeen(ref);
    return c.json({ success: true, decisions: page.records.map(presentHistoryLine), cursor: page.cursor }, 200);
  });

  app.openapi(decisionRoute, async (c) => {
    const { cluster, decision } = c.req.valid('param');
    const { deployment, ...where } = c.req.valid('query');
    const ref = refOf(asking(context, c.env, 'read'), cluster, deployment, where);
    const record = await ports.decisions.get(ref, decision);
    if (record === null)
      throw problem(404, 'Unknown decision', `no decision ${JSON.stringify(decision)} on ${workloadKey(ref)}`);
    return c.json(presentRecommendations(record), 200);
  });
  return app;
}

function notSeen(ref: WorkloadRef) {
  const { cluster, namespace, name } = ref;
  const detail =
    `no tick has seen ${kindOf(ref)} ${name} in namespace ${namespace} of cluster ${cluster}; ` +
    `GET /api/autoscaling/status/${cluster} lists those it has`;
  return problem(404, 'Unknown workload', detail, workloadOf(ref));
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

async function clusterStatus(ports: QueryPorts, settings: DecideSettings, cluster: string, sight: Sight) {
  const [shards, { policies, killSwitch }, last, failure, asked, spending] = await Promise.all([
    ports.series.shards(cluster),
    ports.policies.inCharge(cluster),
    ports.ticks.last(cluster),
    ports.ticks.lastFailure(cluster),
    ports.ticks.asked(cluster),
    ports.spending?.() ?? null,
  ]);
  const latest = await Promise.all(shards.map((shard) => ports.series.readLatest(cluster, shard)));
  const entries = latest
    .flatMap((shard) => [...withRequests(shard, asked).values()])
    .filter(({ observation }) => sight.isSeen(observation.workload.namespace));
  const workloads = entries
    .map((entry) => {
      const record = policies.get(workloadKey(entry.observation.workload));
      const policy = policyOf(entry.observation, record, settings.tickSeconds, entry);
      return presentWorkload(entry, policy.enabled, policy.mode, policy.problems);
    })
    .toSorted((a, b) => `${a.namespace}/${a.deployment}`.localeCompare(`${b.namespace}/${b.deployment}`));
  return {
    success: true,
    cluster,
    predictive_enabled: workloads.filter((workload) => workload.enabled).length,
    total_replicas: workloads.reduce((sum, workload) => sum + workload.replicas, 0),
    workloads,
    without_hpa: withoutHpa(entries, policies, settings.tickSeconds),
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
      ...standstill(last, failure, ports.clock.now(), settings.tickSeconds),
      ...problemsInSight(last?.problems ?? [], sight),
    ],
  };
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
