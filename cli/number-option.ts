// A number on the command line: what is none goes to the API as it was typed, and the API's refusal shows it.

/** By `Number` alone, `abc` would arrive there as null, and nothing as 0. */
export function numberOrText(text: string): number | string {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : text;
}
