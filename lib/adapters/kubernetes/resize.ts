// Requests and limits of running pods, through the subresource `pods/resize` and nothing else.
import type { PodResizer, ResizeResult } from '../../app/ports/cluster.ts';
import { AdapterError } from '../../app/ports/world.ts';
import { resizeBody } from '../../domain/vertical/resize-body.ts';
import type { EpochMs } from '../../domain/workload/time.ts';
import type { ClusterClient, Connections } from './connection.ts';
import { type Ask, asking, reasonOf, statusOf } from './errors.ts';
import { written } from './written.ts';

/** An API server that is upgraded is found out within the hour. */
const LOOK_AGAIN_MS = 3_600_000;
/** One that does not say is asked a few times an hour. */
const FAILED_AGAIN_MS = 300_000;
const SUBRESOURCE = 'pods/resize';

interface Looked {
  readonly at: EpochMs;
  readonly isServed: Promise<boolean>;
  readonly forMs: number;
}

/**
 * Conflict, absence, missing rights and refusals are values; anything else the API server says throws AdapterError.
 * @param now wall clock
 */
export function makePodResizer(connect: Connections, now: () => EpochMs): PodResizer {
  const known = new Map<string, Looked>();
  return {
    isServed(cluster) {
      const before = known.get(cluster);
      if (before && now() - before.at < before.forMs) return before.isServed;
      const looked = { at: now(), isServed: connect(cluster).then(servesResize), forMs: LOOK_AGAIN_MS };
      known.set(cluster, looked);
      looked.isServed.catch(() => known.set(cluster, { ...looked, forMs: FAILED_AGAIN_MS }));
      return looked.isServed;
    },

    async resize({ cluster, namespace, name, resourceVersion }, patch) {
      const subject = `${namespace}/${name}`;
      // Without a version the API server would write unconditionally, over whatever happened since.
      if (resourceVersion === '') throw refusal(cluster, subject, 'the version that was read is missing');
      const client = await connect(cluster);
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/resize`;
      const body = { metadata: { resourceVersion }, ...resizeBody(patch.containers) };
      const ask: Ask = { cluster, verb: 'patch', resource: SUBRESOURCE, subject };
      const result = await answered(ask, () => client.exchange(path, { method: 'PATCH', body, patch: 'strategic' }));
      // The pod is gone, or the API server is an older one by now.
      if (result.kind === 'not_found') known.delete(cluster);
      return result;
    },
  };
}

/** By the discovery document of the core group, which every identity may read: a version would only be a guess. */
export async function servesResize(client: ClusterClient): Promise<boolean> {
  const ask: Ask = { cluster: client.cluster, verb: 'get', resource: '/api/v1' };
  const { resources = [] } = await asking(ask, () => client.getJson<Discovered>('/api/v1'));
  return (resources ?? []).some(({ name, verbs }) => name === SUBRESOURCE && (verbs ?? []).includes('patch'));
}

interface Discovered {
  readonly resources?: readonly { readonly name: string; readonly verbs?: readonly string[] | null }[] | null;
}

async function answered(ask: Ask, write: () => Promise<unknown>): Promise<ResizeResult> {
  try {
    const result = await written(ask, write);
    if (result.kind !== 'forbidden') return result;
    // Quotas and ranges refuse with the same status as a missing right.
    return RIGHT_MISSING.test(result.message) ? result : { kind: 'refused', message: result.message };
  } catch (error) {
    if (isForGood(error)) return { kind: 'refused', message: reasonOf(error) };
    throw error;
  }
}

/** Bodies that are too large, methods that a proxy does not let through: whatever is wrong with it, it stays wrong. */
function isForGood(error: unknown): boolean {
  const status = statusOf(error);
  const isOfRequest = status !== null && status >= 400 && status < 500 && status !== 401;
  return isOfRequest && error instanceof AdapterError && !error.retryable;
}

/** As the API server words it for every authorizer; what follows may be cut off, since names are long. */
const RIGHT_MISSING = /is forbidden: User "/;

function refusal(cluster: string, subject: string, why: string): AdapterError {
  return new AdapterError('kubernetes', `Cluster ${cluster}: pod ${subject} is not resized: ${why}.`, {
    retryable: false,
  });
}
