// What a call of the LLM costs, in nano-dollars: whole numbers, so that thousands of small sums add up exactly.

/** Dollars per million tokens. */
export interface LlmPrice {
  readonly in: number;
  readonly out: number;
  /** Of the part of the prompt that the server has in its cache. */
  readonly cachedIn: number;
}

/** Tokens of one call. */
interface Tokens {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

/** Of models that are in no list: what dear ones cost, so that a budget is kept by those that are not known, too. */
const UNKNOWN_PRICE: LlmPrice = { in: 3, out: 15, cachedIn: 3 };
const FREE: LlmPrice = { in: 0, out: 0, cachedIn: 0 };
/** In a list of prices: every model that is not in it. */
const ANY_MODEL = '*';

/** Groq's list, November 2026; a repeated prefix is billed at half. */
const KNOWN: Readonly<Record<string, LlmPrice>> = {
  'openai/gpt-oss-20b': { in: 0.075, out: 0.3, cachedIn: 0.0375 },
  'openai/gpt-oss-120b': { in: 0.15, out: 0.6, cachedIn: 0.075 },
};

/** So many nano-dollars are one dollar. */
export const NANO = 1e9;

export interface FoundPrice {
  readonly price: LlmPrice;
  /** Nobody stated it: the price of dear models was taken. */
  readonly guessed: boolean;
}

/**
 * @param stated dollars per million tokens in and out, by model; `*` is every other
 * @param isOwn the server is on this machine: nobody bills its calls, unless a price is stated
 */
export function priceOf(
  model: string,
  stated: Readonly<Record<string, readonly [number, number]>>,
  isOwn: boolean,
): FoundPrice {
  const own = Object.hasOwn(stated, model) ? stated[model] : stated[ANY_MODEL];
  if (own !== undefined) return { price: { in: own[0], out: own[1], cachedIn: own[0] }, guessed: false };
  if (isOwn) return { price: FREE, guessed: false };
  const known = Object.hasOwn(KNOWN, model) ? KNOWN[model] : undefined;
  return known === undefined ? { price: UNKNOWN_PRICE, guessed: true } : { price: known, guessed: false };
}

/** @returns nano-dollars, rounded up */
export function costOf(price: LlmPrice, { promptTokens, cachedTokens, completionTokens }: Tokens): number {
  const fresh = promptTokens - cachedTokens;
  // Dollars per million are thousands of nano-dollars per token.
  return Math.ceil((fresh * price.in + cachedTokens * price.cachedIn + completionTokens * price.out) * 1000 - 1e-6);
}

/** Two digits, or four where it is less than a cent's worth. */
export function dollars(nano: number): string {
  return `$${(nano / NANO).toFixed(Math.abs(nano) < NANO / 100 && nano !== 0 ? 4 : 2)}`;
}
