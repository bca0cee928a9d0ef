// A request to the API as plain data, once its body has been read.

/** What is wrong with one parameter or field: `message` says what was given and what is expected. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export interface ApiRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** As it was sent, with its escapes. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Of a write: what its body says. */
  readonly body: unknown;
  /** What is known to be wrong with it before its route has looked: told together with what that finds. */
  readonly errors?: readonly FieldError[];
  /** What the function was invoked with. */
  readonly env: unknown;
}
