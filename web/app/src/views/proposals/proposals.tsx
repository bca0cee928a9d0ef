// The inbox: changes that wait for a person, in every cluster. They are answered one by one, each in two steps.
import '../../style/marks.css';
import './proposals.css';
import { useState } from 'preact/hooks';
import { read } from '../../api/client.ts';
import type { Proposal } from '../../api/types.ts';
import { wasAt } from '../../parts/age.tsx';
import { FailedClusters } from '../../parts/failed-clusters.tsx';
import { Freshness } from '../../parts/freshness.tsx';
import { type OfClusters, useOfClusters } from '../../parts/of-clusters.ts';
import { type Said, SaidLine } from '../../parts/said.tsx';
import { overviewPath } from '../../routes.ts';
import { counted } from '../../words.ts';
import { Waiting } from './waiting.tsx';

interface Answer {
  readonly proposals: readonly Proposal[];
}

async function ask(cluster: string, signal: AbortSignal): Promise<readonly Proposal[]> {
  const { proposals } = await read<Answer>(`proposals/${encodeURIComponent(cluster)}`, {}, signal);
  for (const { proposed_at } of proposals) wasAt(proposed_at);
  return proposals;
}

export function Proposals() {
  const live = useOfClusters('proposals', ask);
  const [said, setSaid] = useState<Said | null>(null);
  const tell = (next: Said) => {
    setSaid(next);
    // Whatever came of it: who was too late sees what is there now.
    live.again();
  };
  return (
    <>
      <h1>Proposals</h1>
      <p class="faint">
        Changes that wait for a person. One that nobody answers expires, and what is still wanted is proposed again.
      </p>
      <Freshness live={live} what="the proposals" />
      <SaidLine said={said} />
      {live.data && <List of={live.data} onSaid={tell} />}
    </>
  );
}

function List({ of, onSaid }: { readonly of: OfClusters<readonly Proposal[]>; readonly onSaid: (said: Said) => void }) {
  const all = of.found
    .flatMap(([cluster, proposals]) => proposals.map((proposal) => ({ cluster, proposal })))
    .toSorted((a, b) => Date.parse(a.proposal.expires_at) - Date.parse(b.proposal.expires_at));
  return (
    <>
      <FailedClusters failed={of.failed} />
      {all.length === 0 && of.failed.length === 0 && <None />}
      {all.length > 0 && (
        <>
          <p aria-live="polite">{counted(all.length, 'proposal')}, what expires first on top</p>
          <ul class="waiting">
            {all.map(({ cluster, proposal }) => (
              <Waiting
                key={`${cluster}/${proposal.id}`}
                cluster={cluster}
                proposal={proposal}
                showsCluster={of.clusters.length > 1}
                onSaid={onSaid}
              />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function None() {
  return (
    <section class="card">
      <h2>Nothing waits</h2>
      <p>
        A proposal comes with the tick that wants another number of replicas, from a workload on the rung "propose".
      </p>
      <p>
        To put one there: open it in <a href={overviewPath(null)}>the overview</a> and enable it with the mode propose.
        It then changes nothing that nobody has approved here.
      </p>
    </section>
  );
}
