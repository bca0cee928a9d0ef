// Which paths there are, whichever function serves them, and which methods they take. Paths alone: their schemas would have to be
// built by a function that only wants to say "405". A test holds the list equal to the routes.
import type { Answer } from './answer.ts';
import { problemAnswer } from './problem.ts';

export const OPENAPI_PATH = '/openapi.json';

const API = '/api/autoscaling';
const OF_LIST = ['', '/*', '/*/*'];
const OF_NAMESPACE = ['', '/*'];
const OF_WORKLOAD = ['', '/*/*'];
const AS_IT_IS = [''];

type Known = readonly [method: 'GET' | 'POST', path: string, forms: readonly string[]];

/** `*` is any one part; the forms name namespace and workload behind the cluster. */
const KNOWN: readonly Known[] = [
  ['GET', '/health', AS_IT_IS],
  ['GET', OPENAPI_PATH, AS_IT_IS],
  ['GET', `${API}/recommendations/*`, OF_WORKLOAD],
  ['GET', `${API}/status/*`, OF_NAMESPACE],
  ['GET', `${API}/history/*`, OF_WORKLOAD],
  ['GET', `${API}/history/*/*`, OF_WORKLOAD],
  ['GET', `${API}/patterns/*`, OF_WORKLOAD],
  ['GET', `${API}/schedule/*`, OF_LIST],
  ['GET', `${API}/proposals/*`, OF_NAMESPACE],
  ['GET', `${API}/policy/*`, OF_NAMESPACE],
  ['POST', `${API}/policy/*`, OF_NAMESPACE],
  ['GET', `${API}/kill-switch`, OF_NAMESPACE],
  ['GET', `${API}/clusters`, AS_IT_IS],
  ['POST', `${API}/kill-switch`, OF_NAMESPACE],
  ['POST', `${API}/predictive/enable/*`, OF_WORKLOAD],
  ['POST', `${API}/predictive/disable/*`, OF_WORKLOAD],
  ['POST', `${API}/predictive/apply/*`, OF_WORKLOAD],
  ['POST', `${API}/predictive/pause/*`, OF_WORKLOAD],
  ['POST', `${API}/predictive/undo/*`, OF_WORKLOAD],
  ['POST', `${API}/proposals/create/*`, OF_WORKLOAD],
  ['POST', `${API}/proposals/approve/*`, OF_WORKLOAD],
  ['POST', `${API}/proposals/reject/*`, OF_WORKLOAD],
  ['POST', `${API}/hold/clear/*`, AS_IT_IS],
  ['POST', `${API}/schedule/create/*`, OF_WORKLOAD],
  ['POST', `${API}/schedule/delete/*`, OF_WORKLOAD],
  ['POST', `${API}/hpa/create/*`, OF_WORKLOAD],
  ['POST', `${API}/hpa/delete/*`, OF_WORKLOAD],
  ['POST', `${API}/release/*`, AS_IT_IS],
];

/** Methods and paths with `*` for every parameter. */
export const KNOWN_PATHS = KNOWN.flatMap(([method, path, forms]) =>
  forms.map((form) => ({ method, path: `${path}${form}`, segments: `${path}${form}`.split('/') })),
);

const SHOWN_CHARS = 200;

/** Methods in upper case; none for a path that does not exist. HEAD goes wherever GET goes. */
export function methodsOf(path: string): readonly string[] {
  const given = path.split('/');
  const methods = KNOWN_PATHS.filter(({ segments }) => isOf(segments, given)).map(({ method }) => method);
  const all = [...new Set<string>(methods)];
  return all.includes('GET') ? [...all, 'HEAD'] : all;
}

function isOf(segments: readonly string[], given: readonly string[]): boolean {
  return (
    segments.length === given.length &&
    segments.every((part, i) => (part === '*' ? given[i] !== '' : part === given[i]))
  );
}

/** The answer to a request that no route takes: 405 where another method would do, else 404. */
export function noRoute(method: string, path: string): Answer {
  const said = `${method} ${path.slice(0, SHOWN_CHARS)}`;
  const allowed = methodsOf(path);
  if (allowed.length === 0) return problemAnswer(404, 'Not found', `no route ${said}; see GET ${OPENAPI_PATH}`);
  const allow = allowed.join(', ');
  return problemAnswer(405, 'Method not allowed', `no route ${said}, expected ${allow}`, {}, { allow });
}
