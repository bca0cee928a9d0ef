// Every workload of a cluster, what is wrong first.
import { read } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import type { Status } from '../../api/types.ts';
import { Freshness } from '../../parts/freshness.tsx';
import { workloadPath } from '../../routes.ts';
import { counted } from '../../words.ts';

export function Overview({ cluster }: { readonly cluster: string | null }) {
  const id = cluster ?? 'demo';
  const live = useLive(
    `status ${id}`,
    (signal) => read<Status>(`status/${encodeURIComponent(id)}`, {}, signal),
    15_000,
  );
  return (
    <>
      <Freshness live={live} what="the workloads" />
      {live.data && (
        <section class="card">
          <h1>
            {id}: {counted(live.data.workload_count, 'workload')}
          </h1>
          <ul>
            {live.data.workloads.map(({ namespace, deployment, kind, replicas, decision }) => (
              <li key={`${namespace}/${deployment}`}>
                <a href={workloadPath({ cluster: id, namespace, deployment, kind })}>
                  {namespace}/{deployment}
                </a>{' '}
                {replicas} <span class={`badge ${decision}`}>{decision}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
