// What became of an action, in the API's words; read out where somebody listens, and there until the next.
import { Problem } from '../api/client.ts';

export interface Said {
  readonly isGood: boolean;
  readonly text: string;
}

export function saidOf(error: unknown): Said {
  if (!(error instanceof Problem))
    return { isGood: false, text: error instanceof Error ? error.message : String(error) };
  const fields = error.errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  const detail = error.detail === '' ? fields : error.detail;
  return { isGood: false, text: `${error.message}: ${detail}` };
}

/** In the page from the start: a region that appears with its text is not read out. */
export function SaidLine({ said }: { readonly said: Said | null }) {
  return (
    <div aria-live="polite" class="said">
      {said !== null && <p class={`notice ${said.isGood ? 'good' : 'bad'}`}>{said.text}</p>}
    </div>
  );
}
