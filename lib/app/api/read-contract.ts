// The reads of the HTTP API as data: paths and parameters. What they answer is in answers.ts.

import * as z from 'zod';
import { clusterParams, kind, name, namespace } from './contract.ts';
import { shown } from './input-words.ts';
import { policyRoute } from './policy-contract.ts';
import { createRoute } from './route.ts';

const workloadQuery = z.object({
  deployment: name.meta({ example: 'web' }),
  namespace: namespace,
  kind: kind,
});
/** As text: a number made of it would have forgotten what was given. */
const limitTo = (most: number, usual: number) =>
  z
    .string()
    .refine((text) => /^[1-9]\d{0,3}$/.test(text) && Number(text) <= most, {
      error: ({ input }) => `is ${shown(input)}, expected a whole number from 1 to ${most}`,
    })
    .transform(Number)
    .default(usual)
    .meta({ type: 'integer', minimum: 1, maximum: most, default: usual });
const cursor = z.string().max(1000).optional().meta({ description: 'As the page before gave it' });
const recommendationsQuery = workloadQuery.extend({
  ask: z.enum(['llm', 'none']).default('llm').meta({
    description:
      'llm: it is asked where its answer could matter and it was not asked about the workload for 300 s; none: it is not asked',
  }),
});
const historyQuery = workloadQuery.extend({
  limit: limitTo(100, 20),
  cursor,
});

const statusQuery = z.object({
  namespace: name.max(63).optional().meta({ description: 'Only of this namespace' }),
  /** Some kilobytes each, of the 6 MB that a function may answer. */
  limit: limitTo(1000, 500),
  cursor,
});
/** Without a deployment: every window of the namespace, or of the cluster. */
const listQuery = z.object({
  deployment: name.optional().meta({ example: 'web' }),
  namespace: name.max(63).optional(),
  kind: kind,
});

export const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Whether the API answers',
});
export const recommendationsRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/recommendations/{cluster}',
  summary: 'What every source would do with a Deployment; changes nothing',
  request: { params: clusterParams, query: recommendationsQuery },
});
export const statusRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/status/{cluster}',
  summary: 'Workloads, how many are enabled, replicas in total, the last tick',
  request: { params: clusterParams, query: statusQuery },
});
export const historyRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/history/{cluster}',
  summary: 'Decisions on a Deployment, newest first',
  request: { params: clusterParams, query: historyQuery },
});
export const decisionRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/history/{cluster}/{decision}',
  summary: 'One decision with everything it was made from',
  request: { params: clusterParams.extend({ decision: z.string().min(1).max(200) }), query: workloadQuery },
});
export const listScheduleRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/schedule/{cluster}',
  summary: 'Windows of a Deployment, or of the whole cluster: which are active, and when they start and end next',
  request: { params: clusterParams, query: listQuery },
});

export const proposalsRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/proposals/{cluster}',
  summary: 'Changes that wait for a person',
  request: { params: clusterParams, query: statusQuery },
});

export const killSwitchRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/kill-switch/{cluster}',
  summary: 'Whether the kill switch of a cluster is on, since when, by whom and why',
  request: { params: clusterParams },
});
export const killSwitchesRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/kill-switch',
  summary: 'The kill switch of every cluster',
});

export const clustersRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/clusters',
  summary: 'The clusters of this installation of which the caller may see something',
});

export const patternsRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/patterns/{cluster}',
  summary: 'Demand of a Deployment as it was, and as it is forecast: the series of a chart',
  request: { params: clusterParams, query: workloadQuery.extend({ hours: limitTo(336, 24) }) },
});

export const READ_ROUTES = [
  patternsRoute,
  healthRoute,
  recommendationsRoute,
  statusRoute,
  historyRoute,
  decisionRoute,
  listScheduleRoute,
  proposalsRoute,
  killSwitchRoute,
  killSwitchesRoute,
  policyRoute,
  clustersRoute,
] as const;
