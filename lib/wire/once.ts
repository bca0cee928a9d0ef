// A cold start wires once; a failed wiring is tried again by the next invocation.

/** Runs `make` at the first call and keeps its result; a rejection is not kept. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
