// Every route of the command function in one list: for its app, and for the OpenAPI document.
import { COMMAND_ROUTES } from './command-contract.ts';
import { HPA_ROUTES } from './hpa-contract.ts';
import { KILL_SWITCH_ROUTES } from './kill-switch-contract.ts';
import { POLICY_WRITES } from './policy-contract.ts';
import { PROPOSAL_ROUTES } from './proposal-contract.ts';
import { SCHEDULE_ROUTES } from './schedule-contract.ts';

export const WRITE_ROUTES = [
  ...COMMAND_ROUTES,
  ...SCHEDULE_ROUTES,
  ...HPA_ROUTES,
  ...PROPOSAL_ROUTES,
  ...KILL_SWITCH_ROUTES,
  ...POLICY_WRITES,
] as const;
