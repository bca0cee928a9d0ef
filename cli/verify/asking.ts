// One question to AWS: what it denies is not asked, and the right that is missing is named; the other questions go on.
import { sdkError } from '../../lib/aws/sdk-error.ts';
import { broken, type Check, skipped } from '../check.ts';
import { messageOf } from '../terminal.ts';

/** Of the SDK's clients: nobody waits for minutes on a service that is not there. */
export const LIMITS = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

export interface Question {
  /** Of the check. */
  readonly name: string;
  /** The right it needs, as a policy names it: `dynamodb:DescribeTable`. */
  readonly action: string;
  /** What it is about, as a person names it. */
  readonly subject: string;
}

/** Throws nothing. @param ask what to say of its own errors it says itself; what it throws is told here */
export async function asking(question: Question, ask: () => Promise<Check | readonly Check[]>): Promise<Check[]> {
  try {
    return [await ask()].flat();
  } catch (error) {
    return [unanswered(question, error)];
  }
}

/** What an error of the SDK means for a check. */
export function unanswered({ name, action, subject }: Question, error: unknown): Check {
  const denied = deniedAction(error);
  if (denied !== null) {
    const missing = denied === '' ? action : denied;
    return skipped(name, `these credentials may not ask: ${messageOf(error)}`, `allow ${missing} on ${subject}`);
  }
  const { detail, remedy } = sdkError(error);
  return broken(
    name,
    `${subject}: ${detail}`,
    remedy ?? `ask again; if it stays so, look at the way from here to AWS (${action})`,
  );
}

/** Whether AWS says that a thing is not there, in whatever words of its services. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Error && /NotFound|NonExistentQueue|DoesNotExist/i.test(`${error.name} ${codeOf(error)}`);
}

const DENIED = /AccessDenied|NotAuthorized|AuthorizationError|UnauthorizedOperation/i;

/** The right that is missing as AWS's message names it, '' where it does not; null where nothing was denied. */
function deniedAction(error: unknown): string | null {
  if (!(error instanceof Error) || !DENIED.test(`${error.name} ${codeOf(error)}`)) return null;
  return /not authorized to perform:? ([\w-]+:\w+)/.exec(error.message)?.[1] ?? '';
}

/** Services on the older protocol put their code beside the name. */
function codeOf(error: Error): string {
  return 'Code' in error ? String(error.Code) : '';
}
