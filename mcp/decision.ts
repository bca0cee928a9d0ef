// A decision as tools tell it: replicas and times are ours, reasons and names are data.
import * as z from 'zod';
import type { Recommendations } from './answers.ts';

export const action = z.enum(['scale_up', 'scale_down', 'maintain', 'at_max']);
export const replicas = z.number().int();
export const time = z.iso.datetime();

/** One guardrail that did more than let it pass. */
const verdict = z.object({
  guardrail: z.string(),
  effect: z.string(),
  code: z.string(),
  from: z.number(),
  to: z.number(),
  message: z.string(),
});
const source = z.object({ source: z.string(), action, target_replicas: replicas, reason: z.string() });

export const whyNot = z
  .object({ code: z.string(), message: z.string() })
  .nullable()
  .describe('Why nothing was changed; null where something was');

/** The words of a decision. */
export const decisionWords = {
  namespace: z.string(),
  deployment: z.string(),
  source: z.string().describe('Which source decided'),
  reason: z.string(),
  outcome: z.string(),
  outcome_message: z.string(),
  why_not: whyNot,
  requested_by: z.string().nullable(),
  sources: z.array(source).describe('What each source proposed'),
  guardrails: z.array(verdict).describe('Those that did more than let it pass'),
};

type Decided = Pick<Recommendations, 'decision' | 'recommendations'>;

export function wordsOf({ decision, recommendations }: Decided, where: { deployment: string; namespace: string }) {
  return {
    namespace: where.namespace,
    deployment: where.deployment,
    source: decision.source,
    reason: decision.reason,
    outcome: decision.outcome,
    outcome_message: decision.outcome_message,
    why_not: decision.why_not && { code: decision.why_not.code, message: decision.why_not.message },
    requested_by: decision.requested_by,
    sources: sourcesOf(recommendations),
    guardrails: decision.verdicts
      .filter(({ effect }) => effect !== 'passed')
      .map(({ guardrail, effect, code, from, to, message }) => ({ guardrail, effect, code, from, to, message })),
  };
}

/** The LLM's recommendation has its own shape; the others are proposals. */
function sourcesOf(recommendations: Recommendations['recommendations']) {
  return Object.entries(recommendations).flatMap(([name, one]) => {
    if (one === null || one === undefined || !one.success) return [];
    const said = 'recommendation' in one ? one.recommendation : one;
    if (said === undefined || !('action' in said)) return [];
    const reason = 'reasoning' in said ? said.reasoning : said.reason;
    return [{ source: name, action: said.action, target_replicas: said.target_replicas, reason }];
  });
}

/** `scale_up 4 → 6`, and what became of it. */
export function changeLine({ action, current_replicas, target_replicas }: Recommendations['decision']): string {
  return current_replicas === target_replicas
    ? `${action}: ${current_replicas} replicas`
    : `${action}: ${current_replicas} to ${target_replicas} replicas`;
}
