// The writes: enable, disable, pause, apply, and closing the circuit breaker; those of schedules and HPAs are added.
import { whyNoChange } from '../../domain/decision/why-no-change.ts';
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import { DAY_MS } from '../../domain/workload/time.ts';
import type { AnswerPorts } from '../commands/answering.ts';
import {
  type CommandPorts,
  type CommandResult,
  type CommandSettings,
  changePolicy,
  decideNow,
  recordValues,
} from '../commands/commands.ts';
import { hpaOnRequest } from '../commands/hpa-on-request.ts';
import { isPaused } from '../commands/standing-pause.ts';
import type { AnswerStore } from '../ports/answer-store.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking, knownCluster, makeApp } from './base.ts';
import { applyRoute, disableRoute, enableRoute, pauseRoute, resetBreakerRoute } from './command-contract.ts';
import { refusedCommand } from './command-refusal.ts';
import { addHpaWrites, hpaBody, refuseWhileSwitchedOff } from './hpa-command.ts';
import { onceOnly } from './idempotency.ts';
import { addKillSwitchWrites, inForce, type SwitchedPorts } from './kill-switch-command.ts';
import { addPolicyWrites } from './policy-command.ts';
import { presentDecision, presentRecommendations } from './present.ts';
import { presentOffer } from './present-offer.ts';
import { problem } from './problem.ts';
import { addProposalWrites } from './proposal-command.ts';
import { mayCall } from './rights.ts';
import { addScheduleWrites } from './schedule-command.ts';
import { addUndo } from './undo-command.ts';
import { refOf, saidOf, workloadOf } from './workload.ts';
import { WRITE_ROUTES } from './write-contract.ts';

export interface CommandContext extends ApiContext {
  readonly ports: AnswerPorts & SwitchedPorts & { readonly answers: AnswerStore };
  readonly settings: CommandSettings;
  /** Why nothing may be changed through this installation at all, or null. */
  readonly readOnly: string | null;
  /** Who asked, from what the function was invoked with. */
  readonly requestedBy: (env: unknown) => string | null;
}

const UNPAUSED = { paused: 'false', 'paused-until': '', 'paused-reason': '' } as const;

export function makeCommandApi(context: CommandContext): Api {
  const { ports } = context;
  const app = makeApp(context, WRITE_ROUTES, {
    before() {
      if (context.readOnly !== null) throw problem(403, 'Read-only', context.readOnly);
    },
    once: (request, serve) =>
      onceOnly({ answers: ports.answers, log: context.log, caller: context.requestedBy(request.env) }, request, serve),
  });

  app.openapi(enableRoute, async (c) => {
    const { deployment_name, namespace, kind, ...values } = c.req.valid('json');
    const ref = refOf(asking(context, c.env, 'operate'), c.req.valid('param').cluster, deployment_name, {
      namespace,
      kind,
    });
    const record = { ...recordValues(values), 'predictive-autoscaling-enabled': 'true', ...UNPAUSED };
    const requestedBy = context.requestedBy(c.env);
    const settings = await inForce(context, ref.cluster);
    const hpa = values.create_hpa ? await createHpaFor(ports, settings, ref, values, requestedBy) : null;
    const result = await changePolicy(ports, settings, ref, record, requestedBy, 'decide');
    // What was made for this alone goes when this is refused.
    if (result.kind !== 'done' && hpa?.changed) await hpaOnRequest(ports, settings, ref, null, requestedBy);
    const said = enabledText(values.mode);
    const body = answer(ref, result, hpa === null ? said : `${said} (${hpa.message})`);
    return c.json({ ...body, hpa_offer: presentOffer(ref, result) }, 200);
  });

  app.openapi(disableRoute, async (c) => {
    const { deployment_name, ...where } = c.req.valid('json');
    const ref = refOf(asking(context, c.env, 'operate'), c.req.valid('param').cluster, deployment_name, where);
    const record = { 'predictive-autoscaling-enabled': 'false' };
    const result = await changePolicy(
      ports,
      await inForce(context, ref.cluster),
      ref,
      record,
      context.requestedBy(c.env),
      'nothing',
    );
    return c.json(answer(ref, result, 'is disabled; its replicas stay as they are'), 200);
  });

  app.openapi(pauseRoute, async (c) => {
    const { deployment_name, paused, until = '', reason = '', ...where } = c.req.valid('json');
    const { cluster } = c.req.valid('param');
    const isBrief = paused !== false && Date.parse(until) <= ports.clock.now() + DAY_MS;
    const asked = asking(context, c.env, 'operate');
    const mayOperate = mayCall(asked.caller, 'operate', cluster, where.namespace);
    const ref = refOf(isBrief && !mayOperate ? { ...asked, right: 'propose' } : asked, cluster, deployment_name, where);
    const settings = await inForce(context, ref.cluster);
    // A brief pause in the place of one that stands would end what somebody said who may more.
    if (!mayOperate && (await isPaused(ports, settings, ref)))
      throw problem(403, 'Not allowed', `${saidOf(ref)} is paused already; to change that takes the right operate`);
    const record = { paused: String(paused), 'paused-until': until, 'paused-reason': reason };
    const result = await changePolicy(ports, settings, ref, record, context.requestedBy(c.env), 'nothing');
    return c.json(answer(ref, result, `is ${pausedText(paused, until)}`), 200);
  });

  app.openapi(resetBreakerRoute, async (c) => {
    const cluster = knownCluster(asking(context, c.env, 'approve'), c.req.valid('param').cluster, null);
    await ports.ticks.resetBreaker(cluster, ports.clock.now());
    const message = `the hold of cluster ${cluster}, where there is one, ends with the next tick`;
    return c.json({ success: true, cluster, message }, 200);
  });

  addScheduleWrites(app, context);
  addHpaWrites(app, context);
  addKillSwitchWrites(app, context);
  addProposalWrites(app, context);
  addUndo(app, context);
  addPolicyWrites(app, context);

  app.openapi(applyRoute, async (c) => {
    const { deployment_name, ...where } = c.req.valid('json');
    const ref = refOf(asking(context, c.env, 'operate'), c.req.valid('param').cluster, deployment_name, where);
    const result = await decideNow(
      ports,
      await inForce(context, ref.cluster),
      ref,
      context.requestedBy(c.env),
      'person',
    );
    return c.json(answer(ref, result, 'was decided anew'), 200);
  });
  return app;
}

