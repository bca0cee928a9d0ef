// What `ai4k8s verify` finds: one check, how it came out, what it saw, and what to do about it.

export type CheckStatus =
  | 'ok'
  /** It works, and somebody should know. */
  | 'warn'
  /** It is not as it was deployed, or does not work. */
  | 'failed'
  /** Could not be asked, or need not be. */
  | 'not_tried';

export interface Check {
  /** What was looked at, in a word or two. */
  readonly name: string;
  readonly status: CheckStatus;
  readonly saw: string;
  /** A command or an edit; null where nothing is to be done. */
  readonly todo: string | null;
}

/** The checks of one subject: the installation, a cluster, what was measured, the trial. */
export interface Section {
  readonly title: string;
  readonly checks: readonly Check[];
}

export function ok(name: string, saw: string): Check {
  return { name, status: 'ok', saw, todo: null };
}

export function warn(name: string, saw: string, todo: string): Check {
  return { name, status: 'warn', saw, todo };
}

export function failed(name: string, saw: string, todo: string): Check {
  return { name, status: 'failed', saw, todo };
}

/** @param todo null where it need not be tried */
export function notTried(name: string, saw: string, todo: string | null): Check {
  return { name, status: 'not_tried', saw, todo };
}

/** Nothing failed, and nothing is left that somebody should have had tried. Warnings do not count. */
export function isProven(sections: readonly Section[]): boolean {
  return !sections.some(({ checks }) =>
    checks.some(({ status, todo }) => status === 'failed' || (status === 'not_tried' && todo !== null)),
  );
}
