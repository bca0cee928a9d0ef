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
