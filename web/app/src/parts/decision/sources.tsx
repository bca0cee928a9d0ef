// What every source would do, side by side, and which of them decided.
import type { Recommendations } from '../../api/types.ts';
import { ActionBadge } from '../action.tsx';
import './decision.css';
import { Reason } from './reason.tsx';

interface Said {
  readonly source: string;
  readonly action: string | null;
  readonly target: number | null;
  readonly reason: string;
}

const NAMES: Readonly<Record<string, string>> = {
  predictive: 'Predictive',
  reactive: 'Reactive',
  scheduled: 'Scheduled',
  rules: 'Rules',
  llm: 'LLM',
};

export function Sources({
  recommended,
}: {
  readonly recommended: Pick<Recommendations, 'recommendations' | 'decision'>;
}) {
  const { decision } = recommended;
  return (
    <section class="card">
      <h2>What each source would do</h2>
      <table class="dense stacked">
        <thead>
          <tr>
            <th scope="col">source</th>
            <th scope="col" class="number">
              replicas
            </th>
            <th scope="col">action</th>
            <th scope="col">why</th>
          </tr>
        </thead>
        <tbody>
          {saidBy(recommended).map(({ source, action, target, reason }) => (
            <tr key={source} class={source === decision.source ? 'decided' : ''}>
              <th scope="row">
                {NAMES[source] ?? source}
                {source === decision.source && <span class="tag">decided</span>}
              </th>
              <td class="number">{target ?? '–'}</td>
              <td>{action === null ? <span class="faint">none</span> : <ActionBadge action={action} />}</td>
              <td class="why">
                <Reason text={reason} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function saidBy({ recommendations }: Pick<Recommendations, 'recommendations'>): readonly Said[] {
  const { llm, ...others } = recommendations;
  const said = Object.entries(others).map(([source, proposal]) => ({
    source,
    action: proposal?.action ?? null,
    target: proposal?.target_replicas ?? null,
    reason: proposal?.reason ?? 'It has nothing to say.',
  }));
  return [...said, adviceOf(llm)];
}

function adviceOf(llm: Recommendations['recommendations']['llm']): Said {
  if (llm === null) return { source: 'llm', action: null, target: null, reason: 'It was not asked.' };
  if (!llm.success) return { source: 'llm', action: null, target: null, reason: llm.detail };
  const { action, target_replicas: target, reasoning: reason } = llm.recommendation;
  return { source: 'llm', action, target, reason };
}
