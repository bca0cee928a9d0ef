// Whether anything may be written to a workload at all: somebody else's, or somebody said no. All are asked, whatever the number.

import { worksThroughHpa } from '../hpa/floor.ts';
import { floorsOnlyMessage } from '../hpa/floors-only.ts';
import { asleepMessage, isAsleep } from '../hpa/user-intent.ts';
import { floorManagerMessage, managerMessage, neighboursMessage, rolloutMessage } from '../workload/other-writers.ts';
import type { ReasonCode } from '../workload/reason-code.ts';
import type { Permission, PermissionCheck, PermissionInput } from './constraint.ts';

const blocked = (code: ReasonCode, message: string): Permission => ({ effect: 'blocked', code, message });
const noted = (code: ReasonCode, message: string): Permission => ({ effect: 'noted', code, message });

const zero: PermissionCheck = {
  name: 'zero',
  check: ({ observation }) => {
    // Argo scales to 0 what its Rollout runs instead: that is its owner's, not somebody's who switched it off.
    if (observation.replicas.spec > 0 || observation.owner.kind === 'rollout') return null;
    if (observation.hpa !== null && isAsleep(observation))
      return blocked('hpa_at_zero', asleepMessage(observation.hpa));
    return blocked('workload_at_zero', 'the workload is scaled to 0: somebody switched it off, so it is left');
  },
};

const ownership: PermissionCheck = {
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

const manager: PermissionCheck = {
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

const neighbours: PermissionCheck = {
  name: 'neighbours',
  check: ({ observation: { otherWriters } }) => {
    const message = otherWriters ? neighboursMessage(otherWriters) : null;
    if (message === null) return null;
    return noted(otherWriters?.overlaps.length ? 'selector_overlap' : 'vpa_present', message);
  },
};

const paused: PermissionCheck = {
  name: 'paused',
  check: ({ policy }) => (policy.paused ? blocked('paused', 'the policy says paused') : null),
};

const killSwitch: PermissionCheck = {
  name: 'kill_switch',
  check: ({ killSwitch: why }) => (why === null ? null : blocked('kill_switch', why)),
};

export const PERMISSIONS: readonly PermissionCheck[] = [zero, ownership, manager, neighbours, paused, killSwitch];

/** The first reason that nothing may be written, or null. */
export function whyForbidden(input: PermissionInput): string | null {
  const refused = PERMISSIONS.map(({ check }) => check(input)).find((permission) => permission?.effect === 'blocked');
  return refused?.message ?? null;
}

/** Every code with which a permission is refused. */
export const NO_PERMISSION: readonly ReasonCode[] = [
  'workload_at_zero',
  'hpa_at_zero',
  'owned_by_hpa',
  'owned_by_keda',
  'owned_by_rollout',
  'floors_only',
  'ambiguous_owner',
  'owner_unknown',
  'owned_by_manager',
  'paused',
  'kill_switch',
];
