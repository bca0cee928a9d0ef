// How far it is trusted, what speaks for more, and what to do next.
import type { Recommendations, Ref } from '../../api/types.ts';
import { useMayWrite } from '../../parts/session.tsx';
import { workloadPath } from '../../routes.ts';

const RUNGS = [
  ['look', 'look'],
  ['recommend', 'recommend'],
  ['propose', 'propose'],
  ['limited', 'auto within limits'],
  ['auto', 'auto'],
] as const;

interface Props {
  readonly of: Ref;
  readonly recommended: Recommendations;
}

export function LadderCard({ of, recommended }: Props) {
  const { rung, next, evidence, ...more } = recommended.ladder;
  const mayWrite = useMayWrite();
  return (
    <section class="card">
      <h2>How far it is trusted</h2>
      <ol class="rungs">
        {RUNGS.map(([name, words]) => (
          <li key={name} aria-current={name === rung ? 'step' : undefined}>
            {words}
          </li>
        ))}
      </ol>
      {'demoted' in more && more.demoted && <p class="notice warn">Demoted: {more.demoted.reason}.</p>}
      <ul class="evidence">
        {evidence.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {next !== null && mayWrite && (
        <p>
          Next: <a href={workloadPath(of, 'enable')}>{wordsOf(next)}</a>
        </p>
      )}
    </section>
  );
}

const wordsOf = (rung: string) => RUNGS.find(([name]) => name === rung)?.[1] ?? rung;
