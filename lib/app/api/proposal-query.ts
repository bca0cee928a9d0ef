// The changes that wait for a person, of one cluster, as the last tick left them.
import { withRequests } from '../../domain/decision/take-over.ts';
import type { WorkloadMemory } from '../../domain/decision/workload-memory.ts';
import type { SeriesReader } from '../ports/series-store.ts';
import type { TickStore } from '../ports/tick-store.ts';
import type { Clock } from '../ports/world.ts';
import type { ApiContext } from './api-context.ts';
import { type Api, asking } from './base.ts';
import { iso } from './iso.ts';
import { proposalsRoute } from './read-contract.ts';
import { sightOf } from './sight.ts';
import { workloadOf } from './workload.ts';

export interface ProposalQueryContext extends ApiContext {
  readonly ports: {
    readonly series: SeriesReader;
    readonly ticks: Pick<TickStore, 'asked'>;
    readonly clock: Clock;
  };
}

export function addProposalReads(app: Api, context: ProposalQueryContext): void {
  const { series, ticks, clock } = context.ports;
  app.openapi(proposalsRoute, async (c) => {
    const { cluster } = c.req.valid('param');
    const { isSeen } = sightOf(asking(context, c.env, 'read'), cluster, c.req.valid('query').namespace);
    const [shards, asked] = await Promise.all([series.shards(cluster), ticks.asked(cluster)]);
    const latest = await Promise.all(shards.map((shard) => series.readLatest(cluster, shard)));
    const proposals = latest
      .flatMap((shard) => [...withRequests(shard, asked).values()])
      .filter(({ observation }) => isSeen(observation.workload.namespace))
      .flatMap((entry) => presentProposal(entry, clock.now()) ?? []);
    return c.json({ success: true, cluster, proposals: proposals.toSorted(byName) }, 200);
  });
}

type Presented = NonNullable<ReturnType<typeof presentProposal>>;

/** What waits on one workload; null where nothing does any more. */
function presentProposal({ proposal, observation, record }: WorkloadMemory, now: number) {
  if (proposal === undefined || now >= proposal.expiresAt) return null;
  const { namespace, deployment, kind } = workloadOf(observation.workload);
  return {
    id: proposal.id,
    namespace,
    deployment,
    kind,
    current_replicas: proposal.from,
    target_replicas: proposal.to,
    change: record.outcome.message,
    source: record.decision.source,
    reason: record.decision.reason,
    proposed_at: iso(proposal.at),
    expires_at: iso(proposal.expiresAt),
  };
}

function byName(a: Presented, b: Presented): number {
  return `${a.namespace}/${a.deployment}`.localeCompare(`${b.namespace}/${b.deployment}`);
}
