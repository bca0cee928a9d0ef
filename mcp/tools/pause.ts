// A pause that ends by itself. An agent never resumes, nor takes anything from a pause that stands.
import * as z from 'zod';
import { dataOf } from '../data.ts';
import { time } from '../decision.ts';
import { got, Refusal } from '../refusal.ts';
import { tool } from '../tool.ts';
import { bodyOf, clusterOf, workloadFields } from '../workload.ts';
import { recommendationsOf } from './recommend.ts';

const MOST_MS = 86_400_000;
const WAYS = ['all', 'scale-in', 'scale-out'] as const;

/** Of a workload's policy, as it is in force. */
interface Standing {
  readonly paused: boolean | 'scale-in' | 'scale-out';
  readonly paused_until?: string;
}

export const pause = tool({
  name: 'pause',
  title: 'Pause a workload for some hours',
  description: 'Stops changes of a workload, or one way of them, for at most 24 hours. Only a person ends it earlier.',
  input: z.strictObject({
    ...workloadFields,
    way: z.enum(WAYS).describe('scale-in: it grows and never shrinks'),
    until: time.describe('It ends by itself then: at most 24 hours ahead, such as 2026-12-01T08:00:00Z'),
    reason: z.string().trim().min(1).max(200).describe('For whoever asks later'),
  }),
  output: z.object({
    way: z.enum(WAYS),
    until: time,
    data: dataOf({ message: z.string() }),
  }),
  isWriting: true,
  isIdempotent: true,
  async call(calling, { way, until, reason, ...named }) {
    const ahead = Date.parse(until) - calling.now();
    if (ahead <= 0 || ahead > MOST_MS)
      throw new Refusal('"until" is not within the next 24 hours', 'give a time within them, in UTC, and call again.');
    const cluster = await clusterOf(calling, named.cluster);
    const { policy } = await recommendationsOf(calling, { ...named, cluster });
    if (!isWithin(policy, way, until))
      throw new Refusal(
        'It is paused already, for longer or for more than this pause would say',
        'leave it, or tell the person who paused it.',
      );
    const paused = way === 'all' ? (true as const) : way;
    const body = { ...bodyOf(named), paused, until, reason };
    const { message } = got<{ message: string }>(await calling.ask({ what: 'predictive/pause', cluster, body }));
    return { line: `paused (${way}) until ${until}`, output: { way, until, data: { message } } };
  },
});

/** Whether a new pause would say all that stands, and more: anything else would end what a person said. */
function isWithin({ paused, paused_until }: Standing, way: (typeof WAYS)[number], until: string): boolean {
  if (paused === false) return true;
  const isAsWide = way === 'all' || way === paused;
  return isAsWide && paused_until !== undefined && Date.parse(paused_until) <= Date.parse(until);
}
