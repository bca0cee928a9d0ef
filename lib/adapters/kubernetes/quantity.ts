// Kubernetes quantities ("250m", "1.5Gi", "12e6") as numbers: client-node's own helper is not exported and throws on "1.5Gi".

/**
 * Value in the base unit: cores, bytes.
 * Grammar: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 *
 * @returns NaN for what is not a quantity
 */
export function parseQuantity(text: string): number {
  const match = QUANTITY.exec(text);
  if (!match) return Number.NaN;
  const [, number, suffix = ''] = match;
  const divisor = DIVISORS[suffix];
  if (divisor !== undefined) return Number(number) / divisor;
  return Number(number) * (FACTORS[suffix] ?? Number(`1${suffix}`));
}

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

/** Dividing keeps 300m at 0.3; times 1e-3 would not. */
const DIVISORS: Readonly<Record<string, number>> = { n: 1e9, u: 1e6, m: 1e3 };

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
