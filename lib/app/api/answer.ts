// An answer of the API before it goes out, as plain data: what carries it (lambda.ts) writes it down once.

export type Headers = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Headers;
  /** What JSON.stringify takes, or a text that is JSON already. */
  readonly body: object | string;
}

export function jsonAnswer(body: object | string, status: number, headers: Headers = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
}
