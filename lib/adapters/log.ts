// Log through Powertools: JSON lines, one per message, with the invocation they are of.
import { Logger } from '@aws-lambda-powertools/logger';
import type { Log, LogFields } from '../app/ports/world.ts';

/** Strings from a cluster must not forge lines or terminal sequences: JSON escapes the rest. */
const MAX_FIELD_LENGTH = 500;

/** Powertools' own keys: it drops what comes under one of them, and warns of it instead. */
const RESERVED: Readonly<Record<string, string>> = {
  message: 'why',
  level: 'given_level',
  service: 'given_service',
  timestamp: 'given_timestamp',
  sampling_rate: 'given_sampling_rate',
};

/** A function runs one invocation at a time: it is the same for all logs of the process. */
let invocation: LogFields = {};
let isCold = true;

/**
 * Every line from here on bears the function's request id and whether the process was new. Of all that Powertools could add
 * these two are what a query joins by; the rest would be most of a line.
 * @param requestId of the API's request, as its answer has it; none for what is no request
 */
export function beginInvocation(functionRequestId: string | undefined, requestId?: string): void {
  if (functionRequestId === undefined) return;
  const ofRequest = requestId === undefined ? {} : { request_id: requestId };
  invocation = { function_request_id: functionRequestId, cold_start: isCold, ...ofRequest };
  isCold = false;
}

export function makeLog(service: string): Log {
  const logger = new Logger({ serviceName: service });
  return {
    info: (message, fields) => logger.info(message, clean(fields)),
    warn: (message, fields) => logger.warn(message, clean(fields)),
    error: (message, fields) => logger.error(message, clean(fields)),
  };
}

function clean(fields: LogFields = {}): LogFields {
  return Object.fromEntries(
    Object.entries({ ...invocation, ...fields }).map(([key, value]) => [
      RESERVED[key] ?? key,
      typeof value === 'string' && value.length > MAX_FIELD_LENGTH ? `${value.slice(0, MAX_FIELD_LENGTH)}…` : value,
    ]),
  );
}
