// `npm run bench`: what a tick and a piece of advice cost, how that grows, what a month costs, and how well it scales.
import { parseArgs } from 'node:util';
import { advice } from './advice.ts';
import { api } from './api.ts';
import { backtest } from './backtest.ts';
import { bundles } from './bundles.ts';
import { complexity } from './complexity.ts';
import { cost } from './cost.ts';
import { decisions } from './decisions.ts';
import { exporter } from './exporter.ts';
import { learned } from './learned.ts';
import { scale } from './scale.ts';
import { ticks } from './ticks.ts';

const USAGE =
  'npm run bench -- [--only ticks|scale|bundles|cost|decisions|learned|advice|api|complexity|exporter|backtest]… [--markdown] [--policy ours+hpa:T]… [DIR of traces]';
const PARTS = {
  ticks,
  scale: () => scale(),
  bundles,
  cost: () => cost(),
  decisions,
  learned,
  advice,
  api,
  complexity,
  exporter,
  backtest: () => backtest({ folder, policies, markdown }),
};

const { folder, policies, markdown, only } = readArguments();
try {
  for (const [name, part] of Object.entries(PARTS)) if (only.length === 0 || only.includes(name)) await part();
} catch (error) {
  fail(error);
}
process.exit(0);

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        policy: { type: 'string', multiple: true, default: [] },
        markdown: { type: 'boolean', default: false },
      },
    });
    const unknown = values.only.find((name) => !Object.hasOwn(PARTS, name));
    if (unknown !== undefined) throw new Error(`--only ${unknown}: there is no such benchmark`);
    if (positionals.length > 1) throw new Error(`one folder of traces is expected, found ${positionals.join(', ')}`);
    return { folder: positionals[0], policies: values.policy, markdown: values.markdown, only: values.only };
  } catch (error) {
    console.error(`usage: ${USAGE}`);
    return fail(error);
  }
}

function fail(error: unknown): never {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
