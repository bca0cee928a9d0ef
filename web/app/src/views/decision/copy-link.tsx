// A link that can be sent: it opens this decision for whoever has the page open himself.
import { useState } from 'preact/hooks';

export function CopyLink() {
  const [said, setSaid] = useState('Copy the link');
  const copy = () =>
    navigator.clipboard.writeText(location.origin + location.pathname + location.search).then(
      () => setSaid('Copied'),
      () => setSaid('Not copied: take it from the address bar'),
    );
  return (
    <button type="button" onClick={copy} onBlur={() => setSaid('Copy the link')}>
      <span aria-live="polite">{said}</span>
    </button>
  );
}
