// Every route of the API in one list, whichever function serves it: for the OpenAPI document. No function carries all of them.
import { COMMAND_ROUTES } from './command-contract.ts';
import { HPA_ROUTES } from './hpa-contract.ts';
import { KILL_SWITCH_ROUTES } from './kill-switch-contract.ts';
import { formsOf } from './path-forms.ts';
import { POLICY_WRITES } from './policy-contract.ts';
import { PROPOSAL_ROUTES } from './proposal-contract.ts';
import { READ_ROUTES } from './read-contract.ts';
import { SCHEDULE_ROUTES } from './schedule-contract.ts';

export const ROUTES = [
  ...READ_ROUTES,
  ...COMMAND_ROUTES,
  ...SCHEDULE_ROUTES,
  ...HPA_ROUTES,
  ...PROPOSAL_ROUTES,
  ...KILL_SWITCH_ROUTES,
  ...POLICY_WRITES,
] as const;

export const PATH_FORMS = formsOf(ROUTES);
