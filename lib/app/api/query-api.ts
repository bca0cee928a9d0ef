// The reads: health, recommendations, status, history, single decisions, schedules. They use what ticks stored; nothing here can reach a cluster.
import { FARGATE_PRICES } from '../../domain/cost/prices.ts';
import { asLeft } from '../../domain/decision/take-over.ts';
import { type WorkloadRef, workloadKey } from '../../domain/workload/identity.ts';
import { kindOf } from '../../domain/workload/kind.ts';
import { underSwitch } from '../kill-switch.ts';
import { shownOf } from '../known-state.ts';
import type { DecisionStore } from '../ports/decision-store.ts';
import type { KillSwitchStore } from '../ports/kill-switch-store.ts';
import type { AskedReader } from '../ports/proposal-store.ts';
import type { TickStore } from '../ports/tick-store.ts';
import { AdapterError, type Clock } from '../ports/world.ts';
import { type RecommendPorts, recommended, unasked } from '../recommend.ts';
import type { DecideSettings } from '../tick/decide-shard.ts';
import { jsonAnswer } from './answer.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking, makeApp } from './base.ts';
import { decisionStory } from './decision-story.ts';
import { addKillSwitchReads } from './kill-switch-query.ts';
import { patternsOf } from './patterns.ts';
import { addPolicyReads } from './policy-query.ts';
import { presentHistoryLine, presentRecommendations } from './present.ts';
import { presentChangeCost, presentCost } from './present-cost.ts';
import { presentLadder } from './present-ladder.ts';
import { presentOrigins } from './present-policy.ts';
import { problem } from './problem.ts';
import { addProposalReads } from './proposal-query.ts';
import {
  clustersRoute,
  decisionRoute,
  healthRoute,
  historyRoute,
  patternsRoute,
  READ_ROUTES,
  recommendationsRoute,
  statusRoute,
} from './read-contract.ts';
import { mayCallSomewhere } from './rights.ts';
import { OPENAPI_PATH } from './routes.ts';
import { addScheduleReads } from './schedule-query.ts';
import { sightOf } from './sight.ts';
import { clusterStatus, type StatusPorts, statusText } from './status.ts';
import { refOf, workloadOf } from './workload.ts';

type QueryPorts = RecommendPorts &
  StatusPorts & {
    readonly decisions: DecisionStore;
    readonly ticks: TickStore;
    readonly changes: AskedReader;
    readonly killSwitches: Pick<KillSwitchStore, 'whereOn' | 'read'>;
    readonly clock: Clock;
  };

export interface QueryContext extends ApiContext {
  readonly ports: QueryPorts;
  readonly settings: DecideSettings;
  readonly version: string;
  /** The OpenAPI document, as JSON. */
  readonly document: () => Promise<string>;
}

export function makeQueryApi(context: QueryContext): Api {
  const { ports, settings, version } = context;
  const { prices = FARGATE_PRICES } = settings;
  const app = makeApp(context, READ_ROUTES);
  app.openapi(healthRoute, (c) => c.json({ status: 'ok', version }, 200));
  app.on('get', OPENAPI_PATH, async () => jsonAnswer(await context.document(), 200));

  app.openapi(recommendationsRoute, async (c) => {
    const { deployment, ask, ...where } = c.req.valid('query');
    const ref = refOf(asking(context, c.env, 'read'), c.req.valid('param').cluster, deployment, where);
    const [stored, on] = await Promise.all([shownOf(ports, ref), ports.killSwitches.whereOn(ref.cluster)]);
    if (stored === null) throw notSeen(ref);
    const inForce = underSwitch(settings, on);
    const { record, from } = await recommended(
      ask === 'none' ? unasked(ports) : ports,
      inForce,
      stored,
      asLeft(stored.latest),
    );
    const cost = {
      ...presentCost({ ...record, observation: record.assessment.observation, savings: stored.latest.savings }, prices),
      change: presentChangeCost(record, prices),
    };
    const ladder = presentLadder(record.assessment, stored.latest.track);
    const shown = presentRecommendations(record, stored.latest.vertical);
    return c.json({ ...shown, policy: { ...shown.policy, from: presentOrigins(from) }, ladder, cost }, 200);
  });

  addScheduleReads(app, context);
  addKillSwitchReads(app, context);
  addProposalReads(app, context);
  addPolicyReads(app, context);

  app.openapi(clustersRoute, async (c) => {
    const { caller, right } = asking(context, c.env, 'read');
    const clusters = context.clusters.filter((id) => mayCallSomewhere(caller, right, id)).map((id) => ({ id }));
    return c.json({ success: true, clusters }, 200);
  });

  app.openapi(statusRoute, async (c) => {
    const { cluster } = c.req.valid('param');
    const { namespace, ...page } = c.req.valid('query');
    const sight = sightOf(asking(context, c.env, 'read'), cluster, namespace);
    return jsonAnswer(statusText(await clusterStatus(ports, settings, cluster, sight, page)), 200);
  });

  app.openapi(patternsRoute, async (c) => {
    const { deployment, hours, ...where } = c.req.valid('query');
    const ref = refOf(asking(context, c.env, 'read'), c.req.valid('param').cluster, deployment, where);
    const stored = await shownOf(ports, ref);
    if (stored === null) throw notSeen(ref);
    return c.json(await patternsOf(ports, settings, ref, stored, hours, ports.clock.now()), 200);
  });

  app.openapi(historyRoute, async (c) => {
    const { limit, cursor, deployment, ...where } = c.req.valid('query');
    const ref = refOf(asking(context, c.env, 'read'), c.req.valid('param').cluster, deployment, where);
    const page = await ports.decisions.list(ref, limit, cursor).catch((error: unknown) => {
      if (cursor === undefined || !(error instanceof AdapterError) || error.retryable) throw error;
      throw problem(400, 'Invalid cursor', `${error.message}; leave cursor out to begin with the newest`);
    });
    if (page.records.length === 0 && (await ports.series.locate(ref)) === null) throw notSeen(ref);
    return c.json(
      {
        success: true,
        decisions: page.records.map((record) => presentHistoryLine(record, prices)),
        cursor: page.cursor,
      },
      200,
    );
  });

  app.openapi(decisionRoute, async (c) => {
    const { cluster, decision } = c.req.valid('param');
    const { deployment, ...where } = c.req.valid('query');
    const ref = refOf(asking(context, c.env, 'read'), cluster, deployment, where);
    const record = await ports.decisions.get(ref, decision);
    if (record === null)
      throw problem(404, 'Unknown decision', `no decision ${JSON.stringify(decision)} on ${workloadKey(ref)}`);
    return c.json(await decisionStory(ports, ref, record, ports.clock.now()), 200);
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
