// What has not changed need not be sent again: an answer's tag, and whether a caller has it already (RFC 9110, 13.1.2).
import { createHash } from 'node:crypto';

/** @param text the body as it goes out */
export function entityTag(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

/** @param ifNoneMatch the request's header */
export function isKnown(tag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  const given = ifNoneMatch.split(',').map((one) => one.trim().replace(/^W\//, ''));
  return given.includes('*') || given.includes(tag);
}
