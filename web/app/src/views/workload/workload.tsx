// One workload: how it stands, what is done with it and why, and what a person can do.
import { useMemo } from 'preact/hooks';
import type { Ref } from '../../api/types.ts';
import { Guardrails } from '../../parts/decision/guardrails.tsx';
import { Sources } from '../../parts/decision/sources.tsx';
import { Freshness } from '../../parts/freshness.tsx';
import { Actions } from './actions.tsx';
import { Card } from './card.tsx';
import { Charts } from './charts.tsx';
import { Head } from './head.tsx';
import { LadderCard } from './ladder.tsx';
import { MoneyCard } from './money.tsx';
import { PolicyCard } from './policy.tsx';
import { useRecommendations } from './use-workload.ts';
import './workload.css';

export function Workload({ of }: { readonly of: Ref }) {
  const { cluster, namespace, deployment, kind } = of;
  const ref = useMemo(() => ({ cluster, namespace, deployment, kind }), [cluster, namespace, deployment, kind]);
  const live = useRecommendations(ref);
  return (
    <>
      <Head of={ref} recommended={live.data} />
      <Freshness live={live} what="the recommendation" />
      {live.data && <Actions of={ref} recommended={live.data} again={live.again} />}
      <Charts of={ref} recommended={live.data} />
      {live.data && (
        <div class="columns">
          <div>
            <Card recommended={live.data} of={ref} />
            <Sources recommended={live.data} />
            <Guardrails recommended={live.data} />
          </div>
          <div>
            <LadderCard recommended={live.data} of={ref} />
            <MoneyCard recommended={live.data} />
            <PolicyCard recommended={live.data} />
          </div>
        </div>
      )}
    </>
  );
}
