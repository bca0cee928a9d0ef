// The answers to a proposed change.
import { FARGATE_PRICES, type Prices } from '../../domain/cost/prices.ts';
import { cleanText } from '../../domain/text/clean-text.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { AnswerPorts, AnswerResult } from '../commands/answering.ts';
import { type AskResult, askFor } from '../commands/asked-changes.ts';
import type { CommandSettings } from '../commands/commands.ts';
import { approve, reject } from '../commands/proposals.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking } from './base.ts';
import { iso } from './iso.ts';
import { inForce, type SwitchedPorts } from './kill-switch-command.ts';
import { presentDecision, presentRecommendations } from './present.ts';
import { problem } from './problem.ts';
import { approveRoute, proposeRoute, rejectRoute } from './proposal-contract.ts';
import { presentAsked } from './proposal-present.ts';
import { absentMessage, refOf, saidOf, workloadOf } from './workload.ts';

export interface ProposalCommandContext extends ApiContext {
  readonly ports: AnswerPorts & SwitchedPorts;
  readonly settings: CommandSettings;
  readonly requestedBy: (env: unknown) => string | null;
}

const REASON_CHARS = 200;
const PROPOSED_REASON_CHARS = 500;

/** To let a change go ahead is to approve, and so is to say no to one. */
export function addProposalWrites(app: Api, context: ProposalCommandContext): void {
  const { ports } = context;
  app.openapi(proposeRoute, async (c) => {
    const { deployment_name, target_replicas: replicas, reason, ...where } = c.req.valid('json');
    const ref = refOf(asking(context, c.env, 'propose'), c.req.valid('param').cluster, deployment_name, where);
    const by = context.requestedBy(c.env);
    const asked = { ref, by, replicas, reason: cleanText(reason, PROPOSED_REASON_CHARS) };
    const result = await askFor(ports, await inForce(context, ref.cluster), asked);
    return c.json(proposed(ref, replicas, result, context.settings.prices ?? FARGATE_PRICES), 200);
  });
  app.openapi(approveRoute, async (c) => {
    const { deployment_name, proposal: id, target_replicas: replicas, ...where } = c.req.valid('json');
    const ref = refOf(asking(context, c.env, 'approve'), c.req.valid('param').cluster, deployment_name, where);
    const by = context.requestedBy(c.env);
    const answering = { ref, id, by, ...(replicas !== undefined && { replicas }) };
    const result = await approve(ports, await inForce(context, ref.cluster), answering);
    return c.json(answered(ref, id, result, 'approved'), 200);
  });
  app.openapi(rejectRoute, async (c) => {
    const { deployment_name, proposal: id, reason, ...where } = c.req.valid('json');
    const ref = refOf(asking(context, c.env, 'approve'), c.req.valid('param').cluster, deployment_name, where);
    const by = context.requestedBy(c.env);
    const answering = { ref, id, by, ...(reason !== undefined && { reason: cleanText(reason, REASON_CHARS) }) };
    const result = await reject(ports, await inForce(context, ref.cluster), answering);
    return c.json(answered(ref, id, result, 'rejected'), 200);
  });
}

/** @throws a problem for every result that is not done */
function proposed(ref: WorkloadRef, asked: number, result: AskResult, prices: Prices) {
  const workload = workloadOf(ref);
  if (result.kind === 'not_found') throw problem(404, 'Unknown workload', absentMessage(ref), workload);
  if (result.kind === 'nothing')
    throw problem(409, 'Nothing to propose', `${saidOf(ref)}: ${result.message}`, workload);
  const { change, decision, observed } = result;
  const { from, to, expiresAt } = change;
  const less = to === asked ? '' : ` (${asked} was asked for: ${decision.reason})`;
  return {
    success: true,
    ...workload,
    message: `${saidOf(ref)}: ${from} → ${to}${less} waits for a person until ${iso(expiresAt)}; nothing is changed`,
    proposal: presentAsked(change, observed, prices),
  };
}

/** @throws a problem for every result that is not done */
function answered(ref: WorkloadRef, id: string, result: AnswerResult, what: string) {
  const workload = workloadOf(ref);
  switch (result.kind) {
    case 'not_found':
      throw problem(404, 'Unknown workload', absentMessage(ref), workload);
    case 'answered': {
      const { answer, by, at } = result.first;
      const detail = `${by ?? 'somebody'} ${answer} it at ${iso(at)}; nothing more is done`;
      throw problem(409, 'Already answered', detail, { ...workload, proposal: id, answer, answered_by: by });
    }
    case 'gone':
      throw problem(409, 'No such proposal', goneDetail(ref, id, result), { ...workload, proposal: id });
    case 'done': {
      const { record } = result;
      const { kind, message } = record.outcome;
      return {
        ...presentRecommendations(record),
        success: kind !== 'failed' && kind !== 'conflict',
        ...workload,
        message: `${saidOf(ref)}: ${what}: ${message}`,
        decision: presentDecision(record),
      };
    }
  }
}

function goneDetail(ref: WorkloadRef, id: string, { waiting, isExpired }: AnswerResult & { kind: 'gone' }): string {
  const said = `proposal ${JSON.stringify(id)} on ${saidOf(ref)}`;
  if (isExpired) return `${said} expired; the next tick proposes again what is still wanted`;
  if (waiting === null) return `${said} does not wait any more: nothing does; GET the history for what became of it`;
  return `${said} does not wait any more; ${waiting.from} → ${waiting.to} does, as ${JSON.stringify(waiting.id)}`;
}
