// What an agent is told where there is no answer for it: the API's words, as data, and what to do.
import type { Answered } from './ask.ts';
import { DATA_NOTE, told } from './data.ts';

/** Thrown by a tool; becomes an error of the tool, never one of the protocol. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  /**
   * @param what in words of ours
   * @param toDo the next step for an agent
   * @param said in words that are not ours
   */
  constructor(what: string, toDo: string, said?: string) {
    const quoted = said === undefined ? '' : ` (${DATA_NOTE}: ${JSON.stringify({ detail: told(said) })})`;
    super(`${what}${quoted}. What to do: ${toDo}`);
  }
}

/**
 * The body of an answer that is one.
 * @throws Refusal
 */
export function got<T>({ status, body }: Answered): T {
  if (status >= 200 && status < 300 && isObject(body)) return body as T;
  throw refusalOf(status, isObject(body) ? body : {});
}

function refusalOf(status: number, { title, detail, message }: Readonly<Record<string, unknown>>): Refusal {
  const known = typeof title === 'string' && /^[A-Z][A-Za-z -]{2,40}$/.test(title) ? title : 'No answer of the API';
  const said = [detail, message].find((text) => typeof text === 'string' && text !== '');
  return new Refusal(`${known} (HTTP ${status})`, BY_TITLE[known] ?? byStatus(status), said as string | undefined);
}

const BY_TITLE: Readonly<Record<string, string>> = {
  'Unknown workload': 'call status for the names, namespaces and kinds there are.',
  'Unknown cluster': 'name a cluster of this installation; leave it out where there is one only.',
  'Unknown decision': 'call history without an id for the ids there are.',
  'Invalid cursor': 'leave the cursor out to begin with the first page.',
  'Nothing to propose': 'read what stands against it; propose another number, or tell a person.',
  'Set by annotation': 'it is set in the manifest of the workload: tell a person, who can change it there.',
  'Switched off': 'the kill switch is on: tell a person, and change nothing.',
  Starting: 'ask again in a few seconds.',
};

function byStatus(status: number): string {
  if (status === 400 || status === 422) return 'correct the argument that is named, and call again.';
  if (status === 401 || status === 403)
    return 'these credentials may not do this: do not try again; tell a person who may.';
  if (status === 404 || status === 405)
    return 'this API has no such thing; it may be of an older release: tell a person.';
  if (status === 409) return 'read why_not for how things stand now, and tell a person.';
  if (status === 429) return 'wait some seconds, then call again, and less often.';
  return 'call again in a few seconds; where that lasts, tell a person to look at the log of the API.';
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
