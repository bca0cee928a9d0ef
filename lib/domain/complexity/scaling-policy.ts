// The scaling policy of LLM serving, as people write it in JSON: what a score means, what a model weighs, and how much more a level is worth.

/** How much work a request, or what is asked of late, is. Every score has one. */
export const COMPLEXITY_LEVELS = ['low', 'medium', 'high'] as const;

export type ComplexityLevel = (typeof COMPLEXITY_LEVELS)[number];

/** The score from which each level starts; `low` is the line under which what is asked is called quiet, and is of level low as well. */
export type ComplexityThresholds = Readonly<Record<ComplexityLevel, number>>;

export interface ScalingPolicy {
  readonly complexityThresholds: ComplexityThresholds;
  /** By a model's name, with its tag or without; 1 for a model that is not named. */
  readonly modelResourceWeights: Readonly<Record<string, number>>;
  /** At least 1, and never less for a higher level. */
  readonly scaleUpFactors: Readonly<Record<ComplexityLevel, number>>;
}

/** Seed 5's. */
export const DEFAULT_SCALING_POLICY: ScalingPolicy = {
  complexityThresholds: { low: 30, medium: 50, high: 80 },
  modelResourceWeights: { 'qwen2.5:3b': 1, 'deepseek-r1': 2.5, codellama: 2 },
  scaleUpFactors: { low: 1.2, medium: 1.5, high: 2 },
};

/** @param score 0…100; every score has exactly one level */
export function levelOf(score: number, { medium, high }: ComplexityThresholds): ComplexityLevel {
  if (score >= high) return 'high';
  return score >= medium ? 'medium' : 'low';
}

/** Under the lowest threshold. */
export function isQuiet(score: number, { low }: ComplexityThresholds): boolean {
  return score < low;
}

/** Of the model itself, else of its name without a tag (`deepseek-r1:7b` is a `deepseek-r1`), else 1. */
function weightOf(model: string, { modelResourceWeights: weights }: ScalingPolicy): number {
  const known = [model, model.replace(/:[^:/]*$/, '')].find((name) => Object.hasOwn(weights, name));
  return known === undefined ? 1 : (weights[known] ?? 1);
}

/** What one request is worth, in points: a load, which adds up over requests and is shared by replicas. */
export function workOf(score: number, model: string, policy: ScalingPolicy): number {
  return score * weightOf(model, policy);
}

/**
 * Replicas for what is asked: the factor multiplies what demand needs by itself, and never an earlier result, so that nothing
 * compounds: demand is a total, whatever number of replicas shares it.
 * @param base replicas that present demand needs at its targets
 */
export function replicasAt(
  base: number,
  level: ComplexityLevel,
  { scaleUpFactors }: Pick<ScalingPolicy, 'scaleUpFactors'>,
): number {
  return Math.ceil(base * scaleUpFactors[level] - 1e-9);
}

/** How a level that is a score scales a workload. Weights are in the work that the exporter counts, and in nothing here. */
export interface ComplexityScaling extends Omit<ScalingPolicy, 'modelResourceWeights'> {
  /** Above it the score is a reason to grow; between the lowest threshold and 100. */
  readonly scaleUpAt: number;
  /** The signal that tells of requests that wait: their number, or how long. Absent where none does. */
  readonly queue?: string | undefined;
}

/** Seed 5's. */
export const DEFAULT_SCALE_UP_AT = 70;
