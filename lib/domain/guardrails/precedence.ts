// What wins over what where two constraints cannot both be met.

/**
 * Who gives in where two constraints cannot both be met: the later one here. A person's orders stand above evidence, evidence
 * above what holds a workload for now. The pace says how far one tick may go; it contains the present count and gives in to
 * nobody, since it changes no aim.
 */
export const RANKS = ['order', 'evidence', 'hold', 'pace'] as const;

export type Rank = (typeof RANKS)[number];
