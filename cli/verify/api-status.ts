// The parts of GET status that a verification goes by; whatever else comes is left alone.
import * as z from 'zod';
import type { EpochMs } from '../../lib/domain/workload/time.ts';

export interface ApiStatus {
  readonly finishedAt: EpochMs | null;
  readonly problems: readonly string[];
  readonly workloads: readonly { readonly namespace: string; readonly deployment: string; readonly enabled: boolean }[];
  /** Why nothing is changed, or null. */
  readonly killSwitch: string | null;
}

const schema = z.object({
  success: z.literal(true),
  last_tick: z.object({ finished_at: z.iso.datetime() }).nullable(),
  problems: z.array(z.string()),
  kill_switch: z.string().nullable().default(null),
  workloads: z.array(z.object({ namespace: z.string(), deployment: z.string(), enabled: z.boolean() })),
});

/** Null where the body is no status. */
export function readStatus(body: unknown): ApiStatus | null {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return null;
  const { last_tick, problems, kill_switch: killSwitch, workloads } = parsed.data;
  return { finishedAt: last_tick === null ? null : Date.parse(last_tick.finished_at), problems, workloads, killSwitch };
}
