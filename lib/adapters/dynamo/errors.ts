// Turns what the SDK throws into the one error adapters throw, with a sentence on what to do.
import { AdapterError } from '../../app/ports/world.ts';
import { sdkError } from '../../aws/sdk-error.ts';

/**
 * Error names, without `Exception` at their end, after which the same call may succeed later: those that DynamoDB's guide calls
 * safe to repeat, throttling as other services spell it, and credentials and clocks that the SDK renews and corrects by itself.
 * The SDK has sent it four times by then: this only says whether a later call has a chance.
 */
const RETRYABLE = new Set([
  'BandwidthLimitExceeded',
  'ExpiredToken',
  'InternalFailure',
  'InternalServer',
  'InternalServerError',
  'ItemCollectionSizeLimitExceeded',
  'LimitExceeded',
  'NetworkingError',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceeded',
  'ReplicatedWriteConflict',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestTimeTooSkewed',
  'RequestTimeout',
  'ResourceInUse',
  'ServiceUnavailable',
  'SlowDown',
  'Throttled',
  'Throttling',
  'TimeoutError',
  'TooManyRequests',
  'TransactionConflict',
  'TransactionInProgress',
  'UnrecognizedClient',
]);
const NETWORK_CODES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
/** Causes of causes are looked at this far: an error may be its own cause. */
const DEEPEST = 5;

const ADVICE: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'Deploy the stack, or correct the table name and region.',
  AccessDeniedException: 'Grant this operation on the table to the role that runs here.',
  ProvisionedThroughputExceededException: 'Switch the table to on-demand capacity, or raise its limits.',
  ValidationException: 'The table may have other keys than pk and sk (strings).',
};
const TOO_LARGE_ADVICE = 'The item exceeds 400 KB: it was not written, and nothing else is affected.';

/**
 * Wraps an SDK error.
 * @param table the table's name, for the reader of the message
 * @param operation the API operation that failed, e.g. `Query`
 */
export function toAdapterError(error: unknown, table: string, operation: string): AdapterError {
  if (error instanceof AdapterError) return error;
  const retryable = isRetryable(error);
  const { name, detail, remedy } = sdkError(error);
  const tooLarge = isTooLarge(name, detail);
  const advice = tooLarge ? TOO_LARGE_ADVICE : (remedy ?? ADVICE[name] ?? fallbackAdvice(retryable));
  const message = `DynamoDB table "${table}": ${operation} failed (${name}: ${detail}). ${advice}`;
  return new AdapterError('dynamodb', message, {
    retryable,
    cause: error,
    ...(tooLarge && { code: 'item_too_large' }),
  });
}

/** True where a conditional write found the item other than it had to be: a value to us, not an error. */
export function isConditionFailed(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

/** "Item size has exceeded the maximum allowed size", and "Item size to update has exceeded …". */
function isTooLarge(name: string, detail: string): boolean {
  return name === 'ValidationException' && /item size.*exceeded/i.test(detail);
}

/** What the SDK adds to an error, and Node to one of the network. */
interface SdkError extends Error {
  readonly code?: unknown;
  readonly $fault?: unknown;
  readonly $retryable?: object;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

function isRetryable(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > DEEPEST) return false;
  const { name, code, cause, $fault, $retryable, $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode ?? 0;
  if (RETRYABLE.has(name) || RETRYABLE.has(name.replace(/Exception$/, ''))) return true;
  if ($fault === 'server' || $retryable !== undefined || status >= 500 || status === 429) return true;
  return (typeof code === 'string' && NETWORK_CODES.has(code)) || isRetryable(cause, depth + 1);
}

function fallbackAdvice(retryable: boolean): string {
  return retryable ? 'It is tried again with the next tick or call.' : 'See the cause; trying again will not help.';
}
