// A button that asks once more, where it stands. Nothing is done by one click.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type Said, saidOf } from './said.tsx';
import './confirm.css';

interface Props {
  readonly label: string;
  /** Of which of many: what a screen reader adds to the label. */
  readonly of?: string;
  /** What is asked before it is done. */
  readonly question: string;
  readonly sure: string;
  readonly reason?: 'optional' | 'required';
  readonly isMain?: boolean;
  /**
   * @param key the same for a second try
   * @returns what the API says of it
   * @throws Problem
   */
  readonly act: (key: string, reason: string) => Promise<string>;
  readonly onSaid: (said: Said) => void;
}

export function Confirm(props: Props) {
  const { label, of, isMain = false } = props;
  const [key, setKey] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (key === null && wasOpen.current) button.current?.focus();
    wasOpen.current = key !== null;
  }, [key]);
  if (key !== null) return <Asked {...props} actKey={key} close={() => setKey(null)} />;
  return (
    <button
      ref={button}
      type="button"
      class={isMain ? 'main' : undefined}
      aria-label={of === undefined ? undefined : `${label}: ${of}`}
      onClick={() => setKey(crypto.randomUUID())}
    >
      {label}
    </button>
  );
}

type AskedProps = Props & { readonly actKey: string; readonly close: () => void };

function Asked({ question, sure, reason, act, onSaid, actKey, close }: AskedProps) {
  const [text, setText] = useState('');
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  useEffect(() => form.current?.querySelector<HTMLElement>('input, button')?.focus(), []);
  const go = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      onSaid({ isGood: true, text: await act(actKey, text.trim()) });
      close();
    } catch (error) {
      onSaid(saidOf(error));
      setBusy(false);
    }
  };
  return (
    <form
      class="confirm"
      ref={form}
      aria-labelledby={id}
      onSubmit={go}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <span id={id}>{question}</span>
      {reason !== undefined && (
        <input
          aria-label={reason === 'required' ? 'Reason' : 'Reason, if there is one'}
          placeholder={reason === 'required' ? 'Reason' : 'Reason (optional)'}
          maxLength={200}
          required={reason === 'required'}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      )}
      <button type="submit" class="main" disabled={isBusy}>
        {sure}
      </button>
      <button type="button" disabled={isBusy} onClick={close}>
        Cancel
      </button>
    </form>
  );
}
