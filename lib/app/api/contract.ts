// The HTTP API as data, but for schedules and HPAs: paths, parameters, bodies and answers. Routing, validation and openapi.json all read it.

import { createRoute, z } from '@hono/zod-openapi';
import { WORKLOAD_KINDS } from '../../domain/workload/kind.ts';
import { MAX_REPLICAS, TARGET_RANGE } from '../../domain/workload/pace.ts';
import { shown } from './input-words.ts';

export const name = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, {
    error: ({ input }) => `is ${shown(input)}, expected a Kubernetes name: lower-case letters, digits, - and .`,
  });
const namespace = name.max(63).default('default');
/** Behind an HPA a workload may also be a StatefulSet or a Rollout. */
export const kind = z.enum(WORKLOAD_KINDS).default('Deployment');
/** Which workload a body is about. */
export const workloadFields = { deployment_name: name, namespace, kind };
const cluster = z
  .string()
  .min(1)
  .max(100)
  .openapi({ param: { name: 'cluster', in: 'path' }, example: 'demo' });
const replicas = z.number().int().min(1).max(MAX_REPLICAS);

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

const statusQuery = z.object({
  namespace: name
    .max(63)
    .optional()
    .openapi({ param: { name: 'namespace', in: 'query' }, description: 'Only of this namespace' }),
});

/** Body of enable: the policy's keys in snake_case. */
const enableBody = z
  .strictObject({
    ...workloadFields,
    min_replicas: replicas.optional(),
    max_replicas: replicas.optional(),
    mode: z.enum(['auto', 'recommend', 'hpa-floor', 'scale']).optional(),
    slo: z.number().min(50).max(99.99).optional(),
    target_cpu: z.number().min(TARGET_RANGE.cpu[0]).max(TARGET_RANGE.cpu[1]).optional(),
    target_memory: z
      .union([z.number().min(TARGET_RANGE.memory[0]).max(TARGET_RANGE.memory[1]), z.literal('off')], {
        error: ({ input }) =>
          `is ${shown(input)}, expected a number from ${TARGET_RANGE.memory.join(' to ')}, or "off"`,
      })
      .optional(),
    cooldown: z.string().max(10).optional(),
    model_load: z.string().max(10).optional(),
    restart_cost: z.string().max(10).optional(),
    time_zone: z.string().max(64).optional().openapi({ example: 'Europe/Berlin' }),
    llm: z.enum(['on', 'off', 'shadow']).optional(),
    create_hpa: z.boolean().optional().openapi({ description: 'Also creates the HPA {deployment}-hpa' }),
  })
  .refine((body) => !(body.create_hpa && body.mode === 'scale'), {
    path: ['create_hpa'],
    message: 'is true in mode scale, where no HPA may own the replica count: expected mode auto or hpa-floor',
  })
  .refine(({ min_replicas = 1, max_replicas = min_replicas }) => min_replicas <= Math.max(1, max_replicas), {
    path: ['min_replicas'],
    error: ({ input }) => overMax(input as Bounds),
  })
  .openapi('Enable');
const workloadBody = z.strictObject(workloadFields).openapi('Workload');
const pauseBody = z.strictObject({ ...workloadFields, paused: z.boolean().default(true) }).openapi('Pause');

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
const commandDone = z
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
  request: { params: clusterParams, query: statusQuery },
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

interface Bounds {
  readonly min_replicas?: number;
  readonly max_replicas?: number;
}

function overMax({ min_replicas, max_replicas }: Bounds): string {
  return `is ${min_replicas}, above max_replicas ${max_replicas}: expected min_replicas of at most max_replicas`;
}
