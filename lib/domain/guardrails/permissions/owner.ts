// Whose the replica count is: an HPA's is worked through where the policy says so, KEDA's and a Rollout's are left alone.
import { worksThroughHpa } from '../../hpa/floor.ts';
import { floorsOnlyMessage } from '../../hpa/floors-only.ts';
import { rolloutMessage } from '../../workload/other-writers.ts';
import { blocked, type PermissionCheck } from '../permission.ts';

export const ownership: PermissionCheck = {
  name: 'ownership',
  check: ({ policy, observation: { workload, owner } }) => {
    const floorsOnly = floorsOnlyMessage(workload, policy, owner);
    if (floorsOnly !== null) return blocked('floors_only', floorsOnly);
    if (owner.kind === 'none' || worksThroughHpa(policy, owner)) return null;
    if (owner.kind === 'hpa')
      return blocked(
        'owned_by_hpa',
        `HPA ${owner.name} owns the replica count; enable mode auto or hpa-floor to work through it, or delete it to scale from here`,
      );
    if (owner.kind === 'keda')
      return blocked('owned_by_keda', `KEDA owns the replica count through ${owner.name}; it is left alone`);
    if (owner.kind === 'rollout') return blocked('owned_by_rollout', rolloutMessage(owner.name));
    if (owner.kind === 'unknown')
      return blocked('owner_unknown', 'HPAs could not be listed, so another owner cannot be ruled out');
    return blocked('ambiguous_owner', `${owner.names.length} HPAs target this workload: keep one`);
  },
};
