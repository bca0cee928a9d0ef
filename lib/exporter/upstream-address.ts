// Where requests go: addresses as Ollama and LiteLLM write them, and which of two a request is for.
import { isIPv6 } from 'node:net';
import { dialectOf } from './endpoint.ts';

export interface Upstream {
  /** The variable that named it, for messages. */
  readonly variable: 'OLLAMA_HOST' | 'LITELLM_BASE_URL';
  readonly protocol: 'http:' | 'https:';
  /** As sockets take it: IPv6 without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** '' or a path without a slash at its end, put before every request's own. */
  readonly path: string;
}

const OLLAMA_PORT = 11434;
const PORTS = { 'http:': 80, 'https:': 443 };
const ANY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** `host`, `host:port`, `:port`, `http://host`, an IPv6 with brackets or without: as Ollama reads it. Null: not an address. */
export function ollamaAddress(text: string): Upstream | null {
  const plain = text.trim().replace(/^(["'])(.*)\1$/, '$2');
  const hasScheme = /^https?:\/\//i.test(plain);
  if (!hasScheme && plain.includes('://')) return null;
  const bare = isIPv6(plain) ? `[${plain}]` : plain.startsWith(':') ? `127.0.0.1${plain}` : plain;
  const parsed = addressOf(hasScheme ? plain : `http://${bare}`, 'OLLAMA_HOST');
  if (parsed === null || hasScheme || /:\d+(\/|$)/.test(bare.replace(/^\[.*?\]/, ''))) return parsed;
  return { ...parsed, port: OLLAMA_PORT };
}

/** Many people write it with `/v1`, which is in every request's own path. */
export function liteLlmAddress(text: string): Upstream | null {
  const parsed = /^https?:\/\//i.test(text.trim()) ? addressOf(text.trim(), 'LITELLM_BASE_URL') : null;
  return parsed && { ...parsed, path: parsed.path.replace(/\/v1$/, '') };
}

function addressOf(text: string, variable: Upstream['variable']): Upstream | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.hostname === '' || /[@?#\s]/.test(text)) return null;
  const protocol = url.protocol === 'https:' ? 'https:' : 'http:';
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    variable,
    protocol,
    // To listen on every address is one thing; who asks has to say which.
    hostname: ANY_ADDRESS[hostname] ?? hostname,
    port: url.port === '' ? PORTS[protocol] : Number(url.port),
    path: url.pathname.replace(/\/+$/, ''),
  };
}

/** With brackets around an IPv6, and without the scheme's own port. */
export function originOf({ protocol, hostname, port }: Upstream): string {
  const host = isIPv6(hostname) ? `[${hostname}]` : hostname;
  return `${protocol}//${host}${port === PORTS[protocol] ? '' : `:${port}`}`;
}

/** With two, Ollama's own words go to Ollama and OpenAI's to LiteLLM. @param upstreams at least one */
export function chooseUpstream(upstreams: readonly Upstream[], url: string | undefined): Upstream | undefined {
  const wanted = dialectOf(url) === 'openai' ? 'LITELLM_BASE_URL' : 'OLLAMA_HOST';
  return upstreams.find(({ variable }) => variable === wanted) ?? upstreams[0];
}
