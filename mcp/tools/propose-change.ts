// What an agent wants is a proposal: a person answers it, and nothing is changed until then.
import * as z from 'zod';
import { dataOf } from '../data.ts';
import { replicas, time } from '../decision.ts';
import { got } from '../refusal.ts';
import { tool } from '../tool.ts';
import { bodyOf, clusterOf, workloadFields } from '../workload.ts';

interface Proposed {
  readonly message: string;
  readonly proposal: {
    readonly id: string;
    readonly current_replicas: number;
    readonly target_replicas: number;
    readonly expires_at: string;
  };
}

export const proposeChange = tool({
  name: 'propose_change',
  title: 'Propose a number of replicas',
  description: 'Proposes a number of replicas to the people who approve. Changes nothing; an agent cannot approve.',
  input: z.strictObject({
    ...workloadFields,
    target_replicas: z.number().int().min(1).max(10_000),
    reason: z.string().trim().min(1).max(500).describe('For the person who answers it'),
  }),
  output: z.object({
    current_replicas: replicas,
    target_replicas: replicas,
    expires_at: time,
    data: dataOf({ id: z.string(), message: z.string() }),
  }),
  isWriting: true,
  isIdempotent: false,
  async call(calling, { target_replicas, reason, ...named }) {
    const cluster = await clusterOf(calling, named.cluster);
    const body = { ...bodyOf(named), target_replicas, reason };
    const { proposal, message } = got<Proposed>(await calling.ask({ what: 'proposals/create', cluster, body }));
    const { id, current_replicas, expires_at } = proposal;
    return {
      line: `proposed ${current_replicas} to ${proposal.target_replicas} replicas; it waits for a person`,
      output: { current_replicas, target_replicas: proposal.target_replicas, expires_at, data: { id, message } },
    };
  },
});
