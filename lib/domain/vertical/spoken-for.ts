// Whose a resource is: what an HPA measures or a VPA sets is theirs, and its requests are not touched.
import type { Observation } from '../workload/observation.ts';
import type { Resource } from '../workload/signal.ts';
import type { VerticalFacts } from './container-resources.ts';
import type { LeftCode } from './vertical-code.ts';

interface Why {
  readonly code: LeftCode;
  readonly message: string;
}

/**
 * Why the requests of one resource are not ours to change; null where they are. An HPA's percentages are of requests: whoever
 * moves them moves its replicas, so one that measures the resource at all is enough, whatever its target is of.
 */
export function whySpokenFor(
  resource: Resource,
  { owner, hpa, otherWriters }: Pick<Observation, 'owner' | 'hpa' | 'otherWriters'>,
  { measuredBy, isVpaUnknown }: Pick<VerticalFacts, 'measuredBy' | 'isVpaUnknown'>,
): Why | null {
  if (owner.kind === 'unknown')
    return { code: 'owner_unknown', message: 'HPAs could not be listed: whether one measures it is not known' };
  const by = measuredBy[resource];
  if (by !== undefined)
    return {
      code: 'hpa_uses_resource',
      message: `HPA ${by} measures ${resource}, and its figures are of what is requested: take ${resource} out of that HPA or out of the annotation`,
    };
  // A ScaledObject that is paused, or new, has no HPA that would tell.
  if (owner.kind === 'keda' && hpa === null)
    return { code: 'owned_by_keda', message: `KEDA scales it through ${owner.name}, and by what cannot be seen` };
  const vpa = otherWriters?.vpa ?? null;
  if (vpa !== null && vpa.mode !== 'Off')
    return {
      code: 'vpa_present',
      message: `VPA ${vpa.name} (${vpa.mode}) sets its requests: set its updateMode to Off, or take the annotation away`,
    };
  if (isVpaUnknown)
    return {
      code: 'vpa_unknown',
      message: 'VPAs are installed and cannot be read: grant "list" on them (infra/manifests/rbac-neighbours.yaml)',
    };
  return null;
}
