// A person paused the workload.
import { pausedMessage } from '../../workload/policy-at.ts';
import { blocked, type PermissionCheck } from '../permission.ts';

export const paused: PermissionCheck = {
  name: 'paused',
  check: ({ policy }) => (policy.paused === true ? blocked('paused', pausedMessage(policy)) : null),
};
