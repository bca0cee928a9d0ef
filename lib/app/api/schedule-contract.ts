// The schedule's part of the HTTP API as data: a window's shape. What it means, and whether it can hold, the domain says.

import * as z from 'zod';
import { MAX_REPLICAS } from '../../domain/workload/pace.ts';
import { body, clusterParams, workloadFields } from './contract.ts';
import { createRoute } from './route.ts';

/** Far more than any policy allows; the policy's own bounds are named in the answer. */
const replicas = z.number().int().min(1).max(MAX_REPLICAS).optional();
const text = z.string().max(100);

const createBody = z
  .strictObject({
    ...workloadFields,
    time_zone: text.meta({ example: 'Europe/Berlin' }),
    days: z
      .array(z.string().max(10))
      .max(7)
      .optional()
      .meta({ example: ['mon', 'tue'] }),
    start: text.optional().meta({ example: '08:00' }),
    end: text.optional().meta({ example: '18:00', description: 'Up to 24:00' }),
    overnight: z.boolean().optional().meta({ description: 'The end is on the next day' }),
    cron: text.optional().meta({ example: '0 8 * * 1-5' }),
    duration_minutes: z.number().int().optional(),
    floor: replicas,
    ceiling: replicas,
    size: z.number().int().min(0).max(MAX_REPLICAS).optional().meta({ description: '0: it is off' }),
    from: text.optional().meta({ example: '2026-12-01', description: 'First local date of a start' }),
    until: text.optional().meta({ example: '2026-12-31', description: 'Last local date of a start' }),
  })
  .meta({ id: 'ScheduleWindow' });
export type CreateBody = z.infer<typeof createBody>;

const deleteBody = z.strictObject({ ...workloadFields, id: z.string().min(1).max(60) }).meta({ id: 'ScheduleDelete' });
export const createScheduleRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/schedule/create/{cluster}',
  summary: 'Sets a floor, a ceiling or a size for a Deployment at certain times',
  request: { params: clusterParams, body: body(createBody) },
});
export const deleteScheduleRoute = createRoute({
  method: 'post',
  path: '/api/autoscaling/schedule/delete/{cluster}',
  summary: 'Removes a window; replicas follow the other sources from the next tick on',
  request: { params: clusterParams, body: body(deleteBody) },
});
export const SCHEDULE_ROUTES = [createScheduleRoute, deleteScheduleRoute] as const;
