// The schedule's read: every window, whether it is active, and when it starts and ends next.
import { listWindows } from '../commands/schedules.ts';
import type { ScheduleStore } from '../ports/schedule-store.ts';
import type { Clock } from '../ports/world.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking } from './base.ts';
import { listScheduleRoute } from './read-contract.ts';
import { presentWindow } from './schedule-present.ts';
import { sightOf } from './sight.ts';
import { refOf } from './workload.ts';

export interface ScheduleQueryContext extends ApiContext {
  readonly ports: { readonly schedules: ScheduleStore; readonly clock: Clock };
}

export function addScheduleReads(app: Api, context: ScheduleQueryContext): void {
  const { schedules, clock } = context.ports;
  app.openapi(listScheduleRoute, async (c) => {
    const asked = asking(context, c.env, 'read');
    const { deployment, namespace, kind } = c.req.valid('query');
    const { cluster } = c.req.valid('param');
    const workload =
      deployment === undefined ? null : refOf(asked, cluster, deployment, { namespace: namespace ?? 'default', kind });
    const isSeen = workload === null ? sightOf(asked, cluster, namespace).isSeen : () => true;
    const windows = await listWindows(schedules, cluster, workload, clock.now());
    const seen = windows.filter(({ record }) => isSeen(record.workload.namespace));
    return c.json({ success: true, cluster, windows: seen.map(presentWindow) }, 200);
  });
}
