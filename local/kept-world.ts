// What the table in a data folder does not hold and a restart needs: the clock and the simulated cluster's own objects.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { EpochMs } from '../lib/domain/workload/time.ts';
import { savedWorldSchema } from './simulated-cluster/saved-world.ts';

/** Beside LevelDB's own files, which leaves names it does not know alone. */
export const WORLD_FILE = 'world.json';
/** What is written to first. */
export const HALF_WRITTEN_FILE = 'world.json.new';

/** Ticks are dated in years of four digits. */
const LAST_CLOCK = Date.UTC(9999, 0, 1);

const keptSchema = z.object({
  version: z.literal(1),
  /** What the simulated clock showed. */
  clock: z.number().int().min(0).max(LAST_CLOCK),
  /** When each workload first ran, by `namespace/name`: its past is in the table from then on. */
  since: z.record(z.string(), z.number()),
  world: savedWorldSchema,
});

export type KeptWorld = z.infer<typeof keptSchema>;

/** What an earlier start left in the folder; null where there is none, `problem` in words where it cannot be read. */
export function readKeptWorld(folder: string): { readonly kept: KeptWorld | null; readonly problem: string | null } {
  let text: string;
  try {
    text = readFileSync(join(folder, WORLD_FILE), 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { kept: null, problem: isMissing ? null : String(error) };
  }
  try {
    return { kept: keptSchema.parse(JSON.parse(text)), problem: null };
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const problem = issue === undefined ? String(error) : `${issue.path.join('.')}: ${issue.message}`;
    return { kept: null, problem };
  }
}

/** Either the older state is there afterwards or this one, whole: a kill half-way costs nothing but the half-written copy. */
export function writeKeptWorld(folder: string, clock: EpochMs, kept: Pick<KeptWorld, 'since' | 'world'>): void {
  const written: KeptWorld = { version: 1, clock, ...kept };
  const half = join(folder, HALF_WRITTEN_FILE);
  writeFileSync(half, JSON.stringify(written));
  renameSync(half, join(folder, WORLD_FILE));
}
