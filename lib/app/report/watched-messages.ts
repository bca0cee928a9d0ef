// Log messages that something outside listens for: infra/monitoring.ts makes a metric and an alarm of each.

/** A cluster's pods stopped serving after changes made here: it is scaled no further until that is over. */
export const CLUSTER_ON_HOLD = 'cluster on hold';

/** More changes were wanted in one tick than one tick may make. */
export const BLAST_RADIUS_REACHED = 'blast radius reached';
