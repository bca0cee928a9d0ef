// Whether the API answers those who may ask, and nobody else: health is open, everything else wants a signature or a token.
import type { EpochMs } from '../../lib/domain/workload/time.ts';
import { VERSION } from '../../lib/version.ts';
import type { ApiTarget } from '../api-client.ts';
import { broken, type Check, ok, skipped, warning } from '../check.ts';
import { messageOf } from '../terminal.ts';
import { askWholeStatus } from '../whole-status.ts';
import { type ApiStatus, readStatus } from './api-status.ts';
import { unanswered } from './asking.ts';
import type { Installation } from './installation.ts';

const ANSWER_MS = 35_000;
const LOOK = 'look at the alarm api-5xx, the access log, and the logs of query and command';

export interface Health {
  readonly checks: readonly Check[];
  /** How far AWS's clock is ahead of this machine's. */
  readonly aheadMs: number;
}

/** Throws nothing. */
export async function healthCheck({ apiUrl }: Installation, now: () => EpochMs): Promise<Health> {
  const name = 'API health';
  try {
    const response = await plain(`${apiUrl}/health`);
    const body = await jsonOf(response);
    const aheadMs = aheadOf(response.headers.get('date'), now());
    if (response.status !== 200 || body.status !== 'ok')
      return { checks: [broken(name, `answered ${response.status}: ${shown(body)}`, LOOK)], aheadMs };
    const saw = `${apiUrl}/health is ok, version ${shown(body.version)}`;
    if (body.version === VERSION) return { checks: [ok(name, saw)], aheadMs };
    return {
      checks: [warning(name, `${saw}; this is ${VERSION}`, 'verify with the release that was deployed')],
      aheadMs,
    };
  } catch (error) {
    return { checks: [broken(name, `${apiUrl} does not answer: ${causeOf(error)}`, LOOK)], aheadMs: 0 };
  }
}

/** A request that nobody signed, to a path that does nothing: it must not come as far as a function. Throws nothing. */
export async function strangerChecks({ apiUrl, clusters }: Installation): Promise<readonly Check[]> {
  const cluster = encodeURIComponent(clusters[0]?.id ?? '');
  const tries = [
    ['GET', `/api/autoscaling/status/${cluster}`],
    // No such route: should it be let through, it still changes nothing.
    ['POST', `/api/autoscaling/verify/${cluster}`],
  ] as const;
  return Promise.all(tries.map(([method, path]) => strangerCheck(apiUrl, method, path)));
}

async function strangerCheck(apiUrl: string, method: 'GET' | 'POST', path: string): Promise<Check> {
  const name = `API refuses strangers (${method})`;
  try {
    const response = await plain(`${apiUrl}${path}`, method);
    const { status } = response;
    const body = await jsonOf(response);
    // API Gateway refuses in words of its own; a refusal with a title was written by a function, which was reached.
    if ((status === 401 || status === 403) && body.title === undefined)
      return ok(name, `without a signature it answers ${status}`);
    if (status === 429) return skipped(name, 'API Gateway is throttling', 'ask again in a minute');
    const saw = `${method} ${path} without a signature was let through to a function, which answered ${status}`;
    const todo =
      'THE API IS PUBLIC: deploy again, and look at the authorizer of its routes; meanwhile: npm run ai4k8s -- stop --all';
    return broken(name, saw, todo);
  } catch (error) {
    return skipped(name, `no answer: ${causeOf(error)}`, LOOK);
  }
}

export interface SignedAnswer {
  readonly checks: readonly Check[];
  readonly status: ApiStatus | null;
}

/** Throws nothing. */
export async function signedCheck(installation: Installation, target: ApiTarget): Promise<SignedAnswer> {
  const name = 'API status';
  const { takesTokens, region, partition, account, apiUrl } = installation;
  const none = (check: Check): SignedAnswer => ({ checks: [check], status: null });
  if (takesTokens && target.token === undefined)
    return none(
      skipped(name, 'the API takes tokens, and none is given', 'set AI4K8S_TOKEN to a token of its provider'),
    );
  try {
    const response = await askWholeStatus(target);
    const body = await jsonOf(response);
    const status = response.status === 200 ? readStatus(body) : null;
    if (status !== null) return { checks: [answered(name, takesTokens, status)], status };
    const saw = `answered ${response.status}: ${shown(body.detail ?? body.message ?? body)}`;
    if (takesTokens && (response.status === 401 || response.status === 403))
      return none(
        skipped(name, `the token was refused: ${saw}`, 'set AI4K8S_TOKEN to one whose groups may read this cluster'),
      );
    if (response.status === 403) {
      const [api] = new URL(apiUrl).hostname.split('.');
      const subject = `arn:${partition}:execute-api:${region}:${account}:${api}/*/GET/*`;
      return none(skipped(name, `these credentials may not ask: ${saw}`, `allow execute-api:Invoke on ${subject}`));
    }
    return none(broken(name, saw, LOOK));
  } catch (error) {
    const question = { name, action: 'execute-api:Invoke', subject: apiUrl };
    return none(
      error instanceof TypeError ? broken(name, `no answer: ${causeOf(error)}`, LOOK) : unanswered(question, error),
    );
  }
}

function answered(name: string, takesTokens: boolean, { workloads, killSwitch }: ApiStatus): Check {
  const enabled = workloads.filter((one) => one.enabled).length;
  const saw = `${takesTokens ? 'with a token' : 'signed'} it answers: workloads ${workloads.length}, enabled ${enabled}`;
  if (killSwitch === null) return ok(name, saw);
  return warning(
    name,
    `${saw}; nothing is changed: ${killSwitch}`,
    'npm run ai4k8s -- go CLUSTER --reason …, or deploy without killSwitch',
  );
}

function plain(url: string, method = 'GET'): Promise<Response> {
  const body = method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
  return fetch(url, { method, ...body, redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
}

/** HTTP dates are cut to the second. */
function aheadOf(date: string | null, now: EpochMs): number {
  const theirs = Date.parse(date ?? '') + 500;
  return Math.abs(theirs - now) > 2000 ? theirs - now : 0;
}

async function jsonOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await response.json().catch(() => ({}));
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

const SHOWN_CHARS = 200;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === undefined ? 'nothing' : text.slice(0, SHOWN_CHARS);
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error);
}
