// snappyjs ships no types: what we use of it.
declare module 'snappyjs' {
  /** Without frames, as remote write has it. */
  export function compress(data: Uint8Array): Uint8Array;
  export function uncompress(data: Uint8Array, maxLength?: number): Uint8Array;
}
