// The token of one start: whoever has it may act with the credentials of whoever started it, so it is in no log, and in no list of
// processes.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What every request carries it in, as the page does. */
const TOKEN_HEADER = 'x-ai4k8s-token';
const BYTES = 32;

export const newToken = () => randomBytes(BYTES).toString('base64url');

/** @param headers of a request, names in lower case */
export function hasToken(headers: Readonly<Record<string, unknown>>, token: string): boolean {
  const given = headers[TOKEN_HEADER];
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(token));
}

/** Of one length, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Behind the `#`: no server is sent it. */
export function addressWith(url: string, token: string): string {
  return `${url}/autoscaling#token=${token}`;
}
