// What would be done now, by every source but a new answer of the LLM: its budget is for people and ticks.
import * as z from 'zod';
import type { Recommendations } from '../answers.ts';
import { dataOf } from '../data.ts';
import { action, changeLine, decisionWords, replicas, time, wordsOf } from '../decision.ts';
import { got } from '../refusal.ts';
import { type Calling, tool } from '../tool.ts';
import { clusterOf, type Named, queryOf, workloadFields } from '../workload.ts';

/** As the last tick stored it; never asks the LLM anew. */
export async function recommendationsOf(calling: Calling, named: Named): Promise<Recommendations> {
  const cluster = await clusterOf(calling, named.cluster);
  const query = { ...queryOf(named), ask: 'none' };
  return got<Recommendations>(await calling.ask({ what: 'recommendations', cluster, query }));
}

export const recommend = tool({
  name: 'recommend',
  title: 'Recommendation for a workload',
  description: 'What would be done with a workload now, and why. Changes nothing.',
  input: z.strictObject(workloadFields),
  output: z.object({
    action,
    current_replicas: replicas,
    target_replicas: replicas,
    max_replicas: replicas,
    enabled: z.boolean(),
    rung: z
      .enum(['look', 'recommend', 'propose', 'limited', 'auto'])
      .describe('How far it is trusted to act by itself'),
    paused: z.union([z.boolean(), z.enum(['scale-in', 'scale-out'])]),
    cpu_percent: z.number().nullable().describe('Of requests'),
    memory_percent: z.number().nullable(),
    usd_per_month: z.number().nullable().describe('Estimate of what runs now'),
    change_usd_per_hour: z.number().nullable(),
    timestamp: time,
    data: dataOf({
      ...decisionWords,
      unreadable: z.record(z.string(), z.string()).describe('By signal, why it cannot be relied on'),
      evidence: z.array(z.string()).describe('For and against trusting it further'),
    }),
  }),
  isWriting: false,
  isIdempotent: true,
  async call(calling, input) {
    const body = await recommendationsOf(calling, input);
    const { decision, observation, policy, ladder, cost } = body;
    return {
      line: `${changeLine(decision)}; rung ${ladder.rung}`,
      output: {
        action: decision.action,
        current_replicas: decision.current_replicas,
        target_replicas: decision.target_replicas,
        max_replicas: policy.max_replicas,
        enabled: policy.enabled,
        rung: ladder.rung,
        paused: policy.paused,
        cpu_percent: observation.cpu_percent,
        memory_percent: observation.memory_percent,
        usd_per_month: cost.usd_per_month,
        change_usd_per_hour: cost.change.usd_per_hour,
        timestamp: decision.timestamp,
        data: {
          ...wordsOf(body, input),
          unreadable: unreadableOf(observation.missing),
          evidence: [...ladder.evidence],
        },
      },
    };
  },
});

function unreadableOf(missing: Readonly<Partial<Record<string, string>>>): Record<string, string> {
  return Object.fromEntries(Object.entries(missing).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
