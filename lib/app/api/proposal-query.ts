// The changes that wait for a person, of one cluster: what the last tick left, and what was asked for.
import { FARGATE_PRICES, type Prices } from '../../domain/cost/prices.ts';
import { withRequests } from '../../domain/decision/take-over.ts';
import { workloadKey } from '../../domain/workload/identity.ts';
import type { AskedReader } from '../ports/proposal-store.ts';
import type { SeriesReader } from '../ports/series-store.ts';
import type { TickStore } from '../ports/tick-store.ts';
import type { Clock } from '../ports/world.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking } from './base.ts';
import { type PresentedProposal, presentAsked, presentProposal } from './proposal-present.ts';
import { proposalsRoute } from './read-contract.ts';
import { sightOf } from './sight.ts';

export interface ProposalQueryContext extends ApiContext {
  readonly ports: {
    readonly series: SeriesReader;
    readonly ticks: Pick<TickStore, 'asked'>;
    readonly changes: AskedReader;
    readonly clock: Clock;
  };
  readonly settings: { readonly prices?: Prices };
}

export function addProposalReads(app: Api, context: ProposalQueryContext): void {
  const { series, ticks, changes, clock } = context.ports;
  const { prices = FARGATE_PRICES } = context.settings;
  app.openapi(proposalsRoute, async (c) => {
    const { cluster } = c.req.valid('param');
    const { isSeen } = sightOf(asking(context, c.env, 'read'), cluster, c.req.valid('query').namespace);
    const [shards, asked, wanted] = await Promise.all([
      series.shards(cluster),
      ticks.asked(cluster),
      changes.asked(cluster),
    ]);
    const latest = await Promise.all(shards.map((shard) => series.readLatest(cluster, shard)));
    const entries = new Map(latest.flatMap((shard) => [...withRequests(shard, asked)]));
    const proposals = [...entries.values()]
      .filter(({ observation }) => isSeen(observation.workload.namespace))
      .flatMap((entry) => presentProposal(entry, clock.now(), prices) ?? []);
    const others = wanted
      .filter(({ workload, declinedBy }) => declinedBy === undefined && isSeen(workload.namespace))
      .map((change) => presentAsked(change, entries.get(workloadKey(change.workload))?.observation, prices));
    return c.json({ success: true, cluster, proposals: [...proposals, ...others].toSorted(byName) }, 200);
  });
}

function byName(a: PresentedProposal, b: PresentedProposal): number {
  return `${a.namespace}/${a.deployment}`.localeCompare(`${b.namespace}/${b.deployment}`);
}
