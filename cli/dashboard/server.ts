// The page beside an API that stands elsewhere: what is static is served to anybody on this machine, what acts wants the token.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { openApiText } from '../../lib/app/api/openapi-document.ts';
import { VERSION } from '../../lib/version.ts';
import { type LocalServer, serveLocally } from '../../web/listen.ts';
import { SESSION_PATH, sessionPage, shownPage } from '../../web/pages.ts';
import { sendProblem, sendShown } from '../../web/plain-problems.ts';
import type { ApiTarget } from '../api-client.ts';
import { forward } from './forward.ts';
import { hasToken } from './token.ts';

export interface DashboardOptions {
  readonly target: ApiTarget;
  readonly isReadOnly: boolean;
  readonly token: string;
}

/** @param port 0 takes any that is free. @throws Error of one line where it is taken */
export function startDashboard(port: number, options: DashboardOptions): Promise<LocalServer> {
  return serveLocally(port, 'ai4k8s dashboard --port N', (request, response) => serve(options, request, response));
}

async function serve(options: DashboardOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { target, isReadOnly, token } = options;
  const page = await shownPage(request);
  if (page !== null) return sendShown(response, page);
  // The reference cannot send a token, and needs no credentials: it shows the API of this release.
  if (request.method === 'GET' && request.url === '/openapi.json')
    return sendShown(response, { headers: { 'content-type': 'application/json' }, body: openApiText(VERSION) });
  if (!hasToken(request.headers, token))
    return sendProblem(
      response,
      401,
      'open the address that `ai4k8s dashboard` printed: it ends in the token of this start',
    );
  if (request.url === SESSION_PATH)
    return sendShown(response, sessionPage({ served_by: 'proxy', read_only: isReadOnly, url: target.url }));
  if (!request.url?.startsWith('/api/')) return sendProblem(response, 404, 'the dashboard has no such path');
  return forward(options, request, response);
}
