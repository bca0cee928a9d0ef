// Taking the last change of one workload back.
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { CommandPorts, CommandSettings } from '../commands/commands.ts';
import { type UndoResult, undo } from '../commands/undo.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking } from './base.ts';
import { undoRoute } from './command-contract.ts';
import { refusedCommand } from './command-refusal.ts';
import { iso } from './iso.ts';
import { inForce, type SwitchedPorts } from './kill-switch-command.ts';
import { presentDecision } from './present.ts';
import { problem } from './problem.ts';
import { refOf, saidOf, workloadOf } from './workload.ts';

interface UndoContext extends ApiContext {
  readonly ports: CommandPorts & SwitchedPorts;
  readonly settings: CommandSettings;
  readonly requestedBy: (env: unknown) => string | null;
}

export function addUndo(app: Api, context: UndoContext): void {
  app.openapi(undoRoute, async (c) => {
    const { deployment_name, ...where } = c.req.valid('json');
    const ref = refOf(asking(context, c.env, 'operate'), c.req.valid('param').cluster, deployment_name, where);
    const result = await undo(context.ports, await inForce(context, ref.cluster), ref, context.requestedBy(c.env));
    return c.json(answer(ref, result), 200);
  });
}

/** @throws a problem for every result that is not done */
function answer(ref: WorkloadRef, result: UndoResult) {
  if (result.kind === 'nothing')
    throw problem(409, 'Nothing to undo', `${saidOf(ref)}: ${result.message}`, workloadOf(ref));
  if (result.kind !== 'done') throw refusedCommand(ref, result);
  const { last, record, until, released } = result;
  const what = record === null ? released.join('; ') || 'no floor of ours was held' : record.outcome.message;
  // Through an HPA the count is not ours: what is taken back is its floor.
  const change = record === null ? 'the floor' : `${last.from} → ${last.to}`;
  const message = `${saidOf(ref)}: ${change} of ${iso(last.at)} is taken back: ${what}; paused until ${iso(until)}`;
  return {
    success: record === null || record.outcome.kind === 'applied',
    ...workloadOf(ref),
    message,
    paused_until: iso(until),
    decision: record === null ? null : presentDecision(record),
  };
}
