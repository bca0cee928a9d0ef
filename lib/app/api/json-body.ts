// What the body of a write must be before anything reads into it: JSON by name and in fact, UTF-8, small and flat.
import { cleanText } from '../../domain/text/clean-text.ts';
import { depthOf } from '../../domain/text/json-depth.ts';
import type { Answer } from './answer.ts';
import type { ApiRequest, FieldError } from './api-request.ts';
import { problem, problemAnswer } from './problem.ts';
import { methodsOf } from './routes.ts';

/** Ten times what any route can make use of. */
export const MAX_BODY_BYTES = 16_384;
/** The contract's own go down two. */
const MAX_DEPTH = 16;
const SHOWN_CHARS = 100;
const UTF8_BY_NAME = /^charset\s*=\s*"?utf-?8"?$/;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** A body as it came: in bytes where it was sent as base64. */
export type RawBody = string | Uint8Array | null;

/** Whether there is a route that reads a body. */
export function isWrite({ method, path }: Pick<ApiRequest, 'method' | 'path'>): boolean {
  return method === 'POST' && methodsOf(path).includes('POST');
}

/**
 * What the body of a write says, and which of its numbers cannot be read as they were written. No body is an empty object: what is
 * missing in it, the route says field by field.
 * @throws a problem, 400, 413 or 415, that says what was expected
 */
export function bodyOf(headers: ApiRequest['headers'], raw: RawBody): Required<Pick<ApiRequest, 'body' | 'errors'>> {
  checkType(headers['content-type']);
  checkEncoding(headers['content-encoding']);
  const text = raw === null ? '' : textOf(raw);
  return text === '' ? { body: {}, errors: [] } : parsed(text);
}

export function tooLarge(bytes: number): Answer {
  const detail = `the request body has ${bytes} bytes, expected at most ${MAX_BODY_BYTES}`;
  return problemAnswer(413, 'Content too large', detail, { max_bytes: MAX_BODY_BYTES });
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

function parsed(text: string) {
  if (depthOf(text) > MAX_DEPTH)
    throw problem(400, 'Unreadable body', `the request body goes deeper than ${MAX_DEPTH} levels`);
  const errors: FieldError[] = [];
  try {
    const body: unknown = JSON.parse(text, (field, value: unknown, context?: { readonly source?: string }) => {
      const message = numberProblem(value, context?.source);
      if (message !== null) errors.push({ field: cleanText(field, SHOWN_CHARS), message });
      return value;
    });
    return { body, errors };
  } catch (error) {
    const why = cleanText(error instanceof Error ? error.message : '', SHOWN_CHARS);
    throw problem(400, 'Unreadable body', `the request body is not JSON: ${why}`);
  }
}

/** A number that would become another one when it is read is refused as it was written: later it could only be shown changed. */
function numberProblem(value: unknown, source: string | undefined): string | null {
  if (typeof value !== 'number' || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return null;
  return `is ${cleanText(source ?? String(value), SHOWN_CHARS)}, expected a number of at most 15 digits`;
}

function textOf(body: string | Uint8Array): string {
  // As JSON's own readers do it: a byte order mark says nothing.
  if (typeof body === 'string') return body.replace(/^\ufeff/, '');
  try {
    return UTF8.decode(body);
  } catch {
    throw problem(400, 'Unreadable body', 'the request body is not UTF-8');
  }
}

function shown(text: string): string {
  return JSON.stringify(cleanText(text, SHOWN_CHARS));
}
