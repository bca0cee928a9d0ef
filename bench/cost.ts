// What a month costs, by item and by service: ticks of an hour in the steady state, measured, and the bill that they make.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measured } from './cost-bill.ts';
import { llmCosts, llmTargetsMet } from './cost-llm.ts';
import { billMarkdown, type Kept, targetsMet } from './cost-markdown.ts';
import { meanLooks, meanUsage, usageOf } from './cost-usage.ts';
import { startFleet } from './fleet.ts';
import { ticksInFreshProcess } from './ticks.ts';

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
  const sizes: Measured[] = [];
  for (const size of SIZES) sizes.push(await measure(size, start));
  const kept = { sizes, llm: await llmCosts(start) };
  console.log(billMarkdown(kept));
  for (const line of [...targetsMet(sizes), ...llmTargetsMet(kept.llm)]) console.log(`  ${line}`);
  if (!save) return;
  writeFileSync(MEASURED_FILE, `${JSON.stringify(kept, null, 2)}\n`);
  writeFileSync(PAGE, withBill(readFileSync(PAGE, 'utf8'), kept));
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

async function measure(size: number, start: number): Promise<Measured> {
  const fleet = await startFleet(size, { start, gapMs: START_HOUR * HOUR_MS });
  const { cold, warm } = await ticksInFreshProcess(fleet, SETTLING_TICKS + MEASURED_TICKS);
  await fleet.close();
  const hour = warm.slice(SETTLING_TICKS);
  const looks = meanLooks(hour.flatMap(({ looks: after }) => after ?? []));
  return { workloads: size, first: usageOf(cold), steady: meanUsage(hour.map(usageOf)), looks };
}
