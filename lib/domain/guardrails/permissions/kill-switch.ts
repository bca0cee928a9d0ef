// Whoever runs the installation stopped all of it.
import { blocked, type PermissionCheck } from '../permission.ts';

export const killSwitch: PermissionCheck = {
  name: 'kill_switch',
  check: ({ killSwitch: why }) => (why === null ? null : blocked('kill_switch', why)),
};
