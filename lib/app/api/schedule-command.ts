// The schedule's writes: create and delete a window. Each refusal names the field, its value and what is expected.
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { WorkloadRef } from '../../domain/model.ts';
import type { WindowText } from '../../domain/schedule-check.ts';
import type { EvaluateSettings } from '../evaluate.ts';
import { createWindow, type SchedulePorts, type ScheduleResult } from '../schedules.ts';
import { type ApiContext, knownCluster } from './base.ts';
import { problem } from './problem.ts';
import { type CreateBody, createScheduleRoute, deleteScheduleRoute } from './schedule-contract.ts';
import { presentWindow } from './schedule-present.ts';

export interface ScheduleCommandContext extends ApiContext {
  readonly ports: SchedulePorts;
  readonly settings: EvaluateSettings;
  /** Who asked, from what the function was invoked with. */
  readonly requestedBy: (env: unknown) => string | null;
}

export function addScheduleWrites(app: OpenAPIHono, context: ScheduleCommandContext): void {
  const { ports, settings } = context;
  app.openapi(createScheduleRoute, async (c) => {
    const { deployment_name, namespace, ...fields } = c.req.valid('json');
    const ref = { cluster: knownCluster(context, c.req.valid('param').cluster), namespace, name: deployment_name };
    const result = await createWindow(ports, settings, ref, textOf(fields), context.requestedBy(c.env));
    return c.json(createdBody(ref, result), 200);
  });

  app.openapi(deleteScheduleRoute, async (c) => {
    const { deployment_name, namespace, id } = c.req.valid('json');
    const ref = { cluster: knownCluster(context, c.req.valid('param').cluster), namespace, name: deployment_name };
    if (!(await ports.schedules.remove(ref, id))) throw unknownWindow(ref, id);
    const message = `${namespace}/${deployment_name} no longer has window ${id}; the other sources decide from the next tick on`;
    return c.json({ success: true, ...workloadOf(ref), id, message }, 200);
  });
}

function textOf({
  time_zone,
  duration_minutes,
  ...same
}: Omit<CreateBody, 'deployment_name' | 'namespace'>): WindowText {
  return { timeZone: time_zone, durationMinutes: duration_minutes, ...same };
}

/** @throws a problem for every result that is not done */
function createdBody(ref: WorkloadRef, result: ScheduleResult) {
  const workload = workloadOf(ref);
  const said = `${ref.namespace}/${ref.name}`;
  switch (result.kind) {
    case 'not_found':
      throw problem(404, 'Unknown workload', `cluster ${ref.cluster} has no Deployment ${said}`, workload);
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
    `${ref.namespace}/${ref.name} has no window ${JSON.stringify(id)}; ` +
    `GET /api/autoscaling/schedule/${ref.cluster} lists those there are`;
  return problem(404, 'Unknown window', detail, { ...workloadOf(ref), id });
}

function workloadOf(ref: WorkloadRef) {
  return { cluster: ref.cluster, namespace: ref.namespace, deployment: ref.name };
}

function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
