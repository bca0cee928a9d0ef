// The first bytes of request bodies, kept until they are scored: so many of each, and so many of all together.

export interface BodyBudget {
  /** Bytes that are kept now, of all bodies together. */
  readonly keptBytes: number;
  head(): BodyHead;
}

interface BodyHead {
  /** Kept as far as there is room, counted in any case. */
  add(chunk: Buffer): void;
  /** Counted only. */
  skip(bytes: number): void;
  /** Of the whole body, so far. */
  readonly totalBytes: number;
  /** There was no room with all the others: some of what was to be kept is not. */
  readonly isCrowded: boolean;
  /** What was kept, as one piece; it is given back, and nothing more is kept. */
  take(): Buffer;
}

const FIRST_BYTES = 1024;

/** @param headBytes kept of one body at most @param allBytes of all bodies at most */
export function makeBodyBudget(headBytes: number, allBytes: number): BodyBudget {
  let kept = 0;
  /** False where it does not fit: then nothing is taken. */
  const reserve = (bytes: number): boolean => {
    if (kept + bytes > allBytes) return false;
    kept += bytes;
    return true;
  };
  return {
    get keptBytes() {
      return kept;
    },
    head: () =>
      makeHead(headBytes, reserve, (bytes) => {
        kept -= bytes;
      }),
  };
}

/** The first piece as it is, which is all there is to most bodies; then one buffer that doubles, so that tiny pieces cost what they hold. */
function makeHead(headBytes: number, reserve: (bytes: number) => boolean, release: (bytes: number) => void): BodyHead {
  let buffer: Buffer = Buffer.alloc(0);
  let length = 0;
  let totalBytes = 0;
  let isCrowded = false;
  let isTaken = false;
  const reserved = (bytes: number): boolean => {
    isCrowded = !reserve(bytes);
    return !isCrowded;
  };
  const grow = (wanted: number): void => {
    const size = Math.min(headBytes, Math.max(wanted, 2 * buffer.length, FIRST_BYTES));
    if (!reserved(size)) return;
    const larger = Buffer.allocUnsafeSlow(size);
    buffer.copy(larger, 0, 0, length);
    release(buffer.length);
    buffer = larger;
  };
  return {
    add(chunk) {
      totalBytes += chunk.length;
      const wanted = Math.min(headBytes, length + chunk.length);
      if (isTaken || isCrowded || wanted === length) return;
      if (length === 0 && chunk.length <= headBytes) {
        if (!reserved(chunk.length)) return;
        buffer = chunk;
        length = chunk.length;
        return;
      }
      if (wanted > buffer.length) grow(wanted);
      length += chunk.copy(buffer, length, 0, Math.min(wanted, buffer.length) - length);
    },
    skip(bytes) {
      totalBytes += bytes;
    },
    get totalBytes() {
      return totalBytes;
    },
    get isCrowded() {
      return isCrowded;
    },
    take() {
      const all = buffer.subarray(0, length);
      release(buffer.length);
      buffer = Buffer.alloc(0);
      length = 0;
      isTaken = true;
      return all;
    },
  };
}
