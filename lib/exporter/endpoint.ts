// Which requests are work for a model, and in whose words they are asked: everything else only passes through.

/** Whose words an endpoint speaks: errors of ours are told in the same. */
export type Dialect = 'ollama' | 'openai';

export interface Endpoint {
  readonly dialect: Dialect;
  /** Embeddings have no output tokens. */
  readonly kind: 'text' | 'embedding';
}

const OLLAMA: Readonly<Record<string, Endpoint['kind']>> = {
  '/api/generate': 'text',
  '/api/chat': 'text',
  '/api/embed': 'embedding',
  '/api/embeddings': 'embedding',
};
/** With any prefix, as gateways have them (`/v1`, `/openai/deployments/NAME`); the last two are too common a word for that. */
const OPENAI = /(?:^|\/)(?:chat\/completions|completions|embeddings)$|^\/v1\/(?:responses|messages)$/;

/** @returns null for what is not scored, which passes through */
export function endpointOf(method: string | undefined, url: string | undefined): Endpoint | null {
  if (method !== 'POST') return null;
  const path = pathOf(url);
  const kind = Object.hasOwn(OLLAMA, path) ? OLLAMA[path] : undefined;
  if (kind !== undefined) return { dialect: 'ollama', kind };
  if (!OPENAI.test(path)) return null;
  return { dialect: 'openai', kind: path.endsWith('embeddings') ? 'embedding' : 'text' };
}

/** Of any request, scored or not. */
export function dialectOf(url: string | undefined): Dialect {
  const path = pathOf(url);
  return OPENAI.test(path) || path.startsWith('/v1/') ? 'openai' : 'ollama';
}

function pathOf(url = '/'): string {
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
