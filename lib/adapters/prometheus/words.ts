// What a server said, fit for one line of a message: its own words, cleaned, cut, and without anything secret.
import { AdapterError } from '../../app/ports/world.ts';

const DETAIL_MAX_CHARS = 600;
const QUOTED_MAX_CHARS = 200;
/** A title or a message stands at the beginning of a page. */
const LOOKED_AT_CHARS = 8_000;
/** Shorter ones are ordinary words, such as a tenant's name. */
const SECRET_MIN_CHARS = 8;

/** No control characters, no characters that turn the direction of writing, no line breaks. */
export function oneLine(text: string, most = QUOTED_MAX_CHARS): string {
  const clean = text
    .slice(0, LOOKED_AT_CHARS)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s\uFFFD]+/gu, ' ')
    .trim();
  return clean.length <= most ? clean : `${clean.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The message of a JSON body that is none of Prometheus's, the title of a page, or the first words; '' of nothing. */
export function ownWords(text: string): string {
  const start = text.slice(0, LOOKED_AT_CHARS);
  const title = /<title[^<>]{0,200}>([^<]{1,300})/i.exec(start)?.[1];
  const words = messageIn(text) ?? title ?? (/^\s*</.test(start) ? withoutTags(start) : start);
  return oneLine(words);
}

/** ` ("…")`, or nothing where there is nothing to quote. */
export function quoted(words: string): string {
  return words === '' ? '' : ` ("${words.replaceAll('"', '’')}")`;
}

/** @param secrets what must not appear, however the server spells it back */
export function failure(
  url: string,
  what: string,
  options: { readonly retryable: boolean; readonly cause?: unknown; readonly secrets?: readonly string[] },
): AdapterError {
  const message = oneLine(`Prometheus at ${url}: ${withoutSecrets(what, options.secrets ?? [])}`, DETAIL_MAX_CHARS);
  return new AdapterError('prometheus', message, { retryable: options.retryable, cause: options.cause });
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  const spelled = secrets
    .filter((secret) => secret.length >= SECRET_MIN_CHARS)
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]);
  return spelled.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}

/** Of AWS, of Grafana, of the Kubernetes API: `message`; of others `error`, as text or with a `message` in it, or `detail`. */
function messageIn(text: string): string | null {
  const body = jsonOrNull(text);
  if (typeof body !== 'object' || body === null) return null;
  const { message, Message, error, detail } = body as Readonly<Record<string, unknown>>;
  const inner = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error;
  const found = [message, Message, inner, detail].find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : null;
}

function withoutTags(html: string): string {
  return html.replace(/<(script|style)[^<>]{0,200}>[^<]*/gi, ' ').replace(/<[^<>]*>/g, ' ');
}

export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
