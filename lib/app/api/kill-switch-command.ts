// Turning the kill switch, and what of it holds for a command.
import { cleanText } from '../../domain/text/clean-text.ts';
import { underSwitch } from '../kill-switch.ts';
import type { KillSwitch, KillSwitchStore } from '../ports/kill-switch-store.ts';
import { AdapterError, type AutoscalerEvent, type Clock, type EventSink, type Log } from '../ports/world.ts';
import { publish } from '../report/publish.ts';
import type { DecideSettings } from '../tick/decide-shard.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking, knownCluster } from './base.ts';
import { turnAllRoute, turnRoute } from './kill-switch-contract.ts';
import { notAllowed } from './not-allowed.ts';
import { mayCall, type Right } from './rights.ts';

export interface SwitchedPorts {
  readonly killSwitches: KillSwitchStore;
}

export interface KillSwitchCommandContext extends ApiContext {
  readonly ports: SwitchedPorts & { readonly clock: Clock; readonly events: EventSink; readonly log: Log };
  /** Who asked, from what the function was invoked with. */
  readonly requestedBy: (env: unknown) => string | null;
}

type State = 'on' | 'off';

const REASON_CHARS = 500;
/** To stop takes no more than to operate; to let go on what somebody stopped is to approve of it. */
const RIGHT_TO: Readonly<Record<State, Right>> = { on: 'operate', off: 'approve' };

/** The settings as they hold in a cluster now, read consistently: who stopped it is obeyed from the next command on. */
export async function inForce<T extends Pick<DecideSettings, 'killSwitch'>>(
  { ports, settings }: { readonly ports: SwitchedPorts; readonly settings: T },
  cluster: string,
): Promise<T> {
  return underSwitch(settings, await ports.killSwitches.whereOn(cluster));
}

export function addKillSwitchWrites(app: Api, context: KillSwitchCommandContext): void {
  app.openapi(turnRoute, async (c) => {
    const { state, reason } = c.req.valid('json');
    const cluster = knownCluster(asking(context, c.env, RIGHT_TO[state]), c.req.valid('param').cluster, null);
    const change = changeTo(context, state, reason, context.requestedBy(c.env));
    await turn(context, cluster, change);
    const message = `${saidOf(state)} in cluster ${cluster}: ${change.reason}`;
    return c.json({ success: true, state, turned: [cluster], failed: [], message }, 200);
  });

  app.openapi(turnAllRoute, async (c) => {
    const { state, reason } = c.req.valid('json');
    const { caller, right } = asking(context, c.env, RIGHT_TO[state]);
    if (!mayCall(caller, right, null, null)) throw notAllowed(caller, right, null, null);
    const change = changeTo(context, state, reason, context.requestedBy(c.env));
    const { turned, failed } = await turnAll(context, change);
    const rest = failed.length === 0 ? '' : `; it could not be turned in ${failed.length}: ask again`;
    const message = `${saidOf(state)} in ${turned.length} of ${context.clusters.length} clusters: ${change.reason}${rest}`;
    return c.json({ success: failed.length === 0, state, turned, failed, message }, 200);
  });
}

/** Each by itself: what keeps one from being stopped must not keep the others. */
async function turnAll(context: KillSwitchCommandContext, change: KillSwitch) {
  const all = await Promise.all(
    context.clusters.map(async (cluster) => {
      try {
        await turn(context, cluster, change);
        return { cluster, why: null };
      } catch (error) {
        if (!(error instanceof AdapterError)) throw error;
        return { cluster, why: error.message };
      }
    }),
  );
  return {
    turned: all.flatMap(({ cluster, why }) => (why === null ? [cluster] : [])),
    failed: all.flatMap(({ cluster, why }) => (why === null ? [] : [`${cluster}: ${why}`])),
  };
}

async function turn({ ports }: KillSwitchCommandContext, cluster: string, change: KillSwitch): Promise<void> {
  await ports.killSwitches.turn(cluster, change);
  const { on, reason, by, at } = change;
  ports.log.warn(on ? 'kill switch on: nothing is changed' : 'kill switch off', { cluster, reason, by });
  const event: AutoscalerEvent = {
    type: on ? 'KillSwitchOn' : 'KillSwitchOff',
    at: at ?? ports.clock.now(),
    detail: { cluster, reason, ...(by !== null && { requestedBy: by }) },
  };
  await publish(ports, [event]);
}

function changeTo({ ports }: KillSwitchCommandContext, state: State, reason: string, by: string | null): KillSwitch {
  return { on: state === 'on', reason: cleanText(reason, REASON_CHARS), by, at: ports.clock.now() };
}

function saidOf(state: State): string {
  return state === 'on'
    ? 'the kill switch is on, and nothing is changed,'
    : 'the kill switch is off, and changes go on,';
}
