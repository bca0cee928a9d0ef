// The one way HTTP leaves for a cluster: names us, counts, limits the time and waits where the server asks us to.
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
 * @param fetching what sends, over the network unless told
 */
export function makeTransport(
  version: string,
  timeoutMs: number,
  fetching: HttpLibrary = new IsomorphicFetchHttpLibrary(),
): Transport {
  let calls = 0;
  const once = (request: RequestContext): Promise<ResponseContext> => {
    calls += 1;
    return fetching.send(request).toPromise();
  };
  const send = async (request: RequestContext): Promise<ResponseContext> => {
    const deadline = performance.now() + timeoutMs;
    request.setHeaderParam('User-Agent', userAgent(version));
    request.setSignal(AbortSignal.timeout(timeoutMs));
    let response = await sendOverLiveConnection(request, once);
    for (let repeats = 0; repeats < MAX_REPEATS; repeats += 1) {
      const waitMs = waitAskedFor(request, response);
      if (waitMs === null || performance.now() + waitMs >= deadline) return response;
      await response.body.text(); // an unread body would keep its connection busy
      await sleep(waitMs);
      response = await once(request);
    }
    return response;
  };
  return { http: wrapHttpLibrary({ send }), calls: () => calls };
}

/** A server that is still busy after three waits of its own choosing is better left alone until the next tick. */
const MAX_REPEATS = 3;

/** `ai4k8s/0.1.0 (node/24.21.0 linux/arm64)`: which program, in which version, and what it runs on. */
function userAgent(version: string): string {
  return `ai4k8s/${version} (node/${process.versions.node} ${process.platform}/${process.arch})`;
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

/**
 * Milliseconds that the server wants us to wait before the same request may be sent again; null where it may not. 429 was
 * turned away before anything was done, so a write may be repeated as well; after another error only a read is safe.
 */
function waitAskedFor(request: RequestContext, { httpStatusCode, headers }: ResponseContext): number | null {
  const repeatable = httpStatusCode === 429 || (httpStatusCode >= 500 && request.getHttpMethod() === 'GET');
  return repeatable ? retryAfterMs(headers['retry-after'] ?? '') : null;
}

/** Whole seconds from the API server itself; a proxy before it may give a date. */
function retryAfterMs(header: string): number | null {
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return header === '' || Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}
