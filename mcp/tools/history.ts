// Decisions on a workload, newest first, and the story of one of them.
import * as z from 'zod';
import type { HistoryPage } from '../answers.ts';
import { dataOf, told } from '../data.ts';
import { action, time } from '../decision.ts';
import { got } from '../refusal.ts';
import { tool } from '../tool.ts';
import { clusterOf, queryOf, workloadFields } from '../workload.ts';
import { storyOf, storyOutput } from './why.ts';

/** A line is no story: that is there by its id. */
const REASON_CHARS = 240;

const line = z.object({
  id: z.string(),
  timestamp: time,
  action,
  current_replicas: z.number(),
  target_replicas: z.number(),
  source: z.string(),
  outcome: z.string(),
  reason: z.string(),
  requested_by: z.string().nullable(),
});

export const history = tool({
  name: 'history',
  title: 'Decisions on a workload',
  description: 'Decisions on a workload, newest first; with an id, the story of that one.',
  input: z.strictObject({
    ...workloadFields,
    id: z.string().min(1).max(200).optional().describe('Of one decision, as the list has it'),
    limit: z.number().int().min(1).max(50).default(10),
    cursor: z.string().max(1000).optional().describe('As the page before gave it'),
  }),
  output: z.object({
    data: dataOf({
      decisions: z.array(line),
      cursor: z.string().nullable().describe('For the next page; null on the last, and with an id'),
      story: storyOutput.nullable().describe('With an id'),
    }),
  }),
  isWriting: false,
  isIdempotent: true,
  async call(calling, { id, limit, cursor, ...named }) {
    const cluster = await clusterOf(calling, named.cluster);
    if (id !== undefined) {
      const { line: said, output } = await storyOf(calling, cluster, named, id);
      return { line: said, output: { data: { decisions: [], cursor: null, story: output } } };
    }
    const query = { ...queryOf(named), limit: String(limit), ...(cursor !== undefined && { cursor }) };
    const page = got<HistoryPage>(await calling.ask({ what: 'history', cluster, query }));
    const decisions = page.decisions.map((one) => ({
      id: one.id,
      timestamp: one.timestamp,
      action: one.action,
      current_replicas: one.current_replicas,
      target_replicas: one.target_replicas,
      source: one.source,
      outcome: one.outcome,
      reason: told(one.reason, REASON_CHARS),
      requested_by: one.requested_by,
    }));
    return {
      line: `${decisions.length} decisions${page.cursor === null ? '' : ', and more by the cursor'}`,
      output: { data: { decisions, cursor: page.cursor, story: null } },
    };
  },
});
