// Demand in steps of the simulation: what comes finer, or between them, is averaged and never sampled.
import { STEP_SECONDS } from './policy.ts';

interface Demand {
  readonly demand: Float64Array;
  readonly intervalSeconds: number;
}

/** Floating-point dust must not make a step of its own. */
const EPSILON = 1e-9;

/**
 * Means over steps of 15 s, weighted by how long each value holds within a step.
 * @returns the same values where their interval is a multiple of the step
 */
export function stepDemand({ demand, intervalSeconds }: Demand): Demand {
  if (intervalSeconds % STEP_SECONDS === 0) return { demand, intervalSeconds };
  const perStep = STEP_SECONDS / intervalSeconds;
  const length = Math.ceil(demand.length / perStep - EPSILON);
  const means = Float64Array.from({ length }, (_, step) => meanOver(demand, step * perStep, (step + 1) * perStep));
  return { demand: means, intervalSeconds: STEP_SECONDS };
}

/** What is played of it: without a step that it ends within, whose mean would be another one had the demand gone on. */
export function wholeSteps(given: Demand): Demand {
  const { demand, intervalSeconds } = stepDemand(given);
  const seconds = given.demand.length * given.intervalSeconds;
  const whole = Math.max(1, Math.floor(seconds / intervalSeconds + EPSILON));
  return { demand: demand.subarray(0, whole), intervalSeconds };
}

/** Between two places counted in values, the last of which may lie beyond the end. */
function meanOver(demand: Float64Array, from: number, to: number): number {
  const end = Math.min(to, demand.length);
  let sum = 0;
  let weight = 0;
  for (let i = Math.floor(from + EPSILON); i < end - EPSILON; i++) {
    const held = Math.min(i + 1, end) - Math.max(i, from);
    sum += held * (demand[i] ?? 0);
    weight += held;
  }
  return weight === 0 ? 0 : sum / weight;
}
