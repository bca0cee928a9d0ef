// Turns whatever client-node throws into one sentence that says which cluster, what was asked and what to do.
import { ApiException } from '@kubernetes/client-node';
import { AdapterError } from '../../app/ports/world.ts';
import { cleanText } from '../../domain/text/clean-text.ts';

/** What was asked, in RBAC's words. */
export interface Ask {
  readonly cluster: string;
  readonly verb: 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete';
  /** Resource with its API group, e.g. `deployments.apps`. */
  readonly resource: string;
  /** `namespace/name`, or a namespace; absent where the whole cluster was asked. */
  readonly subject?: string;
}

/** Runs `call`. @throws AdapterError 'kubernetes' for anything that goes wrong in it */
export async function asking<T>(ask: Ask, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw toAdapterError(ask, error);
  }
}

/** HTTP status of the API server's answer, or null where there was none. */
export function statusOf(error: unknown): number | null {
  const root = rootOf(error);
  return root instanceof ApiException ? root.code : null;
}

/** What went wrong, in one line. */
export function reasonOf(error: unknown): string {
  const root = rootOf(error);
  if (root instanceof ApiException) return `HTTP ${root.code}${colon(serverMessage(root.body))}`;
  if (!(root instanceof Error)) return oneLine(String(root));
  if (root.name === 'TimeoutError') return 'no answer in time';
  const cause = root.cause instanceof Error ? root.cause.message || root.cause.name : '';
  return oneLine(root.message + colon(cause));
}

function toAdapterError(ask: Ask, error: unknown): AdapterError {
  if (error instanceof AdapterError) return error;
  const subject = ask.subject === undefined ? '' : ` (${ask.subject})`;
  const message = `Cluster ${ask.cluster}: could not ${ask.verb} ${ask.resource}${subject}: ${reasonOf(error)}. ${remedy(ask, error)}`;
  return new AdapterError('kubernetes', message, { retryable: isRetryable(error), cause: error });
}

/** What an AdapterError was made of, where it was made of something. */
function rootOf(error: unknown): unknown {
  return error instanceof AdapterError && error.cause !== undefined ? error.cause : error;
}

/** client-node hands the body over as text; the API server answers with a Status object. */
function serverMessage(body: unknown): string {
  if (typeof body !== 'string') return '';
  try {
    const status: unknown = JSON.parse(body);
    const message = typeof status === 'object' && status !== null && 'message' in status ? status.message : '';
    return typeof message === 'string' ? oneLine(message) : '';
  } catch {
    return oneLine(body);
  }
}

function isRetryable(error: unknown): boolean {
  const status = statusOf(error);
  return status === null || status === 410 || status === 429 || status >= 500;
}

function remedy(ask: Ask, error: unknown): string {
  const status = statusOf(error);
  if (status === 401) return 'The token was not accepted: check the EKS access entry, or the user in the kubeconfig.';
  if (status === 403) return `Grant the verb "${ask.verb}" on ${ask.resource} to the identity AI4K8s uses.`;
  if (status === 404) return 'Check that the API server serves this resource.';
  if (status === 410) return 'The list changed faster than it could be read, twice; the next tick tries again.';
  if (status === null) return 'Check the address, the network path and the certificate of the API server.';
  return isRetryable(error)
    ? 'The next tick tries again.'
    : 'The API server will refuse it again until the cause is removed.';
}

const colon = (text: string): string => (text === '' ? '' : `: ${text}`);

/** Without what could deceive a reader, and short enough for a log line: webhooks word refusals as they like. */
function oneLine(text: string): string {
  return cleanText(text, 300);
}
