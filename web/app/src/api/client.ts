// The API, from the page: it is where the page came from. What was not understood comes back as a problem in its own words.
import { token } from './token.ts';

const API = '/api/autoscaling/';
/** Milliseconds; API Gateway gives up after 29 s itself. */
const PATIENCE = 30_000;

/** What the API answered that was no success (RFC 9457), or that there was no answer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly detail: string;
  /** Of each field that was wrong. */
  readonly errors: readonly { readonly field: string; readonly message: string }[];

  /** @param status 0 where there was no answer */
  constructor(status: number, title: string, detail: string, errors: Problem['errors'] = []) {
    super(title);
    this.status = status;
    this.detail = detail;
    this.errors = errors;
  }
}

interface Known {
  readonly etag: string;
  readonly answer: unknown;
}
/** The last answer of each path: where nothing has changed, the API sends none. */
const known = new Map<string, Known>();
const MOST_KNOWN = 200;

/** @throws Problem */
export async function read<T>(what: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const path = pathOf(what, query);
  const before = known.get(path);
  const response = await send(path, { signal, headers: before && { 'if-none-match': before.etag } });
  if (response.status === 304 && before !== undefined) return before.answer as T;
  const answer = await answerOf(response);
  const etag = response.headers.get('etag');
  if (etag !== null) remember(path, { etag, answer });
  return answer as T;
}

/** @param key the same for a second try at the same action: it is then carried out once. @throws Problem */
export async function write<T>(what: string, body: object, key: string = crypto.randomUUID()): Promise<T> {
  const response = await send(pathOf(what, {}), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  return (await answerOf(response)) as T;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

function pathOf(what: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return `${API}${what}${given.length === 0 ? '' : `?${given.join('&')}`}`;
}

function remember(path: string, answer: Known): void {
  known.delete(path);
  known.set(path, answer);
  const [oldest] = known.keys();
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

export async function send(path: string, { signal, headers, ...asked }: Asked): Promise<Response> {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    return await fetch(path, {
      ...asked,
      cache: 'no-store',
      headers: { ...headers, ...token() },
      signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    throw new Problem(0, 'No answer', late ? 'the API did not answer for 30 s' : 'the API cannot be reached');
  }
}

export async function answerOf(response: Response): Promise<unknown> {
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  const { title, detail, errors } = (answer ?? {}) as Partial<Record<'title' | 'detail' | 'errors', unknown>>;
  throw new Problem(
    response.status,
    typeof title === 'string' ? title : `HTTP ${response.status}`,
    typeof detail === 'string' ? detail : 'the answer is none of the API',
    Array.isArray(errors) ? errors : [],
  );
}
