// Turns what the SDK throws into the one error adapters throw, with a sentence on what to do.
import { AdapterError } from '../../app/ports/world.ts';
import { sdkError } from '../../aws/sdk-error.ts';

/** Error names after which the same call may succeed later. */
const RETRYABLE = new Set([
  'InternalServerError',
  'ItemCollectionSizeLimitExceededException',
  'LimitExceededException',
  'NetworkingError',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'ThrottlingException',
  'TimeoutError',
]);
const NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT']);

const ADVICE: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'Deploy the stack, or correct the table name and region.',
  AccessDeniedException: 'Grant this operation on the table to the role that runs here.',
  ProvisionedThroughputExceededException: 'Switch the table to on-demand capacity, or raise its limits.',
  ValidationException: 'The item may exceed 400 KB or the table may have other keys than pk and sk (strings).',
};

/**
 * Wraps an SDK error.
 * @param table the table's name, for the reader of the message
 * @param operation the API operation that failed, e.g. `Query`
 */
export function toAdapterError(error: unknown, table: string, operation: string): AdapterError {
  if (error instanceof AdapterError) return error;
  const retryable = isRetryable(error);
  const { name, detail, remedy } = sdkError(error);
  const advice = remedy ?? ADVICE[name] ?? fallbackAdvice(retryable);
  const message = `DynamoDB table "${table}": ${operation} failed (${name}: ${detail}). ${advice}`;
  return new AdapterError('dynamodb', message, { retryable, cause: error });
}

/** True where a conditional write found the item other than it had to be: a value to us, not an error. */
export function isConditionFailed(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

function isRetryable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $fault } = error as Error & { readonly code?: unknown; readonly $fault?: unknown };
  return RETRYABLE.has(error.name) || $fault === 'server' || (typeof code === 'string' && NETWORK_CODES.has(code));
}

function fallbackAdvice(retryable: boolean): string {
  return retryable ? 'It is tried again with the next tick or call.' : 'See the cause; trying again will not help.';
}
