// The HTTP API as data, but for schedules and HPAs: paths, parameters, bodies and answers. Routing, validation and openapi.json all read it.

import { createRoute, z } from '@hono/zod-openapi';
import { kind, name, namespace } from './fields.ts';
import { shown } from './input-words.ts';
import { enableBody, pauseBody, workloadBody } from './policy-bodies.ts';

const cluster = z
  .string()
  .min(1)
  .max(100)
  .openapi({ param: { name: 'cluster', in: 'path' }, example: 'demo' });

export const clusterParams = z.object({ cluster });
const workloadQuery = z.object({
  deployment: name.openapi({ param: { name: 'deployment', in: 'query' }, example: 'web' }),
  namespace: namespace.openapi({ param: { name: 'namespace', in: 'query' } }),
  kind: kind.openapi({ param: { name: 'kind', in: 'query' } }),
});
/** As text: a number made of it would have forgotten what was given. */
const limit = z
  .string()
  .regex(/^([1-9]\d?|100)$/, { error: ({ input }) => `is ${shown(input)}, expected a whole number from 1 to 100` })
  .transform(Number)
  .openapi({ type: 'integer', minimum: 1, maximum: 100 });
const historyQuery = workloadQuery.extend({
  limit: limit.default(20),
  cursor: z.string().max(1000).optional(),
});

/** Of a list of a cluster. */
export const namespaceQuery = z.object({
  namespace: name
    .max(63)
    .optional()
    .openapi({ param: { name: 'namespace', in: 'query' }, description: 'Only of this namespace' }),
});

const proposal = z
  .looseObject({ success: z.boolean(), action: z.string(), target_replicas: z.number(), reason: z.string() })
  .nullable();
const decision = z
  .looseObject({
    id: z.string(),
    action: z.string(),
    current_replicas: z.number(),
    target_replicas: z.number(),
    source: z.string(),
    reason: z.string(),
    outcome: z.string(),
    outcome_message: z.string(),
    timestamp: z.string(),
  })
  .openapi('Decision');
const recommendations = z
  .looseObject({
    success: z.boolean(),
    recommendations: z.looseObject({ predictive: proposal, reactive: proposal, rules: proposal }),
    decision,
    llm_used: z.boolean(),
    llm_model: z.string().nullable(),
    cached: z.boolean(),
    rate_limited: z.boolean(),
    limited_by: z.string().nullable(),
    source: z.string(),
    timestamp: z.string(),
  })
  .openapi('Recommendations');
const history = z
  .looseObject({ success: z.boolean(), decisions: z.array(z.looseObject({})), cursor: z.string().nullable() })
  .openapi('History');
const status = z
  .looseObject({
    success: z.boolean(),
    cluster: z.string(),
    predictive_enabled: z.number(),
    total_replicas: z.number(),
    workloads: z.array(z.looseObject({})),
    without_hpa: z.array(z.string()).openapi({
      description:
        'Enabled workloads that are scaled directly and have no HPA: should ticks stop, only the watchdog raises them',
    }),
    problems: z.array(z.string()),
  })
  .openapi('Status');
export const commandDone = z
  .looseObject({ success: z.boolean(), message: z.string(), decision: decision.nullable() })
  .openapi('CommandDone');
const health = z.looseObject({ status: z.string(), version: z.string() }).openapi('Health');
const problemDetails = z
  .looseObject({ type: z.string(), title: z.string(), status: z.number(), detail: z.string() })
  .openapi('Problem');

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});
export const problems = {
  default: { description: 'What is wrong', content: { 'application/problem+json': { schema: problemDetails } } },
} as const;
export const body = <T extends z.ZodType>(schema: T) => ({
  required: true as const,
  content: { 'application/json': { schema } },
});

export const healthRoute = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Whether the API answers',
  responses: { 200: json(health, 'It does'), ...problems },
});
export const recommendationsRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/recommendations/{cluster}',
  summary: 'What every source would do with a Deployment; changes nothing',
  request: { params: clusterParams, query: workloadQuery },
  responses: { 200: json(recommendations, 'Recommendations of all sources'), ...problems },
});
export const statusRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/status/{cluster}',
  summary: 'Workloads, how many are enabled, replicas in total, the last tick',
  request: { params: clusterParams, query: namespaceQuery },
  responses: { 200: json(status, 'The cluster as the last tick saw it'), ...problems },
});
export const historyRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/history/{cluster}',
  summary: 'Decisions on a Deployment, newest first',
  request: { params: clusterParams, query: historyQuery },
  responses: { 200: json(history, 'One page of decisions'), ...problems },
});
export const decisionRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/history/{cluster}/{decision}',
  summary: 'One decision with everything it was made from',
  request: { params: clusterParams.extend({ decision: z.string().min(1).max(200) }), query: workloadQuery },
  responses: { 200: json(recommendations, 'The decision'), ...problems },
});
export const enableRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/predictive/enable/{cluster}',
  summary: 'Switches autoscaling on for a Deployment, decides, and in any mode but recommend acts on it now',
  request: { params: clusterParams, body: body(enableBody) },
  responses: { 200: json(commandDone, 'Enabled'), ...problems },
});
export const disableRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/predictive/disable/{cluster}',
  summary: 'Switches autoscaling off for a Deployment; its replicas stay as they are',
  request: { params: clusterParams, body: body(workloadBody) },
  responses: { 200: json(commandDone, 'Disabled'), ...problems },
});
export const applyRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/predictive/apply/{cluster}',
  summary: 'Decides for a Deployment and carries the decision out once, enabled or not',
  request: { params: clusterParams, body: body(workloadBody) },
  responses: { 200: json(commandDone, 'Decided'), ...problems },
});
export const pauseRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/predictive/pause/{cluster}',
  summary: 'Pauses (or with "paused": false resumes) autoscaling of a Deployment',
  request: { params: clusterParams, body: body(pauseBody) },
  responses: { 200: json(commandDone, 'Paused or resumed'), ...problems },
});

export const resetBreakerRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/hold/clear/{cluster}',
  summary: 'Ends the hold that falling ready counts put on a cluster; from the next tick on it is scaled down again',
  request: { params: clusterParams, body: { ...body(z.strictObject({})), required: false as const } },
  responses: { 200: json(z.looseObject({ success: z.boolean(), message: z.string() }), 'Ended'), ...problems },
});

/** The routes described here; `routes.ts` adds those of schedules and HPAs. Two functions each serve a part of them. */
export const ALL_ROUTES = [
  healthRoute,
  recommendationsRoute,
  statusRoute,
  historyRoute,
  decisionRoute,
  enableRoute,
  disableRoute,
  applyRoute,
  pauseRoute,
  resetBreakerRoute,
] as const;
