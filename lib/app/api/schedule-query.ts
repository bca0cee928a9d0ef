// The schedule's read: every window, whether it is active, and when it starts and ends next.
import type { OpenAPIHono } from '@hono/zod-openapi';
import { listWindows } from '../commands/schedules.ts';
import type { ScheduleStore } from '../ports/schedule-store.ts';
import type { Clock } from '../ports/world.ts';
import { type ApiContext, knownCluster } from './base.ts';
import { listScheduleRoute } from './schedule-contract.ts';
import { presentWindow } from './schedule-present.ts';
import { refOf } from './workload.ts';

export interface ScheduleQueryContext extends ApiContext {
  readonly ports: { readonly schedules: ScheduleStore; readonly clock: Clock };
}

export function addScheduleReads(app: OpenAPIHono, context: ScheduleQueryContext): void {
  const { schedules, clock } = context.ports;
  app.openapi(listScheduleRoute, async (c) => {
    const cluster = knownCluster(context, c.req.valid('param').cluster);
    const { deployment, ...where } = c.req.valid('query');
    const workload = deployment === undefined ? null : refOf(context, cluster, deployment, where);
    const windows = await listWindows(schedules, cluster, workload, clock.now());
    return c.json({ success: true, cluster, windows: windows.map(presentWindow) }, 200);
  });
}
