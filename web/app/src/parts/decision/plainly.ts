// A reason as a person reads it first.

/** Without how the way of sizing has done, which is the same for days, and how it weighs: as the command line has it. */
export function plainly(reason: string): string {
  return reason
    .replace(/\. On the last .*?(?= — |; \d+ wanted, max is |$)/, '')
    .replace(
      /: what may come before new pods serve, .*? in the last \d+ minutes/,
      ' for what may come while pods start',
    )
    .replace(/, and no fewer than were wanted in the last \d+ minutes/, '');
}
