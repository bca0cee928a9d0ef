// What status answers, and the parts of a row that a recommendation has too: for the OpenAPI document alone.
import * as z from 'zod';
import { DEMAND_CLASSES } from '../../domain/learning/demand-class.ts';

export const demandClass = z
  .looseObject({ name: z.enum(DEMAND_CLASSES), message: z.string() })
  .nullable()
  .meta({ description: 'What kind of demand it has, and what follows from it; null where that cannot be said' });

const usd = z.number().nullable();
export const cost = z
  .looseObject({ usd_per_hour: usd, usd_per_month: usd, reason: z.string().optional(), note: z.string().optional() })
  .meta({ description: 'An estimate from requests; null, with a reason, where one is missing' });
const totalCost = z.looseObject({
  usd_per_hour: z.number(),
  usd_per_month: z.number(),
  potential_usd_per_month: z.number().meta({ description: 'With what is recommended and nobody carries out' }),
  realised_usd_per_month: z
    .number()
    .meta({ description: 'Against the counts before our first changes since each was enabled' }),
  workloads_without_requests: z.number(),
  prices: z.looseObject({ usd_per_vcpu_hour: z.number(), usd_per_gib_hour: z.number() }),
  note: z.string(),
});

const row = z.looseObject({
  namespace: z.string(),
  deployment: z.string(),
  kind: z.string(),
  short_last_hour: z.number().min(0).max(1).nullable().meta({
    description:
      'Share of the last hour, 0 to 1, with fewer replicas ready than its load needed; null where under half an hour of it was watched without a gap',
  }),
  demand_class: demandClass,
  cost,
});

export const status = z
  .looseObject({
    success: z.boolean(),
    cluster: z.string(),
    workload_count: z.number().meta({ description: 'Of the whole list, as every count here' }),
    predictive_enabled: z.number(),
    total_replicas: z.number(),
    cost: totalCost,
    workloads: z.array(row),
    cursor: z.string().nullable().meta({ description: 'For the next page; null on the last' }),
    without_hpa: z.array(z.string()).meta({
      description:
        'Of this page, enabled workloads that are scaled directly and have no HPA: should ticks stop, only the watchdog raises them',
    }),
    problems: z.array(z.string()),
  })
  .meta({ id: 'Status' });
