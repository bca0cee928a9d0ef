// A person paused the workload.
import { blocked, type PermissionCheck } from '../permission.ts';

export const paused: PermissionCheck = {
  name: 'paused',
  check: ({ policy }) => (policy.paused ? blocked('paused', 'the policy says paused') : null),
};
