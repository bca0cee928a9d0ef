// Bytes as text, for what is stored as JSON.

/** Any length: the bytes are joined one by one, so that no call has too many arguments. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** No bytes at all where the text is not base64: whoever reads them asks for how many there must be. */
export function fromBase64(text: string): Uint8Array {
  const characters = decoded(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

function decoded(text: string): string {
  try {
    return atob(text);
  } catch {
    return '';
  }
}
