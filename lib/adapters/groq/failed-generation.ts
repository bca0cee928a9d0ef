// An answer that failed its server's own check comes within the error: it is read wherever it stands, our parser is more patient.
import { readLoosely } from '../../domain/advice/loose-json.ts';
import { parsed } from './error-body.ts';

const KEY = 'failed_generation';
/** An answer is some 5 kB; what is far longer is none. */
const MAX_CHARS = 50_000;
const MAX_VALUES = 500;

/** @returns what the model wrote, out of an error of any shape, also one quoted in another's message; null where nothing is */
export function failedGeneration(body: string): string | null {
  if (!body.includes(KEY)) return null;
  const waiting: unknown[] = [parsed(body) ?? body];
  for (let seen = 0; seen < MAX_VALUES && waiting.length > 0; seen++) {
    const value = waiting.shift();
    if (typeof value === 'string') waiting.push(quotedIn(value));
    if (typeof value !== 'object' || value === null) continue;
    const found = KEY in value ? textOf(value[KEY]) : '';
    if (found !== '') return found;
    waiting.push(...Object.values(value).slice(0, MAX_VALUES));
  }
  return null;
}

/** The object in `litellm.BadRequestError: GroqException - {"error":…}`, in JSON or as Python prints it; null where none is. */
function quotedIn(text: string): unknown {
  const start = text.search(/[[{]/);
  if (!text.includes(KEY) || start < 0 || text.length > MAX_CHARS) return null;
  const quoted = text.slice(start);
  for (let end = quoted.length, tries = 0; end > 0 && tries < 5; end = quoted.lastIndexOf('}', end - 2) + 1, tries++) {
    const value = parsed(quoted.slice(0, end));
    if (value !== null) return value;
  }
  return readLoosely(quoted.slice(0, quoted.lastIndexOf('}') + 1)) ?? null;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim() === '' ? '' : value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : '';
}
