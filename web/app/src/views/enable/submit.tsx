// The form, sent: first what it means, then done; and an HPA, where the API offers one.
import { useRef, useState } from 'preact/hooks';
import { Problem, write } from '../../api/client.ts';
import type { Ref } from '../../api/types.ts';
import { Copy } from '../../parts/copy.tsx';
import { type Said, SaidLine, saidOf } from '../../parts/said.tsx';
import { workloadPath } from '../../routes.ts';
import type { Body, Rung, Texts } from './body.ts';

interface Props {
  readonly of: Ref;
  readonly body: Body;
  readonly rung: Rung;
  /** Nothing is wrong with it that the page can tell. */
  readonly isReady: boolean;
  readonly enabled: boolean;
  /** What the API says of fields. */
  readonly onFaults: (faults: Texts) => void;
}

interface Offer {
  readonly name: string;
  readonly why: string;
  readonly yaml: string;
}

interface Answer {
  readonly message: string;
  readonly hpa_offer: Offer | null;
}

const MEANS: Readonly<Record<Rung, string>> = {
  recommend: 'It is enabled, and changes nothing.',
  propose: 'Each change waits for a person.',
  limited: 'It acts now, within its limits.',
  auto: 'It acts now.',
};

export function Submit({ of, body, rung, isReady, enabled, onFaults }: Props) {
  const [isAsked, setAsked] = useState(false);
  const [isSending, setSending] = useState(false);
  const [said, setSaid] = useState<Said | null>(null);
  const [offer, setOffer] = useState<Offer | null>(null);
  const key = useRef({ of: '', is: '' });
  const label = enabled ? 'Change' : 'Enable';
  const go = async () => {
    setSending(true);
    const sent = { deployment_name: of.deployment, namespace: of.namespace, kind: of.kind, ...body };
    const text = JSON.stringify(sent);
    if (key.current.of !== text) key.current = { of: text, is: crypto.randomUUID() };
    try {
      const path = `predictive/enable/${encodeURIComponent(of.cluster)}`;
      const answer = await write<Answer>(path, sent, key.current.is);
      setSaid({ isGood: true, text: answer.message });
      setOffer(answer.hpa_offer);
      setAsked(false);
    } catch (error) {
      setSaid(saidOf(error));
      if (error instanceof Problem)
        onFaults(Object.fromEntries(error.errors.map(({ field, message }) => [field, message])));
      key.current = { of: '', is: '' };
    }
    setSending(false);
  };
  return (
    <div class="submit">
      <div class="row">
        {isAsked ? (
          <>
            <span>{MEANS[rung]}</span>
            <button type="button" class="main" disabled={isSending || !isReady} onClick={go}>
              {isSending ? 'Sending …' : `Yes, ${label.toLowerCase()} ${of.deployment}`}
            </button>
            <button type="button" onClick={() => setAsked(false)}>
              Cancel
            </button>
          </>
        ) : (
          <button type="button" class="main" disabled={!isReady} onClick={() => setAsked(true)}>
            {label}
          </button>
        )}
      </div>
      <SaidLine said={said} />
      {said?.isGood && (
        <p>
          <a href={workloadPath(of)}>See {of.deployment}</a>
        </p>
      )}
      {offer && (
        <section>
          <h3>An HPA that goes on without us</h3>
          <p>{offer.why}</p>
          <Copy text={offer.yaml} what="the HPA" />
        </section>
      )}
    </div>
  );
}
