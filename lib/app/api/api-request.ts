// A request to the API as plain data, once its body has been read.

export interface ApiRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** As it was sent, with its escapes. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Of a write: what its body says. */
  readonly body: unknown;
  /** What the function was invoked with. */
  readonly env: unknown;
}
