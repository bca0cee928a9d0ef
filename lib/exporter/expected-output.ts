// How many tokens an answer will have, told before there is one: by what this model's answers had of late.

export interface ExpectedOutput {
  of(model: string): number;
  observed(model: string, outputTokens: number): void;
}

/** Until a model has answered; the mean of public traces of LLM requests is between 100 and 250. */
const UNTIL_KNOWN = 200;
/** An answer's share in the mean, once there were as many. */
const SHARE = 1 / 50;

export function makeExpectedOutput(): ExpectedOutput {
  const means = new Map<string, { mean: number; answers: number }>();
  return {
    of: (model) => means.get(model)?.mean ?? UNTIL_KNOWN,
    observed(model, outputTokens) {
      const { mean, answers } = means.get(model) ?? { mean: 0, answers: 0 };
      const share = Math.max(SHARE, 1 / (answers + 1));
      means.set(model, { mean: mean + (outputTokens - mean) * share, answers: answers + 1 });
    },
  };
}
