// Why, and why not more: what each guardrail did with the number, those that let it pass folded.
import type { Recommendations } from '../../api/types.ts';
import './decision.css';
import { counted } from '../../words.ts';
import { effectWords, guardrailName } from './guardrail-words.ts';
import { overruledBy } from './overruled.ts';

interface Props {
  readonly recommended: Pick<Recommendations, 'decision' | 'recommendations'>;
}

export function Guardrails({ recommended }: Props) {
  const { verdicts, why_not } = recommended.decision;
  const told = verdicts.filter(({ effect }) => effect !== 'passed');
  const overruled = overruledBy(recommended);
  const passed = verdicts.filter(({ effect }) => effect === 'passed');
  return (
    <section class="card">
      <h2>Why, and why not more</h2>
      {why_not && <p>{why_not.message}.</p>}
      {overruled !== '' && <p>{overruled}</p>}
      {told.length === 0 ? (
        <p class="faint">No guardrail moved, held or forbade anything.</p>
      ) : (
        <ul class="verdicts">
          {told.map((verdict) => (
            <li key={`${verdict.guardrail} ${verdict.source} ${verdict.effect}`}>
              <span class={`tag ${verdict.effect}`}>{effectWords(verdict)}</span>{' '}
              <strong>{guardrailName(verdict.guardrail)}</strong>: {verdict.message}
            </li>
          ))}
        </ul>
      )}
      {passed.length > 0 && (
        <details>
          <summary>{counted(passed.length, 'guardrail')} let it pass</summary>
          <p class="faint">{[...new Set(passed.map(({ guardrail }) => guardrailName(guardrail)))].join(', ')}</p>
        </details>
      )}
    </section>
  );
}
