// Nothing is written to what somebody scaled to none.
import { asleepMessage, isAsleep } from '../../hpa/user-intent.ts';
import { blocked, type PermissionCheck } from '../permission.ts';

export const zero: PermissionCheck = {
  name: 'zero',
  check: ({ observation }) => {
    // Argo scales to 0 what its Rollout runs instead: that is its owner's, not somebody's who switched it off.
    if (observation.replicas.spec > 0 || observation.owner.kind === 'rollout') return null;
    if (observation.hpa !== null && isAsleep(observation))
      return blocked('hpa_at_zero', asleepMessage(observation.hpa));
    return blocked('workload_at_zero', 'the workload is scaled to 0: somebody switched it off, so it is left');
  },
};
