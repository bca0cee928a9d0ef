// The kill switch as it stands, of one cluster or of all that the caller may see.
import { switchedOnMessage } from '../kill-switch.ts';
import type { KillSwitch, KillSwitchStore } from '../ports/kill-switch-store.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking, clusterInSight } from './base.ts';
import { iso } from './iso.ts';
import { killSwitchesRoute, killSwitchRoute } from './read-contract.ts';
import { mayCallSomewhere } from './rights.ts';

export interface KillSwitchQueryContext extends ApiContext {
  readonly ports: { readonly killSwitches: Pick<KillSwitchStore, 'read'> };
  readonly settings: { readonly killSwitch: string | null };
}

export function addKillSwitchReads(app: Api, context: KillSwitchQueryContext): void {
  const answerFor = async (clusters: readonly string[]) => {
    const { killSwitches } = context.ports;
    const all = await Promise.all(
      clusters.map(async (cluster) => ({ cluster, found: await killSwitches.read(cluster) })),
    );
    const { killSwitch: installation } = context.settings;
    const said = [...(installation === null ? [] : [installation]), ...all.map(messageOf)];
    return { success: true, message: said.join('\n'), installation, switches: all.map(present) };
  };
  app.openapi(killSwitchRoute, async (c) => {
    const cluster = clusterInSight(asking(context, c.env, 'read'), c.req.valid('param').cluster);
    return c.json(await answerFor([cluster]), 200);
  });
  app.openapi(killSwitchesRoute, async (c) => {
    const { caller, right } = asking(context, c.env, 'read');
    return c.json(await answerFor(context.clusters.filter((cluster) => mayCallSomewhere(caller, right, cluster))), 200);
  });
}

interface OfCluster {
  readonly cluster: string;
  readonly found: KillSwitch | null;
}

function messageOf({ cluster, found }: OfCluster): string {
  if (found?.on) return `${cluster}: ${switchedOnMessage(found)}`;
  if (found === null) return `${cluster}: the kill switch is off, and never was on`;
  const { at, by, reason } = found;
  const since = at === null ? '' : ` since ${iso(at)}`;
  return `${cluster}: the kill switch is off${since}${by === null ? '' : ` by ${by}`}: ${reason ?? 'no reason can be read'}`;
}

function present({ cluster, found }: OfCluster) {
  const { on, reason, by, at } = found ?? { on: false, reason: null, by: null, at: null };
  return {
    cluster,
    state: on ? 'on' : 'off',
    reason,
    changed_by: by,
    changed_at: at === null ? null : iso(at),
  } as const;
}
