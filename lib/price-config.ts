// The two prices that estimates are made with, as the environment states them.
import * as z from 'zod';
import { FARGATE_PRICES, type Prices } from './domain/cost/prices.ts';

const dollars = z
  .string()
  .regex(/^\d{1,5}(\.\d{1,9})?$/, 'expected dollars such as 0.04048')
  .transform(Number);

/** Dollars per hour of a vCPU, and of a GiB, that replicas request. */
export const PRICE_FIELDS = {
  PRICE_VCPU_HOUR: dollars.default(FARGATE_PRICES.vcpuHourUsd),
  PRICE_GIB_HOUR: dollars.default(FARGATE_PRICES.gibHourUsd),
};

const schema = z.object(PRICE_FIELDS);

export function pricesOf({ PRICE_VCPU_HOUR, PRICE_GIB_HOUR }: z.infer<typeof schema>): Prices {
  return { vcpuHourUsd: PRICE_VCPU_HOUR, gibHourUsd: PRICE_GIB_HOUR };
}

/** What a report is priced by, which needs no table and no cluster. @throws Error that names each variable that is wrong */
export function readPrices(env: Readonly<Record<string, string | undefined>>): Prices {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return pricesOf(parsed.data);
  throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}