function enabledText(mode: string | undefined): string {
  return mode === undefined ? 'is enabled' : `is enabled in mode ${mode}`;
}

function pausedText(paused: boolean | string, until: string): string {
  const end = until === '' ? '' : ` until ${until}`;
  return paused === false ? 'resumed' : `paused${paused === true ? '' : ` for ${paused}`}${end}`;
}

/** @throws a problem where the HPA cannot be made */
async function createHpaFor(
  ports: CommandPorts,
  settings: CommandSettings,
  ref: WorkloadRef,
  { min_replicas, max_replicas }: { min_replicas?: number | undefined; max_replicas?: number | undefined },
  requestedBy: string | null,
) {
  refuseWhileSwitchedOff(settings);
  const wish = { minReplicas: min_replicas, maxReplicas: max_replicas };
  return hpaBody(ref, await hpaOnRequest(ports, settings, ref, wish, requestedBy));
}

/** @throws a problem for every result that is not done */
function answer(ref: WorkloadRef, result: CommandResult, what: string) {
  if (result.kind !== 'done') throw refusedCommand(ref, result);
  return doneBody(workloadOf(ref), result, `${saidOf(ref)} ${what}`);
}

/** Keys as the API takes them: what an earlier enable said and this one did not. */
function presentKept(kept: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(kept).map(([key, value]) => [key.replaceAll('-', '_'), value]));
}

function doneBody(
  workload: object,
  { record, released = [], kept = {}, notes = [] }: CommandResult & { kind: 'done' },
  what: string,
) {
  const said = Object.entries(presentKept(kept)).map(([key, value]) => `${key} ${value}`);
  const keeping = record === null || said.length === 0 ? [] : [`kept from before: ${said.join(', ')}`];
  const message = [what, ...keeping, ...notes, ...released.map((floor) => floor.message)].join('; ');
  if (record === null) return { success: true, ...workload, message, decision: null };
  const decision = presentDecision(record);
  return {
    ...presentRecommendations(record),
    success: record.outcome.kind !== 'failed',
    ...workload,
    kept: presentKept(kept),
    message: `${message}: ${whyNoChange(record.decision, record.outcome, record.assessment.policy)?.message ?? record.outcome.message}`,
    decision,
  };
}
