// What a person can do with a workload: each in two steps, and the same as commands for elsewhere.
import { useContext, useState } from 'preact/hooks';
import type { Recommendations, Ref } from '../../api/types.ts';
import { Pause } from '../../parts/pause.tsx';
import { type Said, SaidLine } from '../../parts/said.tsx';
import { SessionContext, useMayWrite } from '../../parts/session.tsx';
import { workloadPath } from '../../routes.ts';
import { type Action, actionsOf } from './action-list.ts';
import { SecondStep } from './second-step.tsx';

interface Props {
  readonly of: Ref;
  readonly recommended: Recommendations;
  /** Asks the API anew: something has changed. */
  readonly again: () => void;
}

export function Actions({ of, recommended, again }: Props) {
  const mayWrite = useMayWrite();
  const session = useContext(SessionContext);
  const [open, setOpen] = useState<Action['name'] | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const { enabled } = recommended.policy;
  const actions = actionsOf(of, recommended, session?.url ?? null);
  const shown = actions.find(({ name }) => name === open);
  const done = (words: Said) => {
    setOpen(null);
    setSaid(words);
    again();
  };
  return (
    <div class="actions">
      <div class="row">
        {mayWrite && (
          <a class="button main" href={workloadPath(of, 'enable')}>
            {enabled ? 'Change' : 'Enable'}
          </a>
        )}
        {actions.map(({ name, label }) => (
          <button
            key={name}
            type="button"
            aria-expanded={open === name}
            onClick={() => {
              setSaid(null);
              setOpen(open === name ? null : name);
            }}
          >
            {label}
          </button>
        ))}
      </div>
      {shown && (
        <SecondStep key={shown.name} of={of} action={shown} onDone={done} onCancel={() => setOpen(null)}>
          {shown.path === 'pause' && (
            <Pause
              workload={of}
              paused={recommended.policy.paused}
              until={recommended.policy.paused_until}
              reason={recommended.policy.paused_reason}
              onSaid={(words) => (words.isGood ? done(words) : setSaid(words))}
            />
          )}
        </SecondStep>
      )}
      <SaidLine said={said} />
    </div>
  );
}
