// What the body of a write must be before anything reads into it: JSON by name and in fact, UTF-8, small and flat.
import type { MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { cleanText } from '../../domain/text/clean-text.ts';
import { depthOf } from '../../domain/text/json-depth.ts';
import { problem, problemResponse } from './problem.ts';
import { methodsOf } from './routes.ts';

/** Ten times what any route can make use of. */
export const MAX_BODY_BYTES = 16_384;
/** The contract's own go down two. */
const MAX_DEPTH = 16;
const SHOWN_CHARS = 100;
const UTF8_BY_NAME = /^charset\s*=\s*"?utf-?8"?$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** @throws a problem, 400, 413 or 415, that says what was expected */
export const jsonBodies: MiddlewareHandler = async (c, next) => {
  if (c.req.method === 'POST' && methodsOf(c.req.path).includes('POST')) {
    checkType(c.req.header('content-type'));
    checkEncoding(c.req.header('content-encoding'));
    const body = await c.req.raw.arrayBuffer();
    if (body.byteLength > MAX_BODY_BYTES) return tooLarge(body.byteLength);
    if (body.byteLength > 0) checkText(body);
    c.req.raw = asJson(c.req.raw, body);
  }
  return next();
};

export function tooLarge(bytes: number): Response {
  const detail = `the request body has ${bytes} bytes, expected at most ${MAX_BODY_BYTES}`;
  return problemResponse(413, 'Content too large', detail, { max_bytes: MAX_BODY_BYTES });
}

/** Under one name. No body is an empty object: what is missing in it, the route says field by field. */
function asJson({ url, method, headers }: Request, body: ArrayBuffer): Request {
  const named = new Headers(headers);
  named.set('content-type', 'application/json');
  return new Request(url, { method, headers: named, body: body.byteLength > 0 ? body : '{}' });
}

/** A page of another site can send other types without asking, this one it cannot. */
function checkType(type: string | undefined): void {
  const [essence = '', ...parameters] = (type ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charsets = parameters.filter((parameter) => parameter.startsWith('charset'));
  if (essence === 'application/json' && charsets.every((charset) => UTF8_BY_NAME.test(charset))) return;
  const said = type === undefined ? 'missing' : shown(type);
  throw problem(415, 'Unsupported media type', `content-type is ${said}, expected application/json`);
}

function checkEncoding(encoding = 'identity'): void {
  if (encoding.trim().toLowerCase() === 'identity') return;
  const detail = `content-encoding is ${shown(encoding)}, expected none: send the body as it is`;
  throw problem(415, 'Unsupported content encoding', detail, {}, { 'accept-encoding': 'identity' });
}

function checkText(body: ArrayBuffer): void {
  const text = textOf(body);
  if (depthOf(text) > MAX_DEPTH)
    throw problem(400, 'Invalid request', `the request body goes deeper than ${MAX_DEPTH} levels`);
  try {
    JSON.parse(text, checkNumber);
  } catch (error) {
    if (error instanceof HTTPException) throw error;
    const why = cleanText(error instanceof Error ? error.message : '', SHOWN_CHARS);
    throw problem(400, 'Invalid request', `the request body is not JSON: ${why}`);
  }
}

/** A number that would become another one when it is read is refused as it was written: later it could only be shown changed. */
function checkNumber(field: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
  const named = cleanText(field, SHOWN_CHARS);
  const message = `is ${cleanText(context?.source ?? String(value), SHOWN_CHARS)}, expected a number of at most 15 digits`;
  throw problem(400, 'Invalid request', `${named}: ${message}`, { errors: [{ field: named, message }] });
}

function textOf(body: ArrayBuffer): string {
  try {
    return UTF8.decode(body);
  } catch {
    throw problem(400, 'Invalid request', 'the request body is not UTF-8');
  }
}

function shown(text: string): string {
  return JSON.stringify(cleanText(text, SHOWN_CHARS));
}
