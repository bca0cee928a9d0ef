// Keys of one letter are for who is not writing.
const FIELDS = 'input, select, textarea, [contenteditable], dialog[open]';

export function isTyping({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest(FIELDS) !== null;
}
