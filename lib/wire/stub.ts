// What counts as a stub: its limits follow a simulated clock, a real LLM's never do. Apart, so that asking loads no SDK.

/** A server on this machine: nobody bills its calls or counts them but us, so its limits may follow a simulated clock. */
export function isStub(baseUrl: string | undefined): boolean {
  return baseUrl !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(baseUrl).hostname);
}
