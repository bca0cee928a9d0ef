// Whoever keeps the count at a number of his own (Argo CD, Flux …) is not fought; a manifest that holds one is told of.
import { floorManagerMessage, managerMessage } from '../../workload/other-writers.ts';
import { blocked, noted, type PermissionCheck } from '../permission.ts';

export const manager: PermissionCheck = {
  name: 'manager',
  check: ({ observation: { otherWriters, hpa, owner } }) => {
    if (hpa?.floorManager !== undefined)
      return blocked('owned_by_manager', floorManagerMessage(hpa.name, hpa.floorManager));
    if (!otherWriters?.manager) return null;
    const message = managerMessage(otherWriters.manager);
    if (otherWriters.manager.how === 'states') return noted('replicas_in_manifest', message);
    // Under an HPA only its minReplicas is ours to move: whoever fights over spec.replicas fights with the HPA.
    return (owner.kind === 'hpa' ? noted : blocked)('owned_by_manager', message);
  },
};
