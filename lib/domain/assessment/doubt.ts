// How doubtful a workload is: where calls of the LLM are short, they go to those about which evidence says least.
import type { Assessment } from './assessment.ts';

/**
 * The width of the envelope in shares of the present count: what observed demand needs is its lower end; the upper quantile
 * of the next half hour and the highest of the proposals are its upper one. So uncertain forecasts and sources that disagree
 * widen it, and one replica more or less of a hundred is less of a doubt than one of two.
 */
export function doubtOf({ envelope: { floor, ceiling }, observation }: Pick<Assessment, 'envelope' | 'observation'>) {
  return (ceiling - floor) / Math.max(1, observation.replicas.spec);
}
