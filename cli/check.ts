// What `ai4k8s doctor` and `ai4k8s verify` find: one check, how it came out, and what to run where it should have come out better.

export type CheckStatus =
  | 'ok'
  /** AI4K8s cannot do its work like this, or is not as it was deployed. */
  | 'broken'
  /** It works, and somebody should know. */
  | 'warning'
  /** Could not be asked, or need not be. */
  | 'skipped';

export interface Check {
  /** What was looked at, in a word or two. */
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found. */
  readonly message: string;
  /** A command or an edit that mends it; null where nothing is wrong, or need be asked. */
  readonly mend: string | null;
}

/** The checks of one subject: a cluster, the installation's own parts, what was measured, a trial. */
export interface Section {
  readonly title: string;
  readonly checks: readonly Check[];
}

export function ok(name: string, message: string): Check {
  return { name, status: 'ok', message, mend: null };
}

/** @param mend what is to be done so that it can be asked; null where it need not be */
export function skipped(name: string, message: string, mend: string | null = null): Check {
  return { name, status: 'skipped', message, mend };
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

/** Nothing is broken, and nothing is left that somebody should have had asked. Warnings do not count. */
export function isProven(sections: readonly Section[]): boolean {
  const isOpen = ({ status, mend }: Check) => status === 'skipped' && mend !== null;
  return !isBroken(sections) && !sections.some(({ checks }) => checks.some(isOpen));
}
