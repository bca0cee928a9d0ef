// The advice store of a backtest, for tests: can be told to fail, and tells what is blocked.
import { makeMemoryAdviceStore as makeStore } from '../../lib/adapters/memory-advice-store.ts';
import type { AdviceStore } from '../../lib/app/ports/advice-store.ts';
import { AdapterError } from '../../lib/app/ports/world.ts';
import type { EpochMs } from '../../lib/domain/workload/time.ts';

export interface MemoryAdviceStore extends AdviceStore {
  /** From now on these methods throw AdapterError. */
  failOn(...methods: readonly (keyof AdviceStore)[]): void;
  blockedUntil(model: string): EpochMs | null;
}

export function makeMemoryAdviceStore(): MemoryAdviceStore {
  const store = makeStore();
  const blocks = new Map<string, EpochMs>();
  const failing = new Set<keyof AdviceStore>();
  const reach = (method: keyof AdviceStore): AdviceStore => {
    if (failing.has(method)) throw new AdapterError('memory', `${method} was told to fail`, { retryable: true });
    return store;
  };
  return {
    failOn: (...methods) => {
      for (const method of methods) failing.add(method);
    },
    blockedUntil: (model) => blocks.get(model) ?? null,
    get: async (...args) => reach('get').get(...args),
    put: async (...args) => reach('put').put(...args),
    claimCall: async (...args) => reach('claimCall').claimCall(...args),
    reserve: async (...args) => reach('reserve').reserve(...args),
    spend: async (...args) => reach('spend').spend(...args),
    spent: async (...args) => reach('spent').spent(...args),
    async block(model, until) {
      await reach('block').block(model, until);
      blocks.set(model, until);
    },
  };
}
