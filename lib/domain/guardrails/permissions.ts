// Whether anything may be written to a workload at all: somebody else's, or somebody said no. All are asked, whatever the number.

import type { ReasonCode } from '../workload/reason-code.ts';
import type { Permission, PermissionCheck, PermissionInput } from './permission.ts';
import { killSwitch } from './permissions/kill-switch.ts';
import { manager } from './permissions/manager.ts';
import { neighbours } from './permissions/neighbours.ts';
import { ownership } from './permissions/owner.ts';
import { paused } from './permissions/paused.ts';
import { zero } from './permissions/zero.ts';

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

/** Permissions that are not given; the first of them is the one that people are told. */
export function missingPermissions({
  permissions,
}: {
  readonly permissions: readonly Permission[];
}): readonly Permission[] {
  return permissions.filter(({ effect }) => effect === 'blocked');
}
