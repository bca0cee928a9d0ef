// A reason in brief, and all of it to unfold: how its way of sizing did stays the same for days.
import { plainly } from './plainly.ts';

export function Reason({ text }: { readonly text: string }) {
  const [brief, whole] = parted(text);
  return (
    <div class="reason">
      <p>{brief}</p>
      {whole !== '' && (
        <details>
          <summary>How it is sized, and how that did</summary>
          <p>{whole}</p>
        </details>
      )}
    </div>
  );
}

/** What is said first, without how it weighs and how that would have done; and all of it where that is more. */
export function parted(reason: string): readonly [brief: string, whole: string] {
  const brief = plainly(reason);
  return [brief, brief === reason ? '' : reason];
}
