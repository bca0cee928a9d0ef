// The API's port from the first moment on: who calls before there is anything to serve is asked to come again.
import { problemAnswer } from '../lib/app/api/problem.ts';
import { REQUEST_ID, requestIdOf } from '../lib/app/api/request-id.ts';
import type { startGateway } from './gateway.ts';

type Handlers = Parameters<typeof startGateway>[1];
type Handler = Handlers['query'];

export interface FrontDoor {
  /** For the gateway, from the start. */
  readonly handlers: Handlers;
  /** From here on these answer. */
  open(handlers: Handlers): void;
}

const AGAIN_AFTER_SECONDS = 1;

function notYet(event: Parameters<Handler>[0]): Awaited<ReturnType<Handler>> {
  const requestId = requestIdOf(event) ?? '';
  const { status, headers, body } = problemAnswer(
    503,
    'Starting',
    'npm start is still preloading history: ask again in a second',
    { request_id: requestId },
    { 'retry-after': String(AGAIN_AFTER_SECONDS), [REQUEST_ID]: requestId },
  );
  return { statusCode: status, headers, body: JSON.stringify(body), isBase64Encoded: false };
}

export function makeFrontDoor(): FrontDoor {
  let opened: Handlers | null = null;
  const through =
    (which: keyof Handlers): Handler =>
    (event, context) =>
      opened === null ? Promise.resolve(notYet(event)) : opened[which](event, context);
  return {
    handlers: { query: through('query'), command: through('command') },
    open(handlers) {
      opened = handlers;
    },
  };
}
