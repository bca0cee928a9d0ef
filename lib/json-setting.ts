// A setting that is JSON, or `@` and the path of a file that holds it: read alike wherever one is taken.
import { readFileSync } from 'node:fs';

/** @param expected what to give instead, for the message */
export function readJsonSetting(
  text: string,
  expected: string,
): { readonly value: unknown } | { readonly problem: string } {
  let json = text;
  if (text.startsWith('@'))
    try {
      json = readFileSync(text.slice(1), 'utf8');
    } catch (error) {
      return { problem: `${text.slice(1)} cannot be read (${messageOf(error)})` };
    }
  try {
    // Editors on Windows put a byte order mark in front.
    return { value: JSON.parse(json.replace(/^\uFEFF/, ''), refuseLostKey) };
  } catch (error) {
    return { problem: `${expected} (${messageOf(error)})` };
  }
}

/** On its way through readers of objects such a key is lost, and what it says with it. */
function refuseLostKey(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('a key is called __proto__, which cannot be: leave it out');
  return value;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
