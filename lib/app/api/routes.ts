// Every route of the API in one list, whichever function serves it: what is documented, and which methods a path takes.
import { ALL_ROUTES } from './contract.ts';
import { HPA_ROUTES } from './hpa-contract.ts';
import { KILL_SWITCH_ROUTES } from './kill-switch-contract.ts';
import { PATH_FORMS } from './path-forms.ts';
import { problemResponse } from './problem.ts';
import { PROPOSAL_ROUTES } from './proposal-contract.ts';
import { SCHEDULE_ROUTES } from './schedule-contract.ts';

export const ROUTES = [
  ...ALL_ROUTES,
  ...SCHEDULE_ROUTES,
  ...HPA_ROUTES,
  ...PROPOSAL_ROUTES,
  ...KILL_SWITCH_ROUTES,
] as const;
export const OPENAPI_PATH = '/openapi.json';

const SHOWN_CHARS = 200;
const PATTERNS = [...ROUTES, ...PATH_FORMS, { method: 'get', path: OPENAPI_PATH }].map(({ method, path }) => ({
  method: method.toUpperCase(),
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** Methods in upper case; none for a path that does not exist. HEAD goes wherever GET goes. */
export function methodsOf(path: string): readonly string[] {
  const methods = PATTERNS.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
}

/** The answer to a request that no route takes: 405 where another method would do, else 404. */
export function noRoute(method: string, path: string): Response {
  const said = `${method} ${path.slice(0, SHOWN_CHARS)}`;
  const allowed = methodsOf(path);
  if (allowed.length === 0) return problemResponse(404, 'Not found', `no route ${said}; see GET ${OPENAPI_PATH}`);
  const allow = allowed.join(', ');
  return problemResponse(405, 'Method not allowed', `no route ${said}, expected ${allow}`, {}, { allow });
}
