// A function is wired once; a failed wiring is tried again by the next invocation.

/**
 * Runs `make` at the first call and keeps its result; a rejection is not kept. In Lambda the first call is made here, while the
 * module is imported: there a function has a whole core, however little memory it is given.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  const get = () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  // Whoever is invoked first is told of what fails.
  if (process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined) void get().catch(() => undefined);
  return get;
}
