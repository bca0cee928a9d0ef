// Numbers that look random and are the same each time: learning is repeatable.

/** Xorshift of 32 bits (Marsaglia, 2003), between 0 and 1. */
export function xorshift(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4_294_967_296;
  };
}
