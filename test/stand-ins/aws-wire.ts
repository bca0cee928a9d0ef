// How the services that `ai4k8s verify` asks word questions, answers and errors: JSON for most, the older Query protocol for two.
import type { IncomingMessage } from 'node:http';

// biome-ignore lint/suspicious/noExplicitAny: bodies of many services, as JSON
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** As each service words an error. */
export function refusal(action: string, code: string, message: string): Answer {
  if (/^(sts|cloudformation):/.test(action)) return xmlError(403, code, message);
  return { status: 400, type: jsonType(action), body: JSON.stringify({ __type: code, message, Message: message }) };
}

export function worded(action: string, body: object): Answer {
  return { status: 200, type: jsonType(action), body: JSON.stringify(body) };
}

function jsonType(action: string): string {
  return action.startsWith('eks:') ? 'application/json' : 'application/x-amz-json-1.0';
}

export function xml(action: string, inner: string): Answer {
  const body = `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`;
  return { status: 200, type: 'text/xml', body };
}

export function xmlError(status: number, code: string, message: string): Answer {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  return { status, type: 'text/xml', body: `<ErrorResponse>${error}</ErrorResponse>` };
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const SERVICES: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  AWSEvents: 'events',
  AmazonSQS: 'sqs',
  secretsmanager: 'secretsmanager',
  GraniteServiceVersion20100801: 'cloudwatch',
};

export function read(request: IncomingMessage, body: Buffer): { readonly action: string; readonly input: Json } {
  const [target = '', operation = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  if (operation !== '')
    return { action: `${SERVICES[target] ?? target}:${operation}`, input: JSON.parse(body.toString()) };
  const entry = /^\/clusters\/([^/]+)\/access-entries\/(.+)$/.exec(request.url ?? '');
  if (entry !== null) {
    const [, name, principalArn] = entry.map(decodeURIComponent);
    return { action: 'eks:DescribeAccessEntry', input: { name, principalArn } };
  }
  const { Action, ...input } = Object.fromEntries(new URLSearchParams(body.toString()));
  const service = Action === 'GetCallerIdentity' ? 'sts' : 'cloudformation';
  return { action: `${service}:${Action}`, input };
}
