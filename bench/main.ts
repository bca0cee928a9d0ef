// `npm run bench`: what a tick and a piece of advice cost, how that grows, and what a month costs.
import { advice } from './advice.ts';
import { decisions } from './decisions.ts';
import { ticks } from './ticks.ts';

for (const part of [ticks, decisions, advice]) await part();
process.exit(0);
