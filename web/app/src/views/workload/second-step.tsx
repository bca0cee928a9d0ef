// The second step of an action, in its place: what it means, how to do it elsewhere, and the button that does it.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Problem, write } from '../../api/client.ts';
import type { Ref } from '../../api/types.ts';
import { Elsewhere } from '../../parts/commands/elsewhere.tsx';
import type { Said } from '../../parts/said.tsx';
import { useMayWrite } from '../../parts/session.tsx';
import type { Action } from './action-list.ts';
import { LastChange } from './last-change.tsx';

interface Props {
  readonly of: Ref;
  readonly action: Action;
  /** With what came of it, in the API's words. */
  readonly onDone: (said: Said) => void;
  readonly onCancel: () => void;
  /** In the place of the button that does it. */
  readonly children?: ComponentChildren;
}

export function SecondStep({ of, action, onDone, onCancel, children }: Props) {
  const mayWrite = useMayWrite();
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const panel = useRef<HTMLElement>(null);
  // The same for every try: what was done already is not done again.
  const key = useRef(crypto.randomUUID());
  useEffect(() => panel.current?.focus(), []);
  const send = async () => {
    setSending(true);
    setProblem(null);
    try {
      const { namespace, deployment: deployment_name, kind } = of;
      const path = `predictive/${action.path}/${encodeURIComponent(of.cluster)}`;
      const { message } = await write<{ readonly message: string }>(
        path,
        { deployment_name, namespace, kind, ...action.body },
        key.current,
      );
      onDone({ isGood: true, text: message });
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, 'Unexpected', String(error)));
      if (error instanceof Problem && error.status >= 400 && error.status < 500) key.current = crypto.randomUUID();
      setSending(false);
    }
  };
  const id = `step-${action.name}`;
  return (
    <section class="card step" aria-labelledby={id} ref={panel} tabIndex={-1}>
      <h2 id={id}>
        {of.deployment}: {action.label.toLowerCase()}?
      </h2>
      <p>{action.means}</p>
      {action.name === 'undo' && <LastChange of={of} />}
      {problem && (
        <p class="notice bad" role="alert">
          <strong>{problem.message}</strong>: {problem.detail}
        </p>
      )}
      <div class="row">
        {children}
        {mayWrite && !children && (
          <button type="button" class="main" disabled={isSending} onClick={send}>
            {isSending ? 'Sending …' : `Yes, ${action.label.toLowerCase()}`}
          </button>
        )}
        <button type="button" onClick={onCancel}>
          {children ? 'Close' : 'Cancel'}
        </button>
      </div>
      <Elsewhere of={of} cli={action.cli} kubectl={action.kubectl} yaml={action.yaml} note={action.elsewhere} />
    </section>
  );
}
