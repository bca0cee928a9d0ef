// Asks the API server what an identity may do: our own, or the group that the functions belong to.

import type { ClusterClient } from '../../lib/adapters/kubernetes/connection.ts';
import { asking } from '../../lib/adapters/kubernetes/errors.ts';
import type { Right } from './rights.ts';

/** Whose rights are asked about. `group` takes an administrator, who may ask about others. */
export type Subject = { readonly kind: 'self' } | { readonly kind: 'group'; readonly group: string };

interface Review {
  readonly status?: { readonly allowed?: boolean };
}

/**
 * @param namespace null for the whole cluster at once
 * @throws AdapterError where the question itself was refused or not answered
 */
export async function isAllowed(
  client: ClusterClient,
  subject: Subject,
  { group, ...right }: Right,
  namespace: string | null,
): Promise<boolean> {
  const resourceAttributes = { ...right, group, ...(namespace !== null && { namespace }) };
  const own = subject.kind === 'self';
  const kind = own ? 'SelfSubjectAccessReview' : 'SubjectAccessReview';
  const spec = own ? {} : { user: 'ai4k8s-doctor', groups: [subject.group, 'system:authenticated'] };
  const body = { apiVersion: API, kind, spec: { ...spec, resourceAttributes } };
  const resource = `${kind.toLowerCase()}s`;
  const ask = { cluster: client.cluster, verb: 'create', resource: `${resource}.authorization.k8s.io` } as const;
  const { answer } = await asking(ask, () => client.exchange<Review>(`/apis/${API}/${resource}`, { body }));
  return answer.status?.allowed === true;
}

const API = 'authorization.k8s.io/v1';
