// How its way of sizing would have done on its own past days, beside an HPA.
import * as z from 'zod';
import { dataOf } from '../data.ts';
import { time } from '../decision.ts';
import { Refusal } from '../refusal.ts';
import { tool } from '../tool.ts';
import { workloadFields } from '../workload.ts';
import { recommendationsOf } from './recommend.ts';

const score = z.object({
  short_percent: z.number().describe('Share of time with too few replicas'),
  cost: z.number().nullable().describe('Replicas it ran by those that were needed'),
  changes_per_hour: z.number().nullable(),
});

interface Scored {
  readonly violation_percent: number;
  readonly cost: number | null;
  readonly changes_per_hour?: number;
}

export const backtest = tool({
  name: 'backtest',
  title: 'How it would have done',
  description:
    'A workload replayed on its last days: how often short and at what cost, beside an HPA at 70 % and its own HPA.',
  input: z.strictObject(workloadFields),
  output: z.object({
    days: z.number().describe('That were replayed'),
    slo: z.number().describe('Percent of time that should have enough'),
    expected: score,
    hpa_at_70_percent: score,
    own_hpa: score.nullable().describe('Null where it has none, or none that can be replayed'),
    timestamp: time,
    data: dataOf({ way: z.string().describe('How it is sized') }),
  }),
  isWriting: false,
  isIdempotent: true,
  async call(calling, input) {
    const { plan, policy, decision } = await recommendationsOf(calling, input);
    if (plan === null)
      throw new Refusal(
        'It was not replayed yet: that takes a day of history',
        'call again once its demand was watched for a day.',
      );
    const { days, expected, hpa70, own_hpa, way, changes_per_hour } = plan;
    return {
      line: `${days} days replayed: short ${expected.violation_percent} % of the time, HPA at 70 % ${hpa70.violation_percent} %`,
      output: {
        days,
        slo: policy.slo,
        expected: { ...shown(expected), changes_per_hour: changes_per_hour ?? null },
        hpa_at_70_percent: shown(hpa70),
        own_hpa: own_hpa?.score ? shown(own_hpa.score) : null,
        timestamp: decision.timestamp,
        data: { way },
      },
    };
  },
});

function shown({ violation_percent, cost, changes_per_hour }: Scored): z.input<typeof score> {
  return { short_percent: violation_percent, cost, changes_per_hour: changes_per_hour ?? null };
}
