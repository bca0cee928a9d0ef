// Lets a tick write only while its lease is safely its own: a process that was frozen and thaws must not act on old news.
import type { EpochMs } from '../../domain/workload/time.ts';
import { AdapterError } from '../ports/world.ts';

/**
 * The same object, each of whose methods asks first whether there is still time to begin. The lease outlives the last
 * moment to begin by more than a call may take, so that no write of a tick meets those of the next.
 * @param until the last moment at which a call may begin, by `now`
 * @param reads methods that change nothing and are let through
 */
export function fenced<T extends object>(
  target: T,
  now: () => EpochMs,
  until: EpochMs,
  reads: readonly (keyof T)[] = [],
): T {
  return new Proxy(target, {
    get(object, property, receiver) {
      const method = Reflect.get(object, property, receiver) as unknown;
      if (typeof method !== 'function' || reads.includes(property as keyof T)) return method;
      return (...given: unknown[]) => {
        if (now() < until) return method.apply(object, given) as unknown;
        return Promise.reject(outOfTime(now() - until));
      };
    },
  });
}

function outOfTime(lateMs: number): AdapterError {
  const message = `Nothing was written: this tick's time ended ${Math.round(lateMs / 1000)} s ago. The next tick decides afresh.`;
  return new AdapterError('tick', message, { retryable: true });
}
