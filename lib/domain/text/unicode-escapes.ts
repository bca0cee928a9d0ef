// Text as JSON and JavaScript escape it, where a reader or a terminal must not meet the characters themselves.

/** Each of its UTF-16 units as `\uXXXX`: what reads JSON has the same text again. */
export function unicodeEscapes(text: string): string {
  return Array.from({ length: text.length }, (_, i) => escaped(text.charCodeAt(i))).join('');
}

const escaped = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`;
