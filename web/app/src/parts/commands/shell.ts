// Words of a shell. Names of a cluster are input of whoever may create objects in it.

/** Nothing in these means anything to a shell. */
const PLAIN = /^[A-Za-z0-9_./:@%+-][A-Za-z0-9_./:=@%+-]*$/;
const CONTROL = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u;

/** One word of bash or zsh that is this text and nothing else, also when it is pasted into a terminal. */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  return CONTROL.test(text) ? ansiQuoted(text) : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A line break in quotes would end the line of whoever pastes it, and an escape sequence would reach his terminal. */
function ansiQuoted(text: string): string {
  const shown = [...text].map((one) => {
    if (one === '\\' || one === "'") return `\\${one}`;
    if (!CONTROL.test(one)) return one;
    const bytes = new TextEncoder().encode(one);
    return [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  });
  return `$'${shown.join('')}'`;
}

/** @param words quoted here, one by one */
export const shellLine = (words: readonly string[]) => words.map(shellWord).join(' ');
