// The writes that are about a workload's policy as data, and the end of a cluster's hold: paths and bodies.

import * as z from 'zod';
import { MAX_REPLICAS, TARGET_RANGE } from '../../domain/workload/pace.ts';
import { DEFAULT_POLICY } from '../../domain/workload/policy.ts';
import { POLICY_FIELDS } from '../../domain/workload/policy-fields.ts';
import { body, clusterParams, workloadFields } from './contract.ts';
import { shown } from './input-words.ts';
import { createRoute } from './route.ts';

type TextKey = 'cooldown' | 'model-load' | 'restart-cost' | 'time-zone' | 'limit-step' | 'limit-hours' | 'paused-until';

/**
 * A text that a policy takes for one of its keys, by the policy's own reading of it.
 * @param example one that it takes: whoever makes requests from the OpenAPI document has no other way to know
 */
function policyText(key: TextKey, most: number, example: string) {
  const field = POLICY_FIELDS[key];
  if (field === undefined) throw new Error(`no policy has a key ${key}`);
  return z
    .string()
    .max(most)
    .refine((text) => field.set(DEFAULT_POLICY, text) !== undefined, {
      error: ({ input }) => `is ${shown(input)}, expected ${field.expected}`,
    })
    .meta({ description: `Expected ${field.expected}`, example });
}

const replicas = z.number().int().min(1).max(MAX_REPLICAS);

/** Body of enable: the policy's keys in snake_case. */
const enableBody = z
  .strictObject({
    ...workloadFields,
    min_replicas: replicas.optional().meta({ description: 'At most max_replicas' }),
    max_replicas: replicas.optional(),
    mode: z.enum(['auto', 'recommend', 'propose', 'hpa-floor', 'scale']).optional(),
    slo: z.number().min(50).max(99.99).optional(),
    target_cpu: z.number().min(TARGET_RANGE.cpu[0]).max(TARGET_RANGE.cpu[1]).optional(),
    target_memory: z
      .union([z.number().min(TARGET_RANGE.memory[0]).max(TARGET_RANGE.memory[1]), z.literal('off')], {
        error: ({ input }) =>
          `is ${shown(input)}, expected a number from ${TARGET_RANGE.memory.join(' to ')}, or "off"`,
      })
      .optional(),
    cooldown: policyText('cooldown', 10, '5m').optional(),
    model_load: policyText('model-load', 10, '90s').optional(),
    restart_cost: policyText('restart-cost', 10, '60s').optional(),
    time_zone: policyText('time-zone', 64, 'Europe/Berlin').optional(),
    limit_step: policyText('limit-step', 10, '25%').optional(),
    limit_direction: z.enum(['up', 'down', 'both']).optional(),
    limit_hours: policyText('limit-hours', 40, 'mon-fri 09:00-18:00').optional(),
    llm: z.enum(['on', 'off', 'shadow']).optional(),
    create_hpa: z
      .boolean()
      .optional()
      .meta({ description: 'Also creates the HPA {deployment}-hpa; not in mode scale' }),
  })
  .refine((body) => !(body.create_hpa && body.mode === 'scale'), {
    path: ['create_hpa'],
    message: 'is true in mode scale, where no HPA may own the replica count: expected mode auto or hpa-floor',
    when: isObject,
  })
  .refine(({ min_replicas = 1, max_replicas = min_replicas }) => min_replicas <= Math.max(1, max_replicas), {
    path: ['min_replicas'],
    error: ({ input }) => overMax(input as Bounds),
    when: hasBounds,
  })
  .meta({ id: 'Enable' });
const workloadBody = z.strictObject(workloadFields).meta({ id: 'Workload' });
const pauseBody = z
  .strictObject({
    ...workloadFields,
    paused: z
      .union([z.boolean(), z.enum(['scale-in', 'scale-out'])], {
        error: ({ input }) => `is ${shown(input)}, expected true, false, scale-in or scale-out`,
      })
      .default(true)
      .meta({ description: 'scale-in: it grows and never shrinks' }),
    until: policyText('paused-until', 40, '2026-12-01T08:00:00Z')
      .meta({ description: 'It ends by itself then' })
      .optional(),
    reason: z.string().trim().max(200).optional(),
  })
  .meta({ id: 'Pause' });

export const enableRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/predictive/enable/{cluster}',
  summary: 'Switches autoscaling on for a Deployment, decides, and in any mode but recommend acts on it now',
  request: { params: clusterParams, body: body(enableBody) },
});
export const disableRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/predictive/disable/{cluster}',
  summary: 'Switches autoscaling off for a Deployment; its replicas stay as they are',
  request: { params: clusterParams, body: body(workloadBody) },
});
export const applyRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/predictive/apply/{cluster}',
  summary: 'Decides for a Deployment and carries the decision out once, enabled or not',
  request: { params: clusterParams, body: body(workloadBody) },
});
export const pauseRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/predictive/pause/{cluster}',
  summary: 'Pauses (or with "paused": false resumes) autoscaling of a Deployment',
  request: { params: clusterParams, body: body(pauseBody) },
});

export const undoRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/predictive/undo/{cluster}',
  summary:
    'Takes the last change back and pauses its way for an hour; under an HPA gives its minReplicas back and pauses all',
  request: { params: clusterParams, body: body(workloadBody) },
});

export const resetBreakerRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/hold/clear/{cluster}',
  summary: 'Ends the hold that falling ready counts put on a cluster; from the next tick on it is scaled down again',
  request: { params: clusterParams, body: { ...body(z.strictObject({})), required: false as const } },
});

export const COMMAND_ROUTES = [
  enableRoute,
  disableRoute,
  applyRoute,
  pauseRoute,
  undoRoute,
  resetBreakerRoute,
] as const;

interface Bounds {
  readonly min_replicas?: number;
  readonly max_replicas?: number;
}

function overMax({ min_replicas, max_replicas }: Bounds): string {
  return `is ${min_replicas}, above max_replicas ${max_replicas}: expected min_replicas of at most max_replicas`;
}

/** Whether fields can be held against each other, whatever is wrong with others of them. */
function isObject({ value }: z.core.ParsePayload): boolean {
  return typeof value === 'object' && value !== null;
}

function hasBounds(payload: z.core.ParsePayload): boolean {
  if (!isObject(payload)) return false;
  const { min_replicas, max_replicas } = payload.value as Bounds;
  return [min_replicas, max_replicas].every((bound) => bound === undefined || Number.isInteger(bound));
}
