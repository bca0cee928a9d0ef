// What the last change was made of, and why the last tick made none.
import * as z from 'zod';
import type { HistoryPage, Story } from '../answers.ts';
import { dataOf } from '../data.ts';
import { action, changeLine, decisionWords, replicas, time, whyNot, wordsOf } from '../decision.ts';
import { got, Refusal } from '../refusal.ts';
import { type Calling, tool } from '../tool.ts';
import { clusterOf, type Named, queryOf, workloadFields } from '../workload.ts';
import { recommendationsOf } from './recommend.ts';

/** More lines than a day of changes has. */
const LOOKED_AT = '100';

const hour = z.object({
  timestamp: time,
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p99: z.number().nullable(),
  came: z.number().nullable().describe('Null until it is known'),
});

export const storyOutput = z.object({
  action,
  current_replicas: replicas,
  target_replicas: replicas,
  timestamp: time,
  data: dataOf({
    id: z.string(),
    ...decisionWords,
    came: z.record(z.string(), z.array(hour)).describe('By signal, six hours as forecast then, and what came'),
  }),
});

export async function storyOf(calling: Calling, cluster: string, named: Named, id: string) {
  const body = got<Story>(await calling.ask({ what: 'history', cluster, of: id, query: queryOf(named) }));
  const { decision, came } = body;
  return {
    line: changeLine(decision),
    output: {
      action: decision.action,
      current_replicas: decision.current_replicas,
      target_replicas: decision.target_replicas,
      timestamp: decision.timestamp,
      data: { id: decision.id, ...wordsOf(body, named), came },
    },
  };
}

export const why = tool({
  name: 'why',
  title: 'Why the last change was made',
  description: 'The last change of a workload: what each source proposed, guardrails, outcome, what came since.',
  input: z.strictObject(workloadFields),
  output: storyOutput,
  isWriting: false,
  isIdempotent: true,
  async call(calling, input) {
    const cluster = await clusterOf(calling, input.cluster);
    const query = { ...queryOf(input), limit: LOOKED_AT };
    const { decisions } = got<HistoryPage>(await calling.ask({ what: 'history', cluster, query }));
    const last = decisions.find(({ outcome }) => outcome === 'applied');
    if (last !== undefined) return storyOf(calling, cluster, input, last.id);
    throw new Refusal(
      decisions.length === 0 ? 'No decision is recorded yet' : 'Nothing was changed of late',
      'call why_not for why nothing is changed now, or history for what is recorded.',
    );
  },
});

export const whyNotTool = tool({
  name: 'why_not',
  title: 'Why nothing was changed',
  description: 'Why the last tick changed nothing of a workload: one code and one sentence.',
  input: z.strictObject(workloadFields),
  output: z.object({
    changed: z.boolean().describe('Whether something was changed after all'),
    current_replicas: replicas,
    target_replicas: replicas,
    timestamp: time,
    data: dataOf({ why_not: whyNot, outcome_message: z.string() }),
  }),
  isWriting: false,
  isIdempotent: true,
  async call(calling, input) {
    const { decision } = await recommendationsOf(calling, input);
    const { why_not, outcome_message, current_replicas, target_replicas, timestamp } = decision;
    const said = why_not && { code: why_not.code, message: why_not.message };
    return {
      line: said === null ? 'something was changed' : 'nothing was changed',
      output: {
        changed: said === null,
        current_replicas,
        target_replicas,
        timestamp,
        data: { why_not: said, outcome_message },
      },
    };
  },
});
