// What `npm start` says of itself: where it goes on, and whether the LLM takes part.
import type { EpochMs } from '../lib/domain/workload/time.ts';
import { WORLD_FILE } from './kept-world.ts';
import type { Past } from './past.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** From which clock and which cluster it goes on; nothing for a folder without a past. */
export function continuingLines(past: Past, folder: string | null, now: EpochMs, ours: EpochMs): readonly string[] {
  const { kept, problem, lastTickAt } = past;
  const damaged =
    problem === null ? [] : [`! ${WORLD_FILE} in ${folder} cannot be read (${problem}): the table alone is gone by`];
  const last = Math.max(kept?.clock ?? 0, lastTickAt ?? 0);
  if (last === 0) return damaged;
  const gap = now - last > 2 * MINUTE_MS ? `; it stood still at ${timeOf(last)}, and was not watched since` : '';
  const ahead = now - ours > 2 * MINUTE_MS ? `, ${spanOf(now - ours)} ahead of ours` : '';
  const from = kept === null ? 'the cluster as the table last saw it' : 'the cluster as it was';
  return [...damaged, `continuing at simulated ${timeOf(now)}${ahead}${gap}: ${from}, from ${folder}`];
}

export function llmLine(enabled: boolean): string {
  return enabled
    ? 'The LLM takes part: its advice is followed inside the envelope that evidence allows.'
    : 'No LLM takes part: there is no key. To turn it on, set GROQ_API_KEY (https://console.groq.com/keys)\n  in .env or the environment, or GROQ_BASE_URL to a server of your own.';
}

function timeOf(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function spanOf(ms: number): string {
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} minutes`;
  return ms < 48 * HOUR_MS ? `${Math.round(ms / HOUR_MS)} hours` : `${Math.round(ms / (24 * HOUR_MS))} days`;
}
