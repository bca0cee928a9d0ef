// Text from models and servers is stored, shown and logged: here it loses what could deceive a reader or a terminal.

/**
 * Cuts first, so that a huge text costs no more than a short one, then removes what cannot be seen.
 *
 * @param maxChars UTF-16 units kept at most.
 * @returns One line: control characters and line ends become spaces; bidi marks, zero-width characters and halves of
 * surrogate pairs are gone.
 */
export function cleanText(text: string, maxChars: number): string {
  return text
    .slice(0, maxChars)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}]/gu, '')
    .trim();
}

/** As much of a text as takes at most so many bytes of UTF-8: whole characters only, so that none is ever cut in two. */
export function withinBytes(text: string, maxBytes: number): string {
  // No UTF-16 unit takes more than three bytes.
  if (text.length * 3 <= maxBytes) return text;
  return text.slice(0, new TextEncoder().encodeInto(text, new Uint8Array(maxBytes)).read);
}

/** `a, b, c and 497 more`. @param more beside those in `names` */
export function fewOf(names: readonly string[], most: number, more = 0): string {
  const rest = Math.max(0, names.length - most) + more;
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** The first sentences, and a last one that counts the rest; each within `maxBytes`. */
export function cappedTexts(texts: readonly string[], most: number, maxBytes: number, what: string): readonly string[] {
  const kept = texts.slice(0, most).map((text) => {
    const cut = withinBytes(text, maxBytes);
    return cut === text ? text : `${cut}…`;
  });
  return texts.length > most ? [...kept, `and ${texts.length - most} more ${what}`] : kept;
}
