// What every route may refuse with, for the OpenAPI document alone: no function that is deployed reads it. A test fires requests at
// every route, and takes no answer that is not listed here.
import type { ROUTES } from './all-routes.ts';
import { PROBLEMS, type ProblemTitle } from './problem.ts';
import type { Route } from './route.ts';

type Titles = readonly ProblemTitle[];

const OF_ANY: Titles = ['Invalid request', 'Too many requests', 'Internal error', 'Dependency not available'];
/** Of a path with a parameter: one that could be read in two ways is none. */
const OF_PARAMS: Titles = ['Not found', 'Unknown cluster', 'Not allowed'];
const OF_FORMS: Titles = ['Ambiguous path'];
const OF_WRITES: Titles = [
  'Unreadable body',
  'Content too large',
  'Unsupported media type',
  'Unsupported content encoding',
  'Not allowed',
  'Read-only',
  'Still running',
  'Key used before',
];

const OF_POLICY: Titles = ['Unknown workload', 'Set by annotation', 'Invalid policy'];
const OF_HPA: Titles = ['Unknown workload', 'Not our HPA', 'No HPA possible', 'Switched off'];
const OF_PROPOSALS: Titles = ['Unknown workload', 'Already answered', 'No such proposal'];

type PathOf<R> = R extends { readonly path: infer P extends string } ? P : never;

/** By path, beside what every route of its sort may say; a path that is not here says no more. */
const OWN: Readonly<Partial<Record<PathOf<(typeof ROUTES)[number]>, Titles>>> = {
  '/api/autoscaling/recommendations/{cluster}': ['Unknown workload'],
  '/api/autoscaling/patterns/{cluster}': ['Unknown workload'],
  '/api/autoscaling/status/{cluster}': ['Invalid cursor'],
  '/api/autoscaling/history/{cluster}': ['Unknown workload', 'Invalid cursor'],
  '/api/autoscaling/history/{cluster}/{decision}': ['Unknown decision'],
  '/api/autoscaling/predictive/enable/{cluster}': [...new Set([...OF_POLICY, ...OF_HPA])],
  '/api/autoscaling/predictive/disable/{cluster}': OF_POLICY,
  '/api/autoscaling/predictive/apply/{cluster}': OF_POLICY,
  '/api/autoscaling/predictive/pause/{cluster}': OF_POLICY,
  '/api/autoscaling/predictive/undo/{cluster}': [...OF_POLICY, 'Nothing to undo'],
  '/api/autoscaling/proposals/create/{cluster}': ['Unknown workload', 'Nothing to propose'],
  '/api/autoscaling/proposals/approve/{cluster}': OF_PROPOSALS,
  '/api/autoscaling/proposals/reject/{cluster}': OF_PROPOSALS,
  '/api/autoscaling/schedule/create/{cluster}': ['Unknown workload', 'Invalid window', 'Too many windows'],
  '/api/autoscaling/schedule/delete/{cluster}': ['Unknown window'],
  '/api/autoscaling/hpa/create/{cluster}': OF_HPA,
  '/api/autoscaling/hpa/delete/{cluster}': OF_HPA,
};

/**
 * @param of the route whose refusals they are: itself, or the one it is a form of
 * @returns by status, in ascending order, the titles of the problems it may answer with
 */
export function refusalsOf({ path, method, request }: Route, of: Route): ReadonlyMap<number, readonly ProblemTitle[]> {
  const own: Readonly<Record<string, Titles | undefined>> = OWN;
  const titles: Titles = [
    ...OF_ANY,
    ...(request?.params === undefined ? [] : OF_PARAMS),
    ...(path === of.path ? [] : OF_FORMS),
    ...(method === 'post' ? OF_WRITES : []),
    ...(own[of.path] ?? []),
  ];
  const all = [...new Set(titles)];
  return Map.groupBy(
    all.toSorted((a, b) => PROBLEMS[a] - PROBLEMS[b]),
    (title) => PROBLEMS[title],
  );
}
