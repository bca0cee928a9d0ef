// What is known of a cluster, and why there is nothing newer.
import type { Status } from '../../api/types.ts';

export interface OfCluster {
  readonly id: string;
  /** The newest that is known, with all its workloads; null before the first. */
  readonly status: Status | null;
  /** When that was read, in ms since 1970. */
  readonly at: number | null;
  /** Why there is none newer. */
  readonly problem: { readonly message: string; readonly detail: string } | null;
}
export type Fleet = readonly OfCluster[];
