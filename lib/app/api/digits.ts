// Numbers as the API shows them: as many digits as a reader can use.

/** Four significant digits; null where there is no number. */
export function digits(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(4));
}
