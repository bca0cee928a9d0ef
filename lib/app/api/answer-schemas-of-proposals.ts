// What waits for a person, as lists and answers have it: for the OpenAPI document alone.
import * as z from 'zod';

const waiting = z
  .looseObject({
    id: z.string(),
    namespace: z.string(),
    deployment: z.string(),
    current_replicas: z.number(),
    target_replicas: z.number(),
    usd_per_hour: z
      .number()
      .nullable()
      .meta({ description: "What it adds to an hour's bill, negative where it saves; null where that is not known" }),
    change: z.string(),
    source: z.string(),
    reason: z.string(),
    proposed_by: z.string().nullable().meta({ description: 'Who asked for it; null where a tick proposes it' }),
    proposed_at: z.string(),
    expires_at: z.string(),
  })
  .meta({ id: 'Proposal' });
export const proposed = z
  .looseObject({ success: z.boolean(), message: z.string(), proposal: waiting })
  .meta({ id: 'Proposed' });
export const proposals = z
  .looseObject({ success: z.boolean(), cluster: z.string(), proposals: z.array(waiting) })
  .meta({ id: 'Proposals' });
