// What API Gateway would hand to a function for an HTTP request: its HTTP API event, payload format 2.0.
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { HttpApiEvent } from '../lib/app/api/lambda.ts';

/** The types of body that API Gateway hands on as text; all else comes as base64. */
const TEXT_TYPE = /^(?:text\/|application\/(?:json|javascript|xml)\b)/i;

/** Without an authorizer: the caller is whoever is on this machine. */
export function eventOf(request: IncomingMessage, body: Buffer): HttpApiEvent {
  const { path, query } = targetOf(request.url ?? '/');
  const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]));
  const isText = TEXT_TYPE.test(headers['content-type'] ?? '') && isUtf8(body);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers,
    body: body.length === 0 ? null : body.toString(isText ? 'utf8' : 'base64'),
    isBase64Encoded: body.length > 0 && !isText,
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      authentication: null,
      authorizer: {},
      domainName: '127.0.0.1',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
    },
  } as unknown as HttpApiEvent;
}

/** Not by `new URL`, which takes `//host/path` for another host. */
function targetOf(target: string): { path: string; query: string } {
  const own = target.replace(/^http:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const [path = '', ...query] = own.split('?');
  return { path: path === '' ? '/' : path, query: query.join('?') };
}
