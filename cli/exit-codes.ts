// What a command ends with: the one table, for code, help and docs.

export const EXIT = {
  /** Done, or shown. */
  done: 0,
  /** Refused or failed; something is broken, or not proven. */
  refused: 1,
  /** The command line itself is not understood. */
  usage: 2,
  /** The API does not answer, or cannot: try again. */
  unreachable: 3,
} as const;

export const EXIT_WORDS = `Exit codes: ${EXIT.done} done or shown; ${EXIT.refused} refused, failed, or found broken; ${EXIT.usage} not understood (an option, an argument);
${EXIT.unreachable} the API does not answer, or cannot for now: try again.`;

/** What was typed makes no sense together. */
export class UsageError extends Error {}

/** @param status of an HTTP answer that is none of success */
export function exitCodeOf(status: number): number {
  return status >= 500 ? EXIT.unreachable : EXIT.refused;
}
