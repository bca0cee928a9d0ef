// Lines of a file that may be large, or endless, or one line of gigabytes: never more in memory than one line of bounded length.

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Null where it is longer than `most`. */
  readonly text: string | null;
}

/** Characters: ten times the prompts that are called huge. */
const MOST_LINE_CHARS = 100_000_000;

/** @param chunks UTF-8; what is none becomes U+FFFD. A byte order mark is left out, and what follows the last line end counts */
export async function* linesOf(chunks: AsyncIterable<Buffer>, most = MOST_LINE_CHARS): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  let number = 1;
  const add = (part: string) => {
    length += part.length;
    if (length <= most) parts.push(part);
    else parts = [];
  };
  const end = (): Line => {
    const line = { number, text: length > most ? null : parts.join('') };
    parts = [];
    length = 0;
    number++;
    return line;
  };
  for await (const chunk of chunks) {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n');
    for (const [i, piece] of pieces.entries()) {
      if (i > 0) yield end();
      add(piece);
    }
  }
  add(decoder.decode());
  if (length > 0) yield end();
}
