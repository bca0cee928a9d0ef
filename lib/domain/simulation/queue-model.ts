// What requests feel of a Deployment: who finds no free place waits, and who would wait too long is turned away.

export interface QueueConfig {
  /** How long a request takes once it is worked on; every one the same. */
  readonly serviceSeconds: number;
  /** Requests that one replica works on at the same time. */
  readonly slotsPerReplica: number;
  /** Who would have to wait longer than this is turned away: the backlog is never longer. */
  readonly maxWaitSeconds: number;
}

/** What one stretch of time was for those who asked. Latencies include the service itself. */
export interface QueueWindow {
  readonly requestsPerSecond: number;
  /** Of those that were answered; null where nobody could be. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly average: number } | null;
  /** Share of the requests that were not turned away, percent. 100 where nobody asked. */
  readonly successPercent: number;
}

/** Work in the unit of demand × seconds: with cores, core-seconds. */
export interface QueueState {
  /** Work that waits. */
  readonly backlog: number;
  /** Work that was done in the last stretch … */
  readonly served: number;
  /** … and that was turned away in it. */
  readonly dropped: number;
  readonly window: QueueWindow;
}

export interface QueueStretch {
  /** Total over all replicas, in the unit of `capacity`; holds throughout. */
  readonly demand: number;
  /** Replicas that serve throughout. */
  readonly ready: number;
  /** Demand that keeps all slots of one replica busy. */
  readonly capacity: number;
  readonly seconds: number;
}

/** So near to full, a queue takes longer to settle than demand keeps still: nearer counts as this near. */
const FULLEST = 0.98;

/**
 * Lets a stretch of time pass. Below saturation requests wait as in an M/M/c queue in its steady state, by Sakasegawa's
 * approximation ("An approximation formula Lq ≈ α·ρ^β/(1−ρ)", 1977): closed, and never worse with more replicas. Above it
 * the backlog grows by what is too much, and drains after.
 * @param backlog work that waits at the start, demand × seconds
 */
export function passQueue(backlog: number, stretch: QueueStretch, config: QueueConfig): QueueState {
  const { demand, ready, capacity, seconds } = stretch;
  const together = ready * capacity;
  const there = backlog + demand * seconds;
  const served = Math.min(there, together * seconds);
  const left = there - served;
  const kept = Math.min(left, together * config.maxWaitSeconds);
  const dropped = left - kept;
  const window = {
    requestsPerSecond: (demand * config.slotsPerReplica) / (config.serviceSeconds * capacity),
    latency: together === 0 ? null : latencyOf(backlog / together, stretch, config),
    successPercent: there === 0 ? 100 : 100 * (1 - dropped / there),
  };
  return { backlog: kept, served, dropped, window };
}

/** @param waitSeconds of whoever comes first: how long the backlog of the start takes */
function latencyOf(waitSeconds: number, stretch: QueueStretch, config: QueueConfig): QueueWindow['latency'] {
  const { serviceSeconds, maxWaitSeconds } = config;
  const crowd = crowding(stretch, config);
  const behind = backlogWaits(waitSeconds, stretch, maxWaitSeconds);
  // Both waits at their worst together: an upper bound, and exact where one of them is nothing.
  const atShare = (share: number): number =>
    serviceSeconds + Math.min(maxWaitSeconds, behind.atShare(share) + crowd.atShare(share));
  return {
    p50: atShare(0.5),
    p95: atShare(0.95),
    average: serviceSeconds + Math.min(maxWaitSeconds, behind.average + crowd.average),
  };
}

/** Waiting by chance, while there is room on average: exponential among those who wait at all. */
function crowding({ demand, ready, capacity }: QueueStretch, { serviceSeconds, slotsPerReplica }: QueueConfig) {
  const slots = ready * slotsPerReplica;
  const busy = Math.min(FULLEST, demand / (ready * capacity));
  const waiting = busy ** (Math.sqrt(2 * (slots + 1)) - 1);
  const meanOfThose = serviceSeconds / (slots * (1 - busy));
  return {
    average: waiting * meanOfThose,
    atShare: (share: number) => (waiting <= 1 - share ? 0 : meanOfThose * Math.log(waiting / (1 - share))),
  };
}

/** Waiting behind a backlog that grows or shrinks evenly, between nothing and the limit. */
function backlogWaits(from: number, { demand, ready, capacity, seconds }: QueueStretch, limit: number) {
  const change = (demand / (ready * capacity) - 1) * seconds;
  const within = (wait: number): number => Math.min(limit, Math.max(0, wait));
  return {
    atShare: (share: number) => within(from + change * (change > 0 ? share : 1 - share)),
    average: meanWithin(from, from + change, limit),
  };
}

/** Mean of a straight line between two values, cut off at 0 and at `limit`. */
function meanWithin(from: number, to: number, limit: number): number {
  const [low, high] = from < to ? [from, to] : [to, from];
  if (high <= 0) return 0;
  if (low >= limit) return limit;
  if (high === low) return low;
  const bottom = Math.max(0, low);
  const top = Math.min(limit, high);
  const middle = ((top - bottom) * (top + bottom)) / 2;
  return (middle + Math.max(0, high - limit) * limit) / (high - low);
}
