// What `ai4k8s doctor` finds: one check, how it came out, and what to run where it should have come out better.

export type CheckStatus =
  | 'ok'
  /** AI4K8s cannot do its work like this. */
  | 'broken'
  /** It works, and somebody should know. */
  | 'warning'
  /** Could not or need not be asked. */
  | 'skipped';

export interface Check {
  /** What was looked at, in a word or two. */
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found. */
  readonly message: string;
  /** A command or an edit that mends it; null where nothing is wrong. */
  readonly mend: string | null;
}

/** The checks of one subject: a cluster, or the installation's own parts. */
export interface Section {
  readonly title: string;
  readonly checks: readonly Check[];
}

export function ok(name: string, message: string): Check {
  return { name, status: 'ok', message, mend: null };
}

export function skipped(name: string, message: string): Check {
  return { name, status: 'skipped', message, mend: null };
}

export function broken(name: string, message: string, mend: string): Check {
  return { name, status: 'broken', message, mend };
}

export function warning(name: string, message: string, mend: string): Check {
  return { name, status: 'warning', message, mend };
}

/** True where AI4K8s cannot work: warnings and what was skipped do not count. */
export function isBroken(sections: readonly Section[]): boolean {
  return sections.some(({ checks }) => checks.some(({ status }) => status === 'broken'));
}
