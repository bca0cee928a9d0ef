// The seeds' recommendation card, and what is needed for it to be applied.
import type { Recommendations, Ref } from '../../api/types.ts';
import { RecommendationWords } from '../../parts/decision/advice-card.tsx';
import { workloadPath } from '../../routes.ts';

interface Props {
  readonly of: Ref;
  readonly recommended: Recommendations;
}

export function Card({ of, recommended }: Props) {
  const { rung } = recommended.ladder;
  return (
    <section class="card recommendation" aria-labelledby="recommendation">
      <RecommendationWords recommended={recommended} id="recommendation" />
      {(rung === 'look' || rung === 'recommend') && (
        <p class="notice">
          Recommendation only:{' '}
          <a href={workloadPath(of, 'enable')}>{rung === 'look' ? 'enable' : 'raise its rung'} to apply</a>.
        </p>
      )}
    </section>
  );
}
