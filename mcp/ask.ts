// How tools ask the API: a closed list of questions, none of which scales, enables, resumes or approves.

type Query = Readonly<Record<string, string>>;

/** What may be asked by GET, and by POST: there is no other way from a tool to the API. */
export type Question =
  | { readonly what: 'clusters' }
  | {
      readonly what: 'status' | 'recommendations' | 'history';
      readonly cluster: string;
      /** One of what the list has. */
      readonly of?: string;
      readonly query: Query;
    }
  | { readonly what: 'proposals/create'; readonly cluster: string; readonly body: object }
  | { readonly what: 'predictive/pause'; readonly cluster: string; readonly body: Pausing };

/** A pause that ends; `false` would be to resume. */
interface Pausing {
  readonly paused: true | 'scale-in' | 'scale-out';
  readonly until: string;
  readonly [field: string]: unknown;
}

export interface Answered {
  /** Of HTTP. */
  readonly status: number;
  /** JSON, read; undefined where it was none. */
  readonly body: unknown;
}

/** @throws Error in words for a person where there is no answer */
export type Ask = (question: Question) => Promise<Answered>;

/** The same as a request: method, path, query as it stands in an address, body as JSON. */
export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: string;
  readonly body: string | null;
}

export function requestOf(question: Question): Request {
  if (question.what === 'clusters') return { method: 'GET', path: '/api/autoscaling/clusters', query: '', body: null };
  const path = `/api/autoscaling/${question.what}/${encodeURIComponent(question.cluster)}`;
  if ('body' in question) return { method: 'POST', path, query: '', body: JSON.stringify(question.body) };
  // Not by URLSearchParams: it writes a space as `+`, which is another character to a signature.
  const query = Object.entries(question.query)
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&');
  const of = question.of === undefined ? '' : `/${encodeURIComponent(question.of)}`;
  return { method: 'GET', path: `${path}${of}`, query, body: null };
}

/** JSON, or undefined. */
export function bodyIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
