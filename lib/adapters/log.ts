// Log through Powertools: JSON lines with function name and cold start, one per message.
import { Logger } from '@aws-lambda-powertools/logger';
import type { Log, LogFields } from '../app/ports/world.ts';

/** Strings from a cluster must not forge lines or terminal sequences: JSON escapes the rest. */
const MAX_FIELD_LENGTH = 500;

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
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'string' && value.length > MAX_FIELD_LENGTH ? `${value.slice(0, MAX_FIELD_LENGTH)}…` : value,
    ]),
  );
}
