// Text of ours in at most a hundred columns, so that no terminal breaks it in the middle of a word.

export const COLUMNS = 100;

/**
 * Broken at spaces; a word that is longer than a line stays whole.
 * @param first what the first line begins with
 * @param indent of every line after it, in columns; that of the first line unless given
 */
export function wrapped(text: string, first = '', indent = first.length): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ').filter((one) => one !== '')) {
    if (!isEmpty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = ' '.repeat(indent);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line.trimEnd()];
}
