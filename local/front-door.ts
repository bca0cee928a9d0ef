// The API's port from the first moment on: who calls before there is anything to serve is asked to come again.
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

const NOT_YET: Awaited<ReturnType<Handler>> = {
  statusCode: 503,
  headers: { 'content-type': 'application/problem+json', 'retry-after': String(AGAIN_AFTER_SECONDS) },
  body: JSON.stringify({
    type: 'about:blank',
    title: 'Starting',
    status: 503,
    detail: 'npm start is still preloading history: ask again in a second',
  }),
  isBase64Encoded: false,
};

export function makeFrontDoor(): FrontDoor {
  let opened: Handlers | null = null;
  const through =
    (which: keyof Handlers): Handler =>
    (event, context) =>
      opened === null ? Promise.resolve(NOT_YET) : opened[which](event, context);
  return {
    handlers: { query: through('query'), command: through('command') },
    open(handlers) {
      opened = handlers;
    },
  };
}
