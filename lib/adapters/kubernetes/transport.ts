// The one way HTTP leaves for a cluster: names us, counts, limits the time and waits once where the server asks us to.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type HttpLibrary,
  IsomorphicFetchHttpLibrary,
  type RequestContext,
  type ResponseContext,
  wrapHttpLibrary,
} from '@kubernetes/client-node';

export interface Transport {
  readonly http: HttpLibrary;
  /** HTTP requests sent so far, repeats included. */
  calls(): number;
}

/**
 * @param version of this project, for the User-Agent: audit logs and API priority tell callers apart by it
 * @param timeoutMs for one call, answer body and waiting included
 */
export function makeTransport(version: string, timeoutMs: number): Transport {
  const fetching = new IsomorphicFetchHttpLibrary();
  let calls = 0;
  const once = (request: RequestContext): Promise<ResponseContext> => {
    calls += 1;
    return fetching.send(request).toPromise();
  };
  const send = async (request: RequestContext): Promise<ResponseContext> => {
    const deadline = performance.now() + timeoutMs;
    request.setHeaderParam('User-Agent', `ai4k8s/${version}`);
    request.setSignal(AbortSignal.timeout(timeoutMs));
    const response = await sendOverLiveConnection(request, once);
    const waitMs = response.httpStatusCode === 429 ? retryAfterMs(response) : null;
    if (waitMs === null || performance.now() + waitMs >= deadline) return response;
    await response.body.text(); // an unread body would keep its connection busy
    await sleep(waitMs);
    return once(request);
  };
  return { http: wrapHttpLibrary({ send }), calls: () => calls };
}

/** A connection may have died while Lambda was frozen, which shows on first use: a read is asked again, a write never. */
async function sendOverLiveConnection(
  request: RequestContext,
  once: (request: RequestContext) => Promise<ResponseContext>,
): Promise<ResponseContext> {
  try {
    return await once(request);
  } catch (error) {
    if (request.getHttpMethod() !== 'GET' || !isLostConnection(error)) throw error;
    return once(request);
  }
}

function isLostConnection(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}

/** The API server states whole seconds. */
function retryAfterMs(response: ResponseContext): number | null {
  const seconds = Number.parseInt(response.headers['retry-after'] ?? '', 10);
  return Number.isInteger(seconds) && seconds >= 0 ? seconds * 1000 : null;
}
