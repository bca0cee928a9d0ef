// A command or a piece of YAML that is carried elsewhere.
import { useState } from 'preact/hooks';

interface Props {
  readonly text: string;
  /** What it is: `the command`. */
  readonly what: string;
}

export function Copy({ text, what }: Props) {
  const [said, setSaid] = useState('Copy');
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid('Copied'),
      () => setSaid('Not copied: select it by hand'),
    );
  return (
    <div class="copy">
      <pre>{text}</pre>
      <button type="button" aria-label={`Copy ${what}`} onClick={copy} onBlur={() => setSaid('Copy')}>
        <span aria-live="polite">{said}</span>
      </button>
    </div>
  );
}
