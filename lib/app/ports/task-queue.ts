// Handing work on: a queue that takes tasks, and what makes a task of a message that came out of it.

/** A task as it came out of a queue; `other_release`: written by a release whose tasks this one does not read. */
export type Opened<T> =
  | { readonly kind: 'task'; readonly task: T }
  | { readonly kind: 'unreadable' | 'other_release'; readonly message: string };

export interface TaskQueue<T> {
  /** Never throws. @returns those that could not be handed on: too large for a message, or the queue did not take them */
  send(tasks: readonly T[]): Promise<readonly T[]>;
}

/** Never throws. */
export type OpenMessage<T> = (body: string) => Opened<T>;
