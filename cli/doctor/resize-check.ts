// Whether requests of running pods can be changed: an API server that has pods/resize, and the right to patch it. Optional.
import type { ClusterClient } from '../../lib/adapters/kubernetes/connection.ts';
import { servesResize } from '../../lib/adapters/kubernetes/resize.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import { type Check, ok, skipped } from '../check.ts';
import { isAllowed, type Subject } from './access-review.ts';
import { RESIZE_MANIFEST, rightsIn } from './rights.ts';

interface Questions {
  readonly subject: Subject;
  readonly scopes: readonly (string | null)[];
}

export async function resizeCheck(client: ClusterClient, { subject, scopes }: Questions): Promise<Check> {
  const name = 'may resize pods in place';
  const isServed = await servesResize(client).catch((error: unknown) => {
    if (error instanceof AdapterError) return error.message;
    throw error;
  });
  // Optional: what cannot be asked must not keep the other rights from being told.
  if (typeof isServed === 'string') return skipped(name, isServed);
  if (!isServed)
    return skipped(name, 'its API server has no pods/resize: ai4k8s.io/vertical prints the patch for a person');
  for (const right of rightsIn(RESIZE_MANIFEST))
    if (!(await isAllowed(client, subject, right, scopes[0] ?? null)))
      return skipped(
        name,
        `not granted, and needed for ai4k8s.io/vertical with apply=resize only (${RESIZE_MANIFEST})`,
      );
  return ok(name, `as ${RESIZE_MANIFEST} allows`);
}
