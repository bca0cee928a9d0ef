// Room in quotas that one tick has promised: shards that are evaluated apart from each other add to the same sums.

import type { NamespaceLimits, Quota } from './quota.ts';

/** By `namespace/quota/resource`: pods, cores or bytes. */
export type Promised = Readonly<Record<string, number>>;

export const NOTHING_PROMISED: Promised = {};

type Limits = ReadonlyMap<string, NamespaceLimits>;

/** What is left where so much is promised already. */
export function lessPromised(limits: Limits, promised: Promised): Map<string, NamespaceLimits> {
  const less = (namespace: string, { name, left, ...quota }: Quota) => {
    const amounts = Object.entries(left).map(([resource, amount]) => [
      resource,
      amount - (promised[`${namespace}/${name}/${resource}`] ?? 0),
    ]);
    return { ...quota, name, left: Object.fromEntries(amounts) };
  };
  return new Map(
    [...limits].map(([namespace, { quotas, ...rest }]) => [
      namespace,
      { ...rest, quotas: quotas.map((quota) => less(namespace, quota)) },
    ]),
  );
}

/** All that is promised once `after` is what is left of `limits`; nothing is said of what nobody took. */
export function promisedOf(limits: Limits, after: Limits): Promised {
  const left = amountsOf(after);
  const taken = [...amountsOf(limits)].map(([key, amount]) => [key, amount - (left.get(key) ?? amount)] as const);
  return Object.fromEntries(taken.filter(([, amount]) => amount > 0));
}

function amountsOf(limits: Limits): ReadonlyMap<string, number> {
  return new Map(
    [...limits].flatMap(([namespace, { quotas }]) =>
      quotas.flatMap(({ name, left }) =>
        Object.entries(left).map(([resource, amount]) => [`${namespace}/${name}/${resource}`, amount] as const),
      ),
    ),
  );
}
