// The LLM's 300 seconds: one call per workload in them, and for so long what it advised is kept.

/** Seed 2 §5.1 to §5.3. */
export const CALL_INTERVAL_MS = 300_000;
