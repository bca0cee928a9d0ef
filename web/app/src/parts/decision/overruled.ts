// An LLM's number is one of several: who would have had another.
import type { Recommendations } from '../../api/types.ts';

const OTHERS = [
  ['predictive', 'the forecast'],
  ['reactive', 'what is measured now'],
  ['rules', 'the rules'],
] as const;

/** Where the LLM decided: which others would have had another number. '' where none would, or another decided. */
export function overruledBy({
  decision,
  recommendations,
}: Pick<Recommendations, 'decision' | 'recommendations'>): string {
  const { source, target_replicas: target } = decision;
  if (source !== 'llm') return '';
  const others = OTHERS.flatMap(([name, words]) => {
    const found = recommendations[name];
    return found?.success && found.target_replicas !== target
      ? [`${words} alone would have ${found.target_replicas}`]
      : [];
  });
  return others.length === 0 ? '' : `The LLM decided; ${others.join(', ')}.`;
}
