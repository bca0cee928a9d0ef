// What a permission is: whether anything may be written at all, whatever the number.
import type { Observation } from '../workload/observation.ts';
import type { Policy } from '../workload/policy.ts';
import type { ReasonCode } from '../workload/reason-code.ts';
import type { CheckName } from './verdict.ts';

export const blocked = (code: ReasonCode, message: string): Permission => ({ effect: 'blocked', code, message });

export const noted = (code: ReasonCode, message: string): Permission => ({ effect: 'noted', code, message });

/** `blocked`: nothing may be written, whatever the number. `noted`: told, and nothing more. */
export interface Permission {
  readonly effect: 'blocked' | 'noted';
  readonly code: ReasonCode;
  readonly message: string;
}

/** All that permission depends on: never on a number, nor on what is known of the load. */
export interface PermissionInput {
  readonly policy: Policy;
  readonly observation: Observation;
  /** Why nothing may be changed anywhere, or null. */
  readonly killSwitch: string | null;
}

export interface PermissionCheck {
  readonly name: CheckName;
  readonly check: (input: PermissionInput) => Permission | null;
}
