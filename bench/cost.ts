// What a month costs, by item and by service: ticks of an hour in the steady state, measured, and the bill that they make.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measured } from './cost-bill.ts';
import { llmCosts, llmTargetsMet } from './cost-llm.ts';
import { billMarkdown, type Kept, targetsMet } from './cost-markdown.ts';
import { atItsBest, meanLooks, meanUsage, usageOf } from './cost-usage.ts';
import { startFleet } from './fleet.ts';
import { measureLearned } from './learned.ts';
import { ticksInFreshProcess } from './ticks.ts';
import { undisturbed } from './yardstick.ts';

const SIZES = [5, 50, 200, 1000] as const;
/** Until the window in which nothing is scaled in is over, and what it held back is done. */
const SETTLING_TICKS = 20;
const MEASURED_TICKS = 60;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Pasts end with the day before: of a day that is not over, a block is there only where somebody brought in a past. */
const START_HOUR = 2;
const MEASURED_FILE = join(import.meta.dirname, 'cost-measured.json');
const PAGE = join(import.meta.dirname, '..', 'docs', 'deploy.md');
const [BEGIN, END] = ['<!-- made by npm run bench:cost -- --save -->', '<!-- as far as here -->'];

/** @param save keeps what was measured, and writes the page's section from it */
export async function cost(save = false): Promise<void> {
  console.log('What it costs: all workloads enabled, an hour of one-minute ticks after twenty, no LLM');
  const start = Math.floor(Date.now() / DAY_MS - 1) * DAY_MS + START_HOUR * HOUR_MS;
  const learned = measureLearned();
  const sizes: Measured[] = [];
  for (const size of SIZES) sizes.push({ ...(await measure(size, start)), learned });
  const kept = { sizes, llm: await llmCosts(start) };
  console.log(billMarkdown(kept));
  for (const line of [...targetsMet(sizes), ...llmTargetsMet(kept.llm)]) console.log(`  ${line}`);
  if (!save) return;
  writeFileSync(MEASURED_FILE, `${JSON.stringify(kept, null, 2)}\n`);
  writeFileSync(PAGE, withBill(readFileSync(PAGE, 'utf8'), kept));
}

function meanOf(values: readonly number[]): number {
  return Number((values.reduce((sum, value) => sum + value, 0) / values.length).toPrecision(3));
}

/** What was kept of the last time. */
export function keptMeasured(): Kept {
  return JSON.parse(readFileSync(MEASURED_FILE, 'utf8')) as Kept;
}

/** @throws Error where the page has no place for it */
export function withBill(page: string, kept: Kept): string {
  const [before, rest] = page.split(`${BEGIN}\n`);
  const after = rest?.split(`${END}\n`)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/deploy.md has no "${BEGIN}" … "${END}"`);
  return `${before}${BEGIN}\n${billMarkdown(kept)}\n${END}\n${after}`;
}

/** Lessons are on the bill by their schedule: ticks that had some are left out of the mean of an hour. */
async function measure(size: number, start: number): Promise<Omit<Measured, 'learned'>> {
  const fleet = await startFleet(size, { start, gapMs: START_HOUR * HOUR_MS });
  const { cold, warm } = await ticksInFreshProcess(fleet, SETTLING_TICKS + MEASURED_TICKS);
  await fleet.close();
  const least = undisturbed(warm.map(({ yardstick }) => yardstick));
  const hour = warm.slice(SETTLING_TICKS).map((tick) => atItsBest(tick, least));
  const looks = meanLooks(hour.flatMap(({ looks: after }) => (after === undefined ? [] : [atItsBest(after, least)])));
  return {
    workloads: size,
    slower: meanOf(warm.map(({ yardstick }) => yardstick / least)),
    first: usageOf(cold),
    steady: meanUsage(hour.filter(({ lessons }) => lessons === 0).map(usageOf)),
    looks,
  };
}
