// The schedule's part of the HTTP API as data: a window's shape. What it means, and whether it can hold, the domain says.

import { createRoute, z } from '@hono/zod-openapi';
import { MAX_REPLICAS } from '../../domain/workload/pace.ts';
import { body, clusterParams, json, problems } from './contract.ts';
import { kind, name, workloadFields } from './fields.ts';

/** Far more than any policy allows; the policy's own bounds are named in the answer. */
const replicas = z.number().int().min(1).max(MAX_REPLICAS).optional();
const text = z.string().max(100);

const createBody = z
  .strictObject({
    ...workloadFields,
    time_zone: text.openapi({ example: 'Europe/Berlin' }),
    days: z
      .array(z.string().max(10))
      .max(7)
      .optional()
      .openapi({ example: ['mon', 'tue'] }),
    start: text.optional().openapi({ example: '08:00' }),
    end: text.optional().openapi({ example: '18:00', description: 'Up to 24:00' }),
    overnight: z.boolean().optional().openapi({ description: 'The end is on the next day' }),
    cron: text.optional().openapi({ example: '0 8 * * 1-5' }),
    duration_minutes: z.number().int().optional(),
    floor: replicas,
    ceiling: replicas,
    size: replicas,
    from: text.optional().openapi({ example: '2026-12-01', description: 'First local date of a start' }),
    until: text.optional().openapi({ example: '2026-12-31', description: 'Last local date of a start' }),
  })
  .openapi('ScheduleWindow');
export type CreateBody = z.infer<typeof createBody>;

const deleteBody = z.strictObject({ ...workloadFields, id: z.string().min(1).max(60) }).openapi('ScheduleDelete');
/** Without a deployment: every window of the namespace, or of the cluster. */
const listQuery = z.object({
  deployment: name.optional().openapi({ param: { name: 'deployment', in: 'query' }, example: 'web' }),
  namespace: name
    .max(63)
    .optional()
    .openapi({ param: { name: 'namespace', in: 'query' } }),
  kind: kind.openapi({ param: { name: 'kind', in: 'query' } }),
});

const window = z
  .looseObject({
    id: z.string(),
    deployment: z.string(),
    namespace: z.string(),
    time_zone: z.string(),
    active_now: z.boolean(),
    next_start: z.string().nullable(),
    next_end: z.string().nullable(),
  })
  .openapi('ScheduleListed');
const created = z.looseObject({ success: z.boolean(), message: z.string(), window }).openapi('ScheduleCreated');
const deleted = z.looseObject({ success: z.boolean(), message: z.string() }).openapi('ScheduleDeleted');
const listed = z.looseObject({ success: z.boolean(), windows: z.array(window) }).openapi('Schedule');

export const createScheduleRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/schedule/create/{cluster}',
  summary: 'Sets a floor, a ceiling or a size for a Deployment at certain times',
  request: { params: clusterParams, body: body(createBody) },
  responses: { 200: json(created, 'The window, and when it is next'), ...problems },
});
export const deleteScheduleRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/schedule/delete/{cluster}',
  summary: 'Removes a window; replicas follow the other sources from the next tick on',
  request: { params: clusterParams, body: body(deleteBody) },
  responses: { 200: json(deleted, 'Removed'), ...problems },
});
export const listScheduleRoute = createRoute({
  method: 'get',
  path: '/api/autoscaling/schedule/{cluster}',
  summary: 'Windows of a Deployment, or of the whole cluster: which are active, and when they start and end next',
  request: { params: clusterParams, query: listQuery },
  responses: { 200: json(listed, 'The windows'), ...problems },
});

export const SCHEDULE_ROUTES = [listScheduleRoute, createScheduleRoute, deleteScheduleRoute] as const;
