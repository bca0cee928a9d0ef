// Ticks of 100, 1,000 and 10,000 workloads with fourteen days of history, through the functions as they are deployed.
import { join } from 'node:path';
import type { FunctionName } from './scale/deployed-functions.ts';
import type { SizeMeasured } from './scale/measured.ts';
import { measureSize, PARTS, type Part } from './scale/one-size.ts';
import { sizeLines } from './scale/report.ts';
import { verdicts } from './scale/targets.ts';
import { type Bundles, synthesizedBundles } from './synthesized.ts';

export interface ScaleOptions {
  readonly sizes?: readonly number[];
  readonly parts?: readonly Part[];
  /** The functions' sources in the place of their bundles: starts sooner, and profiles show names. */
  readonly fromSource?: boolean;
  /** Folder for a CPU profile of each process. */
  readonly profileTo?: string | undefined;
}

const SIZES = [100, 1000, 10_000] as const;
const PROJECT = join(import.meta.dirname, '..');

export async function scale(options: ScaleOptions = {}): Promise<void> {
  const { sizes = SIZES, parts = PARTS, fromSource = false, profileTo } = options;
  const code = fromSource ? 'sources' : 'bundles as synthesized';
  console.log(
    `Scale: ${code}, each function in a process of its own, two of evaluate; table, API server and queue are stand-ins in ` +
      'processes of their own on the same cores; all workloads enabled, no LLM',
  );
  const modules = fromSource ? sources() : synthesizedBundles();
  const nodeArgs = profileTo === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`];
  const measured: SizeMeasured[] = [];
  try {
    for (const workloads of sizes.toSorted((a, b) => a - b)) {
      const size = await measureSize(workloads, {
        parts,
        nodeArgs,
        moduleOf: modules.of,
        progress: (what) => showProgress(`${workloads} workloads: ${what}`),
      });
      showProgress('');
      for (const line of sizeLines(size)) console.log(`  ${line}`);
      measured.push(size);
    }
  } finally {
    modules.remove();
  }
  for (const { met, text } of verdicts(measured)) console.log(`  ${met ? 'met' : 'MISSED'}: ${text}`);
}

function sources(): Pick<Bundles, 'remove'> & { of(name: FunctionName): string } {
  return { of: (name) => join(PROJECT, 'functions', `${name}.ts`), remove: () => undefined };
}

/** On a terminal one line that is written over; elsewhere a line each, on the side. */
function showProgress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
  else if (what !== '') process.stderr.write(`${what}\n`);
}
