// The key of the LLM: it may be there later than the process, be replaced while it runs, or be out of reach.

export interface ApiKey {
  /** @returns null where there is none, or none can be had at present. Never throws; short, whatever the store of secrets does. */
  current(): Promise<string | null>;
  /**
   * Told that the server did not take `key`.
   * @returns the key that has come in its place, or null where none has
   */
  refused(key: string): Promise<string | null>;
}

/** A key that is what it was told to be for as long as the process runs. */
export function fixedKey(key: string | null): ApiKey {
  return { current: () => Promise.resolve(key), refused: () => Promise.resolve(null) };
}
