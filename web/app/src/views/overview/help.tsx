import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { isTyping } from '../../parts/typing.ts';

const KEYS = [
  ['/', 'search'],
  ['j or ↓', 'next workload'],
  ['k or ↑', 'workload before'],
  ['Enter', 'open it'],
  ['Esc', 'leave the search'],
  ['?', 'these keys'],
] as const;

export function Help({ dialog }: { readonly dialog: RefObject<HTMLDialogElement | null> }) {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key === '?' && !isTyping(event)) dialog.current?.showModal();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, [dialog]);
  return (
    <dialog ref={dialog} aria-label="Keys" class="help">
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
