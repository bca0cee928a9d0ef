// The same without this page: by the command line, by kubectl, and for Git.
import type { Ref } from '../../api/types.ts';
import { Copy } from '../copy.tsx';

interface Props {
  readonly of: Ref;
  readonly cli: string;
  readonly kubectl: string | null;
  readonly yaml: string | null;
  readonly note?: string | undefined;
}

export function Elsewhere({ of, cli, kubectl, yaml, note }: Props) {
  return (
    <details class="elsewhere">
      <summary>The same by command, or in Git</summary>
      <p>By the command line:</p>
      <Copy text={cli} what="the command" />
      {note && <p>{note}</p>}
      {kubectl && (
        <>
          <p>By kubectl, in the context of cluster {of.cluster}:</p>
          <Copy text={kubectl} what="the kubectl command" />
        </>
      )}
      {yaml && (
        <>
          <p>In the manifest:</p>
          <Copy text={yaml} what="the YAML" />
        </>
      )}
    </details>
  );
}
