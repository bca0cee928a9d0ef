// A number on the command line: what is none goes to the API as it was typed, and the API's refusal shows it.
import { InvalidArgumentError } from 'commander';

/** By `Number` alone, `abc` would arrive there as null, and nothing as 0. */
export function numberOrText(text: string): number | string {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : text;
}

/** Of what the API never sees. @throws InvalidArgumentError where the text is no whole number in between */
export function whole(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    throw new InvalidArgumentError(`expected a whole number from ${low} to ${high}.`);
  };
}
