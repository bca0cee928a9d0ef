// What is made of stored state is made once: an entry that has not changed since the last answer is the same object.

/** @param said all else that `make` depends on, as text */
export type KeptBy<K, T> = (of: K, said: string, make: () => T) => T;

/** Keeps what was last made of an object as long as there is that object. Nobody may change either. */
export function keptBy<K extends object, T>(): KeptBy<K, T> {
  const all = new WeakMap<K, { readonly said: string; readonly value: T }>();
  return (of, said, make) => {
    const kept = all.get(of);
    if (kept?.said === said) return kept.value;
    const value = make();
    all.set(of, { said, value });
    return value;
  };
}
