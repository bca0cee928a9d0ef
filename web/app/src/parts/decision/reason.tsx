// A reason in brief, and the rest of it to unfold: how its way of sizing did stays the same for days.

export function Reason({ text }: { readonly text: string }) {
  const [brief, rest] = parted(text);
  return (
    <div class="reason">
      <p>{brief}</p>
      {rest !== '' && (
        <details>
          <summary>How that did on the last days</summary>
          <p>{rest}</p>
        </details>
      )}
    </div>
  );
}

const REPLAYED = /\. (On the last .*?)(?= — |; \d+ wanted, max is |$)/s;

/** What is said first, and how it would have done. */
export function parted(reason: string): readonly [string, string] {
  return [reason.replace(REPLAYED, ''), REPLAYED.exec(reason)?.[1] ?? ''];
}
