// What scoring past requests says, line by line and in the end. Numbers and names of models: never a word of a prompt.
import type { Estimate } from '../../lib/domain/complexity/estimate.ts';
import type { LearnedComplexity } from '../../lib/domain/complexity/learned-model.ts';
import { correlationsOf } from '../../lib/domain/complexity/rank-correlation.ts';
import type { ComplexityLevel } from '../../lib/domain/complexity/scaling-policy.ts';
import { cleanText } from '../../lib/domain/text/clean-text.ts';
import { jsonText } from '../terminal.ts';

export interface ScoredLine {
  readonly number: number;
  readonly model: string;
  readonly level: ComplexityLevel;
  readonly estimate: Estimate;
}

const NAME_CHARS = 24;
const HEAD = ['  line', 'model'.padEnd(NAME_CHARS), 'score', 'level ', 'because'];

export const SCORES_HEAD = HEAD.join('  ');

export function scoreText({ number, model, level, estimate: { score, because } }: ScoredLine): string {
  const cells = [String(number).padStart(6), nameText(model), score.toFixed(1).padStart(5), level.padEnd(6)];
  return [...cells, because.join('; ')].join('  ');
}

export function scoreJson({ number: line, model, level, estimate }: ScoredLine): string {
  const { score, ruleScore: rule, learnedScore: learned, because } = estimate;
  return jsonText({ line, model, score, level, rule, learned, because });
}

/** Per model: how well each estimator ranked what it had not seen, and which of them is gone by. */
export function standingText(learned: LearnedComplexity): string {
  const head = ['model'.padEnd(NAME_CHARS), 'outcomes', 'compared', '  rule', 'learned', 'gone by'];
  const rows = standings(learned).map(({ model, work, outcomes, compared, rule, learned: shown, goneBy }) =>
    [
      nameText(model),
      String(outcomes).padStart(8),
      String(compared).padStart(8),
      correlationText(rule).padStart(6),
      correlationText(shown).padStart(7),
      `${goneBy} (of ${work})`,
    ].join('  '),
  );
  if (rows.length === 0)
    return 'No line tells output_tokens or seconds: nothing to learn from, and nothing to hold the scores against.';
  return [
    "Rank correlation with the work that came (Spearman's; 1: the order was right, 0: no relation), each score given before",
    'its outcome was known, over the last requests of a model:',
    head.join('  '),
    ...rows,
  ].join('\n');
}

export function standingJson(learned: LearnedComplexity): string {
  return jsonText({ models: standings(learned) });
}

function standings(learned: LearnedComplexity) {
  return Object.entries(learned.models).map(([model, { outcomes, isTokens, stands }]) => {
    const { rule, learned: shown, requests } = correlationsOf(learned, model);
    return {
      model,
      work: isTokens === 1 ? 'output tokens' : 'seconds',
      outcomes,
      compared: requests,
      rule,
      learned: shown,
      goneBy: stands === 1 ? 'learned' : 'rule',
    };
  });
}

function nameText(model: string): string {
  return cleanText(model, NAME_CHARS).padEnd(NAME_CHARS);
}

function correlationText(value: number | null): string {
  return value === null ? '-' : value.toFixed(2);
}
