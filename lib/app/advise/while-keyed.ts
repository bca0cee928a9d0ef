// The advisor of a process whose key may come and go: asked per piece of advice, so that a new one counts without a restart.
import type { Advisor } from './advisor.ts';

/**
 * @param hasKey whether the LLM can be asked now; not asked where the policy says off
 * @param without says that there is no key, and leaves nothing in the table
 */
export function whileKeyed(hasKey: () => Promise<boolean>, keyed: Advisor, without: Advisor): Advisor {
  return {
    async advise(assessment, ...more) {
      if (assessment.policy.llm === 'off') return null;
      return ((await hasKey()) ? keyed : without).advise(assessment, ...more);
    },
  };
}
