// Numbers every change, and remembers the last ones so that a watch can go on from where a list ended.
import type { EventRecord } from './events.ts';
import type { Hpa } from './hpa.ts';
import type { Pod, Workload } from './workload.ts';

/** What changed. A workload stands for its Deployment and its ReplicaSet. */
export type Subject =
  | { readonly of: 'workload'; readonly workload: Workload }
  | { readonly of: 'pod'; readonly workload: Workload; readonly pod: Pod }
  | { readonly of: 'hpa'; readonly hpa: Hpa }
  | { readonly of: 'event'; readonly event: EventRecord };

export interface Change {
  readonly resourceVersion: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly subject: Subject;
}

/** As a real cluster that has run for a while. */
const FIRST_VERSION = 1000;

export class ChangeLog {
  readonly #capacity: number;
  readonly #changes: Change[] = [];
  readonly #listeners = new Set<(change: Change) => void>();
  #version: number;
  #forgottenUpTo: number;

  /** @param version where numbering goes on */
  constructor(version: number = FIRST_VERSION, capacity = 20_000) {
    this.#capacity = capacity;
    this.#version = version;
    this.#forgottenUpTo = version;
  }

  get version(): number {
    return this.#version;
  }

  /** Gives the change its number, which becomes the object's resourceVersion. */
  record(type: Change['type'], subject: Subject): number {
    const change = { resourceVersion: ++this.#version, type, subject };
    this.#changes.push(change);
    // Dropped by halves: shifting one at a time would move the whole list at every change.
    if (this.#changes.length > 2 * this.#capacity) {
      const dropped = this.#changes.splice(0, this.#capacity);
      this.#forgottenUpTo = dropped.at(-1)?.resourceVersion ?? this.#forgottenUpTo;
    }
    for (const listener of this.#listeners) listener(change);
    return change.resourceVersion;
  }

  /** The changes after a version; null where some of them are forgotten. */
  since(version: number): readonly Change[] | null {
    if (version < this.#forgottenUpTo) return null;
    return this.#changes.filter((change) => change.resourceVersion > version);
  }

  /** @returns how to stop listening */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
