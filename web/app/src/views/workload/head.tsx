// Which workload it is, and how it stands.
import type { Recommendations, Ref } from '../../api/types.ts';
import { ActionBadge } from '../../parts/action.tsx';
import { overviewPath, workloadPath } from '../../routes.ts';
import { standOf } from './stand.ts';

interface Props {
  readonly of: Ref;
  readonly recommended: Recommendations | null;
}

export function Head({ of, recommended }: Props) {
  return (
    <header class="workload-head">
      <p class="crumbs">
        <a href={overviewPath(of.cluster)}>{of.cluster}</a> / {of.namespace}
      </p>
      <div class="row">
        <h1>{of.deployment}</h1>
        {of.kind !== 'Deployment' && <span class="badge">{of.kind}</span>}
        {recommended && <Now recommended={recommended} />}
        <span class="grow" />
        <a href={workloadPath(of, 'history')}>History</a>
      </div>
      {recommended && <p class="stand">{standOf(recommended)}</p>}
      {recommended && <Hpa recommended={recommended} />}
    </header>
  );
}

function Now({ recommended }: { readonly recommended: Recommendations }) {
  const { decision, ladder, demand_class, policy } = recommended;
  const { current_replicas: now, target_replicas: target, action } = decision;
  return (
    <>
      <span class="count">{now === target ? now : `${now} → ${target}`}</span>
      <ActionBadge action={action} />
      <span class="badge faint">rung: {ladder.rung}</span>
      {demand_class && (
        <span class="badge faint" title={demand_class.message}>
          {demand_class.name.replace('_', ' ')}
        </span>
      )}
      {policy.paused !== false && (
        <span class="badge scale_up">paused{policy.paused === true ? '' : `: ${policy.paused}`}</span>
      )}
    </>
  );
}

/** Through an HPA the count is the HPA's: what it holds is told where it is not what we want. */
function Hpa({ recommended }: { readonly recommended: Recommendations }) {
  const { hpa } = recommended.observation;
  if (hpa === null) return null;
  const { name, current_replicas: holds, min_replicas: min, own_min_replicas: own, max_replicas: max } = hpa;
  return (
    <p class="faint">
      HPA {name} holds <strong>{holds}</strong>, between {min} and {max}
      {own !== min && ` (its own minimum is ${own})`}
      {hpa.metrics.map(({ name: metric, target_percent, target_average }) => (
        <span key={metric}>
          ; {metric} {target_percent === null ? (target_average ?? '') : `${target_percent} %`}
        </span>
      ))}
    </p>
  );
}
