// The schedule's writes: create and delete a window. Each refusal names the field, its value and what is expected.
import type { WindowText } from '../../domain/schedule/validation.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { createWindow, type SchedulePorts, type ScheduleResult } from '../commands/schedules.ts';
import type { DecideSettings } from '../tick/decide-shard.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking } from './base.ts';
import { problem } from './problem.ts';
import { type CreateBody, createScheduleRoute, deleteScheduleRoute } from './schedule-contract.ts';
import { presentWindow } from './schedule-present.ts';
import { absentMessage, refOf, saidOf, workloadOf } from './workload.ts';

export interface ScheduleCommandContext extends ApiContext {
  readonly ports: SchedulePorts;
  readonly settings: DecideSettings;
  /** Who asked, from what the function was invoked with. */
  readonly requestedBy: (env: unknown) => string | null;
}

export function addScheduleWrites(app: Api, context: ScheduleCommandContext): void {
  const { ports, settings } = context;
  app.openapi(createScheduleRoute, async (c) => {
    const { deployment_name, namespace, kind, ...fields } = c.req.valid('json');
    const ref = refOf(asking(context, c.env, 'operate'), c.req.valid('param').cluster, deployment_name, {
      namespace,
      kind,
    });
    const result = await createWindow(ports, settings, ref, textOf(fields), context.requestedBy(c.env));
    return c.json(createdBody(ref, result), 200);
  });

  app.openapi(deleteScheduleRoute, async (c) => {
    const { deployment_name, id, ...where } = c.req.valid('json');
    const ref = refOf(asking(context, c.env, 'operate'), c.req.valid('param').cluster, deployment_name, where);
    if (!(await ports.schedules.remove(ref, id))) throw unknownWindow(ref, id);
    const message = `${saidOf(ref)} no longer has window ${id}; the other sources decide from the next tick on`;
    return c.json({ success: true, ...workloadOf(ref), id, message }, 200);
  });
}

function textOf({
  time_zone,
  duration_minutes,
  ...same
}: Omit<CreateBody, 'deployment_name' | 'namespace' | 'kind'>): WindowText {
  return { timeZone: time_zone, durationMinutes: duration_minutes, ...same };
}

/** @throws a problem for every result that is not done */
function createdBody(ref: WorkloadRef, result: ScheduleResult) {
  const workload = workloadOf(ref);
  const said = saidOf(ref);
  switch (result.kind) {
    case 'not_found':
      throw problem(404, 'Unknown workload', absentMessage(ref), workload);
    case 'full': {
      const detail = `${said} has ${result.most} windows, and that is the most: delete one first`;
      throw problem(409, 'Too many windows', detail, workload);
    }
    case 'invalid': {
      const errors = result.problems.map(({ field, message }) => ({ field: snakeCase(field), message }));
      const detail = errors.map(({ field, message }) => `${field} ${message}`).join('; ');
      throw problem(400, 'Invalid window', detail, { ...workload, errors });
    }
    case 'done': {
      const done = result.existed ? 'had this window already' : 'has a new window';
      const hint = result.enabled
        ? ''
        : '; autoscaling is not enabled for it, so the window changes nothing until enable';
      const window = presentWindow(result.listed);
      return { success: true, ...workload, message: `${said} ${done}: ${window.id}${hint}`, window };
    }
  }
}

function unknownWindow(ref: WorkloadRef, id: string) {
  const detail =
    `${saidOf(ref)} has no window ${JSON.stringify(id)}; ` +
    `GET /api/autoscaling/schedule/${ref.cluster} lists those there are`;
  return problem(404, 'Unknown window', detail, { ...workloadOf(ref), id });
}

function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
