// The writes that are about HPAs: create, delete, and giving floors back before AI4K8s is taken away.
import type { WorkloadRef } from '../../domain/workload/identity.ts';
import type { HpaResult } from '../commands/hpa.ts';
import { type HpaRequestPorts, hpaOnRequest, releaseOnRequest } from '../commands/hpa-on-request.ts';
import type { DecideSettings } from '../tick/decide-shard.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking, knownCluster } from './base.ts';
import { createHpaRoute, deleteHpaRoute, releaseRoute } from './hpa-contract.ts';
import { inForce, type SwitchedPorts } from './kill-switch-command.ts';
import { problem } from './problem.ts';
import { absentMessage, refOf, workloadOf } from './workload.ts';

export interface HpaCommandContext extends ApiContext {
  readonly ports: HpaRequestPorts & SwitchedPorts;
  readonly settings: DecideSettings;
  /** Who asked, from what the function was invoked with. */
  readonly requestedBy: (env: unknown) => string | null;
}

export function addHpaWrites(app: Api, context: HpaCommandContext): void {
  const { ports } = context;
  app.openapi(createHpaRoute, async (c) => {
    const { deployment_name: name, namespace, kind, min_replicas, max_replicas, ...targets } = c.req.valid('json');
    const ref = refOf(asking(context, c.env, 'operate'), c.req.valid('param').cluster, name, { namespace, kind });
    const settings = await inForce(context, ref.cluster);
    refuseWhileSwitchedOff(settings);
    const targetPercent = { cpu: targets.cpu_target, memory: targets.memory_target };
    const wish = { minReplicas: min_replicas, maxReplicas: max_replicas, targetPercent };
    return c.json(hpaBody(ref, await hpaOnRequest(ports, settings, ref, wish, context.requestedBy(c.env))), 200);
  });

  app.openapi(deleteHpaRoute, async (c) => {
    const { deployment_name: name, ...where } = c.req.valid('json');
    const ref = refOf(asking(context, c.env, 'operate'), c.req.valid('param').cluster, name, where);
    const settings = await inForce(context, ref.cluster);
    refuseWhileSwitchedOff(settings);
    return c.json(hpaBody(ref, await hpaOnRequest(ports, settings, ref, null, context.requestedBy(c.env))), 200);
  });

  // Works under the kill switch, too: it undoes what we did, and a person asks for it.
  app.openapi(releaseRoute, async (c) => {
    const cluster = knownCluster(asking(context, c.env, 'operate'), c.req.valid('param').cluster, null);
    const until = ports.clock.now() + c.req.valid('json').hold_minutes * 60_000;
    // First, so that no tick raises again what is given back here.
    await ports.floors.holdOff(cluster, until);
    const results = await releaseOnRequest(ports, context.settings, cluster, context.requestedBy(c.env));
    const of = (kind: string) => results.filter((result) => result.kind === kind).map(({ message }) => message);
    const [given_back, failed] = [of('given_back'), of('failed')];
    const isHeld = until > ports.clock.now();
    const held_off_until = isHeld ? new Date(until).toISOString() : null;
    const rest = failed.length === 0 ? 'no floor is left' : `${failed.length} could not be given back`;
    const message = `${given_back.length} given back; ${rest}${isHeld ? `; none is raised until ${held_off_until}` : ''}`;
    return c.json({ success: failed.length === 0, cluster, given_back, failed, held_off_until, message }, 200);
  });
}

/** @throws a problem for every result that is not done */
export function hpaBody(ref: WorkloadRef, result: HpaResult) {
  const workload = workloadOf(ref);
  switch (result.kind) {
    case 'not_found':
      throw problem(404, 'Unknown workload', absentMessage(ref), workload);
    case 'refused':
      throw problem(409, 'Not our HPA', result.message, { ...workload, hpa: result.hpa });
    case 'unfit':
      throw problem(422, 'No HPA possible', result.message, workload);
    case 'done':
      return { success: true, ...workload, hpa: result.name, changed: result.changed, message: result.message };
  }
}

/** @throws a 403 problem while the kill switch is set */
export function refuseWhileSwitchedOff({ killSwitch }: DecideSettings): void {
  if (killSwitch !== null) throw problem(403, 'Switched off', `nothing is changed: ${killSwitch}`);
}
